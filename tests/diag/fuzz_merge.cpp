// Any bytes as what a record is merged by: refused with a reason, or read and merged within all bounds.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "diag/analyser.hpp"
#include "diag/merger.hpp"
#include "diag/render.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longhaul;
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  diag::Merger merger;
  try {
    merger.add(input);
  } catch (const core::Error& error) {
    if (error.reason.empty()) std::abort();
  }
  // The record of an analysis of the same bytes is one.
  diag::Analyser analyser{nullptr, {.findings = false, .mergeable = true}};
  analyser.feed(input);
  const std::string record = diag::render_json(analyser.finish(), 0);
  merger.add(record);
  merger.add(record);
  if (diag::render_json(merger.finish(), 500).size() > 500) std::abort();
  return 0;
}
