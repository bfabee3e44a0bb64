#include "cli/session.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/fd.hpp"

namespace longhaul::cli {
namespace {

constexpr std::size_t buffer_limit = 64 * 1024;

// A pipe that is not full takes so much without waiting: PIPE_BUF.
constexpr std::size_t always_taken = 4096;

bool takes_a_line(int descriptor) {
  pollfd writing{descriptor, POLLOUT, 0};
  return ::poll(&writing, 1, 0) == 1 && (writing.revents & POLLOUT) != 0;
}

}  // namespace

// One write, so that lines of several processes do not mix. Where stderr fails there is nobody left to tell.
void Session::write(std::string line) const {
  if (!waits_for_stderr_) {
    if (!takes_a_line(STDERR_FILENO)) return;
    line.resize(std::min(line.size(), always_taken - 1));
  }
  core::try_write_all(STDERR_FILENO, line + '\n');
}

void Session::say(std::string_view message) const {
  std::string line{tool_};
  line.append(": ").append(message);
  // A subject may be a file name with a line break in it; a message stays one line.
  std::ranges::replace_if(
      line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  write(std::move(line));
}

void Session::warn(std::string_view subject, std::string_view reason) {
  say("warning: " + core::Error{subject, reason}.message);
}

void Session::complain(std::string_view subject, std::string_view reason) {
  say(core::Error{subject, reason}.message);
}

void Session::note(std::string_view line) { write(std::string{line}); }

void Session::report(const core::Error& error) {
  had_trouble_ = true;
  say(error.message);
}

void Session::print(std::string_view text) {
  if (output_lost_) return;
  buffer_ += text;
  if (buffer_.size() >= buffer_limit) flush();
}

void Session::flush() {
  const int failed = core::try_write_all(STDOUT_FILENO, buffer_);
  buffer_.clear();
  if (failed == 0) return;
  output_lost_ = true;
  if (role_ == Role::wrapper) {
    if (failed != EPIPE) report({"stdout", core::reason_of(failed)});
    return;
  }
  if (failed == EPIPE) throw ReaderGone{};
  throw OutputFailed{"stdout", core::reason_of(failed)};
}

void Session::close_output() {
  flush();
  if (::close(STDOUT_FILENO) != 0 && errno != EBADF && errno != EINTR)
    throw OutputFailed{"stdout", core::reason_of(errno)};
}

core::Exit Session::trouble() const {
  switch (role_) {
    case Role::gate: return core::Exit::unknown;
    case Role::wrapper: return core::Exit::wrapper_failed;
    case Role::filter: break;
  }
  return core::Exit::trouble;
}

int Session::final_status(core::Exit of_run) const {
  const auto highest_replaced = role_ == Role::wrapper ? core::Exit::ok : core::Exit::finding;
  return static_cast<int>(had_trouble_ && of_run <= highest_replaced ? trouble() : of_run);
}

int Session::status_of(const core::Error& error) const {
  return static_cast<int>(error.exit.value_or(trouble()));
}

}  // namespace longhaul::cli
