// A number that a command prints.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>

#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/moment.hpp"
#include "check.hpp"
#include "sys/spawn.hpp"

namespace longhaul::healthcheck {
namespace {

constexpr std::size_t longest_output = 4096;

// The command with all that it started, which is ended with it.
class Running {
 public:
  explicit Running(const std::string& command) {
    core::Pipe output = core::make_pipe();
    const core::Fd nothing{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
    const std::array<std::string, 3> words{"sh", "-c", command};
    pid_ = sys::spawn({.command = words, .prepare = [&] {
                         const bool ready = ::setpgid(0, 0) == 0 && ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
                                            ::dup2(nothing.get(), STDIN_FILENO) >= 0 &&
                                            ::dup2(output.write_end.get(), STDOUT_FILENO) >= 0;
                         return ready ? 0 : errno;
                       }});
    output_ = std::move(output.read_end);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (pid_ > 0) (void)end();
  }

  // All that it prints until it closes its output.
  std::string read(core::Moment until, const std::string& subject) {
    std::string text;
    std::array<char, longest_output> piece;
    while (true) {
      wait(until, subject);
      const auto count = core::read_some(output_.get(), piece, subject);
      if (count == 0) return text;
      text.append(piece.data(), count);
      if (text.size() > longest_output) throw core::Error{subject, "the command prints without end"};
    }
  }

  // Its status, the end being waited for as long as there is time; what it left running is killed.
  int wait_for_end(core::Moment until, const std::string& subject) {
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0) {
      constexpr std::chrono::milliseconds between_looks{5};  // it has closed its output: it is about to end
      if (core::now() >= until) time_is_over(subject);
      (void)::poll(nullptr, 0, static_cast<int>(between_looks.count()));
    }
    return end();
  }

 private:
  void wait(core::Moment until, const std::string& subject) {
    pollfd ready{output_.get(), POLLIN, 0};
    while (::poll(&ready, 1, core::poll_time(core::now(), until)) <= 0) {
      if (core::now() >= until) time_is_over(subject);
    }
  }

  [[noreturn]] void time_is_over(const std::string& subject) {
    throw core::Error{subject, "the command did not end in time"};
  }

  int end() {
    (void)::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return WIFSIGNALED(status) ? static_cast<int>(core::ended_by(WTERMSIG(status))) : WEXITSTATUS(status);
  }

  core::Fd output_;
  pid_t pid_ = 0;
};

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
  Running running{target.command};
  const auto text = running.read(until, target.what);
  const int status = running.wait_for_end(until, target.what);
  if (status != 0) throw core::Error{target.what, "the command ends with status " + std::to_string(status)};
  readings.push_back(target.check->reading(target, 0, number_of(text, target.what)));
}

}  // namespace longhaul::healthcheck
