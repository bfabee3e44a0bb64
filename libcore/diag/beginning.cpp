#include "diag/beginning.hpp"

#include <algorithm>
#include <tuple>

namespace longhaul::diag {
namespace {

// Codes of what makes other findings follow: what could not be read or found.
constexpr std::string_view causes[] = {
    // imports
    "TS2307", "TS2792", "import-not-found", "import-untyped", "reportMissingImports", "import-error", "E0401",
    "import/no-unresolved", "n/no-missing-import", "E0432", "E0433", "E0463", "ModuleNotFoundError",
    "ImportError", "MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND",
    // syntax
    "E999", "invalid-syntax", "syntax-error", "E0001", "SyntaxError", "TS1005", "TS1109", "TS1128", "syntax"};

bool is_cause(const Group& group) {
  return std::find(std::begin(causes), std::end(causes), group.code) != std::end(causes);
}

// In what is not the project's own: a library, a tool's own files.
bool is_foreign(std::string_view place) {
  return place.starts_with("/usr/") || place.starts_with('<') ||
         place.find("/site-packages/") != std::string_view::npos ||
         place.find("/dist-packages/") != std::string_view::npos ||
         place.find("node_modules/") != std::string_view::npos;
}

// The first example in the project's own files; any where there is none.
const Example& own_example(const Group& group) {
  const auto own =
      std::ranges::find_if(group.examples, [](const Example& each) { return !is_foreign(each.place); });
  return own == group.examples.end() ? group.first() : *own;
}

}  // namespace

Beginning beginning_of(const ToolTally& tally, Which which) {
  const auto rank = [](const Group& group) {
    const bool error = group.severity == Severity::error;
    return std::tuple{error && is_cause(group), !is_foreign(own_example(group).place), error, group.count};
  };
  const auto& groups = tally.fullest().groups;
  const Group* best = nullptr;
  for (const Group& group : groups) {
    const bool is_mended = which == Which::by_hand && group.fixable == group.count;
    if (group.first().place.empty() || is_mended) continue;
    if (best == nullptr || rank(group) > rank(*best) ||
        (rank(group) == rank(*best) && group.first() < best->first()))
      best = &group;
  }
  if (best == nullptr) return {};
  const std::string& place = own_example(*best).place;
  if (is_cause(*best) && groups.size() > 1) return {place, best->code};
  const bool has_origin = tally.origin && which == Which::any && !is_foreign(tally.origin->place);
  if (tally.format->kind == Kind::build_failure && has_origin) return {tally.origin->place, {}};
  return {place, {}};
}

const FailingPlace* common_failure(const ToolTally& tally) {
  constexpr std::uint64_t several = 3;
  const auto most = std::ranges::max_element(tally.failing_places, [](const auto& a, const auto& b) {
    return std::tie(a.count, b.place) < std::tie(b.count, a.place);
  });
  const bool is_most =
      most != tally.failing_places.end() && most->count * 2 > tally.total() && !is_foreign(most->place);
  return is_most && most->count >= several ? &*most : nullptr;
}

std::string first_place(const ToolTally& tally) {
  const FailingPlace* common = common_failure(tally);
  return common != nullptr ? common->place : beginning_of(tally).place;
}

}  // namespace longhaul::diag
