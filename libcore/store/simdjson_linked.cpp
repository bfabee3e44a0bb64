// simdjson_library.hpp for builds that link simdjson: it is there from the start.
#include "store/simdjson_library.hpp"

namespace longhaul::store {

void load_simdjson() {}

}  // namespace longhaul::store
