#include "diag/suggestion.hpp"

#include <algorithm>
#include <tuple>

#include "base/shell_word.hpp"

namespace longhaul::diag {
namespace {

constexpr std::size_t most_paths = 4;

// Exceptions that the network raises: codes of Node's, and those of Python's standard library and its common
// clients.
constexpr std::string_view network_exceptions[] = {
    "ECONNREFUSED",
    "ECONNRESET",
    "ECONNABORTED",
    "ENOTFOUND",
    "ETIMEDOUT",
    "ETIMEOUT",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "UND_ERR_CONNECT_TIMEOUT",
    "CERT_HAS_EXPIRED",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "ConnectionAbortedError",
    "BrokenPipeError",
    "gaierror",
    "ConnectTimeout",
    "ReadTimeout",
    "ConnectError",
    "SSLError",
    "SSLCertVerificationError",
    "URLError",
    "HTTPError",
    "MaxRetryError",
    "NewConnectionError",
    "ProxyError",
    "RemoteDisconnected",
    "ClientConnectorError",
    "ServerDisconnectedError",
};

bool is_network(const Group& group) {
  // undici's, of which the reason is only the cause
  if (group.code == "TypeError" && group.first().message == "fetch failed") return true;
  return std::find(std::begin(network_exceptions), std::end(network_exceptions), group.code) !=
         std::end(network_exceptions);
}

// Paths as a command run in the working directory would name them, separated by blanks.
std::string paths_of(const ToolTally& tally, const Context& context) {
  const std::vector<std::string> paths = tally.fullest().paths.narrowest(most_paths);
  const std::string here =
      context.working_directory.empty() ? std::string{} : context.working_directory + '/';
  std::string joined;
  for (std::string_view path : paths) {
    if (!here.empty() && path.starts_with(here)) path.remove_prefix(here.size());
    if (!joined.empty()) joined += ' ';
    joined += core::shell_path(path);
  }
  return joined.empty() ? "." : joined;
}

std::string filled(std::string_view command, std::string_view field, std::string_view value) {
  std::string text{command};
  if (const std::size_t at = text.find(field); at != std::string::npos) text.replace(at, field.size(), value);
  return text;
}

// The tests to run again: the one that failed where it is one, else where they are.
std::string tests_of(const ToolTally& tally, const Context& context) {
  const ToolTally::Channel& channel = tally.fullest();
  const bool one = channel.seen == 1 && channel.groups.size() == 1;
  if (one && channel.groups.front().first().place.find("::") != std::string::npos)
    return core::shell_path(channel.groups.front().first().place);
  return paths_of(tally, context);
}

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

// Where to begin: at what others follow from; at a compiler's first error; else at what there is most of.
struct Beginning {
  std::string place;
  std::string_view code;  // where others follow from it
};

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

enum class Which { any, by_hand };

Beginning beginning_of(const ToolTally& tally, Which which = Which::any) {
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

// The one place in which most of several tests fail; nothing where there is none.
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

}  // namespace

const Format& format_of(const ToolTally& tally) {
  const Format& format = *tally.format;
  const auto& groups = tally.fullest().groups;
  return format.really == nullptr || groups.empty() ? format : *format.really(groups);
}

Kind kind_of(const ToolTally& tally) {
  const Kind kind = format_of(tally).kind;
  if (kind != Kind::runtime_error) return kind;
  const auto& groups = tally.fullest().groups;
  const bool network = !groups.empty() && std::all_of(groups.begin(), groups.end(), is_network);
  return network ? Kind::network_error : Kind::runtime_error;
}

namespace {

Summary::Repair repair_of(const ToolTally& tally, const Context& context) {
  const Format& format = format_of(tally);
  const std::string paths = paths_of(tally, context);
  Summary::Repair repair{.tool = std::string{format.name},
                         .kind = kind_of(tally),
                         .total = tally.total(),
                         .fixable = tally.fixable(),
                         .fix = filled(format.fix, "{paths}", paths),
                         .rerun = filled(format.rerun, "{paths}", paths),
                         .paths = {},
                         .first = first_place(tally),
                         .first_by_hand = beginning_of(tally, Which::by_hand).place};
  repair.rerun = filled(repair.rerun, "{tests}", tests_of(tally, context));
  for (const std::string_view path : tally.fullest().paths.narrowest(most_paths))
    repair.paths.emplace_back(path);
  return repair;
}

}  // namespace

void suggest(Summary& summary, const std::vector<const ToolTally*>& tools, const Context& context) {
  for (const ToolTally* tool : tools)
    if (tool->total() != 0) summary.repairs.push_back(repair_of(*tool, context));
  if (summary.total == 0) {
    if (!summary.recognised) summary.suggestion = "Read the raw output: it was not understood";
    return;
  }
  summary.actionable = true;
  // One command that mends half of all or more comes first; else the gravest tool has the word.
  const ToolTally* mends = nullptr;
  for (const ToolTally* tool : tools)
    if (tool->fixable() != 0 && !format_of(*tool).fix.empty() &&
        (mends == nullptr || tool->fixable() > mends->fixable()) &&
        (tool == tools.front() || tool->fixable() * 2 >= summary.total))
      mends = tool;
  if (mends != nullptr) {
    summary.suggestion = "Run: " + filled(format_of(*mends).fix, "{paths}", paths_of(*mends, context)) +
                         " (" + std::to_string(mends->fixable()) + " of " + std::to_string(mends->total()) +
                         " auto-fixable)";
    return;
  }
  const ToolTally& worst = *tools.front();
  const Beginning beginning = beginning_of(worst);
  if (format_of(worst).kind == Kind::test_failure && !format_of(worst).rerun.empty()) {
    const std::string run = filled(format_of(worst).rerun, "{tests}", tests_of(worst, context));
    if (const FailingPlace* common = common_failure(worst); common != nullptr)
      summary.suggestion = "Fix first: " + common->place + " (" +
                           std::to_string(std::min(common->count, worst.total())) + " of " +
                           std::to_string(worst.total()) + " fail there), then run: " + run;
    else
      summary.suggestion = "Run: " + run;
  } else if (!beginning.place.empty()) {
    summary.suggestion = "Fix first: " + beginning.place;
    if (!beginning.code.empty())
      summary.suggestion += " (" + std::string{beginning.code} + ": others may follow from it)";
    if (!format_of(worst).rerun.empty())
      summary.suggestion +=
          ", then run: " + filled(format_of(worst).rerun, "{paths}", paths_of(worst, context));
  } else if (!format_of(worst).rerun.empty()) {
    summary.suggestion = "Run: " + filled(format_of(worst).rerun, "{paths}", paths_of(worst, context));
  } else {
    summary.suggestion = "Read the first of them";
  }
}

}  // namespace longhaul::diag
