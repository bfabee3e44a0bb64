#include "sys/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "sys/process_descriptor.hpp"
#include "sys/spawn.hpp"

namespace longhaul::sys {
namespace {

using Clock = std::chrono::steady_clock;

// One piece to the sink; false at the end of the pipe.
bool pass_piece(const core::Fd& pipe, Stream stream, const Child::Sink& sink, std::span<char> buffer) {
  const auto count = core::read_some(pipe.get(), buffer, stream == Stream::out ? "stdout" : "stderr");
  if (count != 0) sink(stream, {buffer.data(), count});
  return count != 0;
}

bool has_data(const core::Fd& pipe) {
  pollfd waiting{pipe.get(), POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1 && (waiting.revents & POLLIN) != 0;
}

// What is left in a pipe, no more than it can hold: a background process may write without end.
void drain(const core::Fd& pipe, Stream stream, const Child::Sink& sink, std::span<char> buffer) {
  const int capacity = ::fcntl(pipe.get(), F_GETPIPE_SZ);
  for (int left = capacity; left > 0 && has_data(pipe); left -= static_cast<int>(buffer.size())) {
    if (!pass_piece(pipe, stream, sink, buffer)) return;
  }
}

}  // namespace

Child Child::start(std::span<const std::string> command, Pipes pipes) { return Child{command, pipes}; }

Child::Child(std::span<const std::string> command, Pipes pipes) {
  core::Pipe out = core::make_pipe();
  core::Pipe err = pipes == Pipes::separate ? core::make_pipe() : core::Pipe{};
  (void)std::signal(SIGCHLD,
                    SIG_DFL);  // where it was ignored at the start, there would be no status to wait for
  const int error_end = err.write_end ? err.write_end.get() : out.write_end.get();
  pid_ = spawn({.command = command, .signal_mask = &forwarding_.mask_at_start(), .prepare = [&] {
                  const bool joined = ::dup2(out.write_end.get(), STDOUT_FILENO) >= 0 &&
                                      ::dup2(error_end, STDERR_FILENO) >= 0;
                  return joined ? 0 : errno;
                }});
  forwarding_.follow(pid_);
  process_ = open_process(pid_);
  out_ = std::move(out.read_end);
  err_ = std::move(err.read_end);
}

bool Child::has_ended() const {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == pid_;
}

void Child::read_output(const Sink& sink, std::chrono::milliseconds linger) {
  std::array<char, 64 * 1024> buffer;
  std::optional<Clock::time_point> deadline;
  constexpr int look_again = 50;  // ms between two looks at the process where there is no pidfd
  while (out_ || err_) {
    int timeout = process_ ? -1 : look_again;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now());
      if (left.count() <= 0) break;
      timeout = static_cast<int>(left.count());
    }
    // A negative descriptor is skipped.
    std::array<pollfd, 3> waiting{
        {{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}, {process_.get(), POLLIN, 0}}};
    if (deadline) waiting[2].fd = -1;
    if (::poll(waiting.data(), waiting.size(), timeout) < 0 && errno != EINTR)
      throw core::Error{"poll", core::reason_of(errno), core::Exit::wrapper_failed};
    if (waiting[0].revents != 0 && !pass_piece(out_, Stream::out, sink, buffer)) out_.reset();
    if (waiting[1].revents != 0 && !pass_piece(err_, Stream::err, sink, buffer)) err_.reset();
    if (!deadline && (waiting[2].revents != 0 || (!process_ && has_ended())))
      deadline = Clock::now() + linger;
  }
  if (out_) drain(out_, Stream::out, sink, buffer);
  if (err_) drain(err_, Stream::err, sink, buffer);
}

int Child::wait() {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0) {
    if (errno != EINTR) throw core::Error{"wait", core::reason_of(errno), core::Exit::wrapper_failed};
  }
  forwarding_.stop();
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) return static_cast<int>(core::Exit::signal_base) + WTERMSIG(status);
  return WEXITSTATUS(status);
}

}  // namespace longhaul::sys
