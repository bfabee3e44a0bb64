#include "store/load_simdjson.hpp"

#include <dlfcn.h>
#include <simdjson.h>

#include "base/error.hpp"

namespace longhaul::store {
namespace {

// simdjson's header calls one function of the library; all else goes through the table of functions that this
// one returns. Its name as the Itanium C++ ABI has it, which every compiler on Linux follows.
constexpr const char* symbol = "_ZN8simdjson25get_active_implementationEv";
using ActiveImplementation = decltype(&simdjson::get_active_implementation);

ActiveImplementation loaded() {
  static const ActiveImplementation function = [] {
    void* const library = ::dlopen(LONGHAUL_SIMDJSON_SONAME, RTLD_NOW | RTLD_LOCAL);
    void* const found = library == nullptr ? nullptr : ::dlsym(library, symbol);
    if (found == nullptr) throw core::Error{LONGHAUL_SIMDJSON_SONAME, ::dlerror()};
    return reinterpret_cast<ActiveImplementation>(found);
  }();
  return function;
}

}  // namespace

void load_simdjson() { loaded(); }

}  // namespace longhaul::store

namespace simdjson {

internal::atomic_ptr<const implementation>& get_active_implementation() {
  return longhaul::store::loaded()();
}

}  // namespace simdjson
