// load_simdjson.hpp for builds that link simdjson: it is there from the start.
#include "store/load_simdjson.hpp"

namespace longhaul::store {

void load_simdjson() {}

}  // namespace longhaul::store
