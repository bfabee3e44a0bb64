// simdjson comes as a shared library only, and to load it, with the C++ library it needs, takes twice as long
// as the rest of a tool's start. Most runs read no JSON: tools are linked without it and load it when a
// document comes.
#pragma once

namespace longhaul::store {

// To be called before simdjson is first used. Throws core::Error where the library cannot be loaded.
void load_simdjson();

}  // namespace longhaul::store
