#include "diag/suggestion.hpp"

#include <algorithm>

#include "base/shell_word.hpp"
#include "diag/beginning.hpp"

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
