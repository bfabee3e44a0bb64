// A chart of one series with its limits and where it is going, as SVG that takes its colours from the page.
#pragma once

#include <string>

#include "report.hpp"

namespace longhaul::healthcheck {

// Empty where there are less than two samples.
std::string chart_of(const Finding& finding);

}  // namespace longhaul::healthcheck
