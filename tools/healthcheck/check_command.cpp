// A number that a command prints.
#include <poll.h>
#include <sys/prctl.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/moment.hpp"
#include "check.hpp"
#include "sys/command_group.hpp"
#include "sys/signal_queue.hpp"

namespace longhaul::healthcheck {
namespace {

constexpr std::size_t longest_output = 4096;

[[noreturn]] void time_is_over(const std::string& subject) {
  throw core::Error{subject, "the command did not end in time"};
}

// All that it prints until it closes its output.
std::string read_all(const core::Fd& output, int signals, core::Moment until, const std::string& subject) {
  std::string text;
  std::array<char, longest_output> piece;
  while (true) {
    std::array<pollfd, 2> ready{{{output.get(), POLLIN, 0}, {signals, POLLIN, 0}}};
    while (::poll(ready.data(), ready.size(), core::poll_time(core::now(), until)) <= 0) {
      if (core::now() >= until) time_is_over(subject);
    }
    if (ready[1].revents != 0) throw Abandoned{};
    const auto count = core::read_some(output.get(), piece, subject);
    if (count == 0) return text;
    text.append(piece.data(), count);
    if (text.size() > longest_output) throw core::Error{subject, "the command prints without end"};
  }
}

double number_of(std::string text, const std::string& subject) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && is_blank(text.back())) text.pop_back();
  std::string_view digits = text;
  while (!digits.empty() && (is_blank(digits.front()) || digits.front() == '+')) digits.remove_prefix(1);
  double value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  constexpr double largest = 1e300;
  if (digits.empty() || problem != std::errc{} || end != digits.data() + digits.size() ||
      !(value < largest) || !(value > -largest)) {
    constexpr std::size_t longest_shown = 40;
    throw core::Error{subject, digits.empty() ? "the command prints nothing"
                                              : "the command prints no number: '" +
                                                    std::string{digits.substr(0, longest_shown)} + "'"};
  }
  return value;
}

}  // namespace

void check_metric(const Target& target, const Context& context, Readings& readings) {
  const auto until = core::after(core::now(), context.timeout);
  // Nobody else ends the command's group where this process is ended.
  sys::SignalQueue signals{SIGTERM, SIGINT, SIGHUP};
  core::Pipe output = core::make_pipe();
  const auto prepare = [] { return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 ? 0 : errno; };
  sys::CommandGroup running{{.text = target.command,
                             .signal_mask = &signals.mask_at_start(),
                             .output = output.write_end.get(),
                             .prepare = prepare}};
  output.write_end.reset();
  const auto text = read_all(output.read_end, signals.descriptor(), until, target.what);
  if (!running.wait(until, signals.descriptor())) {
    if (signals.next()) throw Abandoned{};
    time_is_over(target.what);
  }
  const int status = running.reap();
  if (status != 0) throw core::Error{target.what, "the command ends with status " + std::to_string(status)};
  readings.push_back(target.check->reading(target, 0, number_of(text, target.what)));
}

}  // namespace longhaul::healthcheck
