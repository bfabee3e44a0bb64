// Where a database's bytes are, and what would help.
#pragma once

#include <string>

#include "store/database.hpp"

namespace longhaul::dbprune {

std::string pragma_report(const store::Database& database);

}  // namespace longhaul::dbprune
