#include "show.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "diag/analyser.hpp"
#include "saved_outputs.hpp"

namespace longhaul::errsum {
namespace {

using Finding = diag::Summary::Finding;

constexpr std::size_t read_at_once = std::size_t{64} << 10U;

struct Lines {
  std::uint64_t first = 0, last = 0;
};

void show_whole(const Wanted& wanted, cli::Session& session) {
  auto text = open_saved(wanted.folder, wanted.hash);
  std::array<char, read_at_once> piece;
  while (const auto size = text.read(piece)) session.print({piece.data(), size});
}

bool is_wanted(const Finding& finding, const Wanted& wanted) {
  const bool is_code = wanted.code.empty() || finding.code == wanted.code;
  return is_code &&
         (wanted.file.empty() || finding.file == wanted.file || finding.file.ends_with('/' + wanted.file));
}

std::vector<Finding> findings_of(const Wanted& wanted) {
  diag::Analyser analyser{wanted.tool, {.findings = true}};
  auto text = open_saved(wanted.folder, wanted.hash);
  while (const auto size = text.read(analyser.space())) analyser.wrote(size);
  auto findings = analyser.finish().findings;
  std::erase_if(findings, [&](const Finding& one) { return !is_wanted(one, wanted); });
  return findings;
}

std::string line_of(const Finding& finding) {
  std::string line = finding.file;
  if (finding.line != 0) line += ':' + std::to_string(finding.line);
  if (finding.column != 0) line += ':' + std::to_string(finding.column);
  if (!line.empty()) line += ": ";
  line += finding.severity == diag::Severity::error ? "error: " : "warning: ";
  line += finding.message.empty() ? finding.name : finding.message;
  return finding.code.empty() ? line : line + " [" + finding.code + ']';
}

// Prints the lines of some ranges, which are in order and may overlap; blank ones at the end of a range are
// not part of it.
class LinePrinter {
 public:
  LinePrinter(std::vector<Lines> wanted, cli::Session& session)
      : wanted_{std::move(wanted)}, session_{session} {}

  void take(std::string_view text) {
    while (!text.empty()) {
      const auto end = text.find('\n');
      line_ += text.substr(0, end);
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + 1);
      end_line();
    }
  }
  void finish() {
    if (!line_.empty()) end_line();
  }

 private:
  void end_line() {
    ++number_;
    while (at_ < wanted_.size() && wanted_[at_].last < number_) {
      ++at_;
      blank_lines_ = 0;
    }
    if (at_ < wanted_.size() && wanted_[at_].first <= number_) print();
    line_.clear();
  }
  void print() {
    if (line_.find_first_not_of(" \t\r") == std::string::npos) {
      ++blank_lines_;
      return;
    }
    session_.print(std::string(blank_lines_, '\n') + line_ + '\n');
    blank_lines_ = 0;
  }

  std::vector<Lines> wanted_;
  cli::Session& session_;
  std::size_t at_ = 0;
  std::uint64_t number_ = 0;
  std::size_t blank_lines_ = 0;
  std::string line_;
};

void show_lines(const Wanted& wanted, std::vector<Lines> lines, cli::Session& session) {
  std::ranges::sort(lines, {}, &Lines::first);
  LinePrinter printer{std::move(lines), session};
  auto text = open_saved(wanted.folder, wanted.hash);
  std::array<char, read_at_once> piece;
  while (const auto size = text.read(piece)) printer.take({piece.data(), size});
  printer.finish();
}

}  // namespace

core::Exit show(const Wanted& wanted, cli::Session& session) {
  if (wanted.code.empty() && wanted.file.empty()) {
    show_whole(wanted, session);
    return core::Exit::ok;
  }
  const auto findings = findings_of(wanted);
  std::vector<Lines> lines;
  for (const auto& finding : findings) {
    if (finding.first_line != 0)
      lines.push_back({finding.first_line, finding.last_line});
    else
      session.print(line_of(finding) + '\n');
  }
  if (!lines.empty()) show_lines(wanted, std::move(lines), session);
  return findings.empty() ? core::Exit::finding : core::Exit::ok;
}

}  // namespace longhaul::errsum
