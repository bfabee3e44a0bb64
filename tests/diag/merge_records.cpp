#include "merge_records.hpp"

#include "diag/analyser.hpp"
#include "diag/merger.hpp"
#include "diag/render.hpp"

namespace longhaul::diag::test {

std::string record_of(std::string_view text, const Context& context) {
  Analyser analyser{nullptr, {.findings = false, .mergeable = true}};
  analyser.feed(text);
  return render_json(analyser.finish(context), 0);
}

Summary summary_of_records(const std::vector<std::string>& records) {
  Merger merger;
  for (const std::string& record : records) merger.add(record);
  return merger.finish();
}

std::string merged(const std::vector<std::string>& records) {
  return render_json(summary_of_records(records), 0);
}

}  // namespace longhaul::diag::test
