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

// Programs that were unpacked rather than installed have simdjson beside them, and before it what it needs,
// each library after those that it asks for by name.
constexpr const char* simdjson_file = "$ORIGIN/../lib/longhaul/" LONGHAUL_SIMDJSON_SONAME;
constexpr const char* beside_the_program[] = {
    "$ORIGIN/../lib/longhaul/libgcc_s.so.1",
    "$ORIGIN/../lib/longhaul/libstdc++.so.6",
    simdjson_file,
};

void* open_library() {
  void* library = nullptr;
  for (const char* const file : beside_the_program) {
    library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return ::dlopen(LONGHAUL_SIMDJSON_SONAME, RTLD_NOW | RTLD_LOCAL);
  }
  return library;
}

ActiveImplementation loaded() {
  static const ActiveImplementation function = [] {
    void* const library = open_library();
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
