// Records as errsum makes and merges them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diag/summary.hpp"

namespace longhaul::diag::test {

std::string record_of(std::string_view text, const Context& context = {});
// The record of these records.
std::string merged(const std::vector<std::string>& records);
Summary summary_of_records(const std::vector<std::string>& records);

}  // namespace longhaul::diag::test
