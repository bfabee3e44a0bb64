// Any bytes, in any pieces: the record is within its budget, is JSON, and its counts are consistent.
#include <simdjson.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "diag/analyser.hpp"
#include "diag/render.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longhaul;
  if (size == 0) return 0;
  const std::size_t piece = std::size_t{data[0]} + 1;
  std::string_view input{reinterpret_cast<const char*>(data) + 1, size - 1};

  diag::Analyser analyser;
  while (!input.empty()) {
    analyser.feed(input.substr(0, piece));
    input.remove_prefix(std::min(piece, input.size()));
  }
  const diag::Summary summary = analyser.finish();
  require(summary.total == summary.errors + summary.warnings);
  require(summary.fixable <= summary.total);

  simdjson::dom::parser parser;
  for (const std::uint64_t budget : {std::uint64_t{48}, std::uint64_t{500}, std::uint64_t{0}}) {
    const std::string record = diag::render_json(summary, budget);
    require(budget == 0 || record.size() <= budget);
    require(parser.parse(record).error() == simdjson::SUCCESS);
    require(budget == 0 || diag::render_text(summary, budget).size() <= budget);
  }
  return 0;
}
