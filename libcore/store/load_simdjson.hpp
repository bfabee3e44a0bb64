#pragma once

namespace longhaul::store {

// simdjson's functions do not report that their library is missing; this does, by core::Error. Before each
// first use.
void load_simdjson();

}  // namespace longhaul::store
