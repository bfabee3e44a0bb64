#include "worker.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "base/error.hpp"
#include "sys/process_table.hpp"
#include "sys/spawn.hpp"

namespace longhaul::proctrack {
namespace {

void never_wait(const core::Fd& pipe) { (void)::fcntl(pipe.get(), F_SETFL, O_NONBLOCK); }

}  // namespace

Worker::Worker(std::span<const std::string> command) : since_{core::now()} {
  core::Pipe input = core::make_pipe();
  core::Pipe output = core::make_pipe();
  sigset_t none;
  ::sigemptyset(&none);
  pid_ = sys::spawn({.command = command, .signal_mask = &none, .prepare = [&] {
                       const bool ready = ::dup2(input.read_end.get(), STDIN_FILENO) >= 0 &&
                                          ::dup2(output.write_end.get(), STDOUT_FILENO) >= 0 &&
                                          ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
                       return ready ? 0 : errno;
                     }});
  in_ = std::move(input.write_end);
  out_ = std::move(output.read_end);
  never_wait(in_);
  never_wait(out_);
}

void Worker::give(std::string_view request, bool last, core::Moment now) {
  unwritten_ = request;
  written_ = 0;
  last_ = last;
  is_busy_ = true;
  since_ = now;
  write_on();
}

void Worker::write_on() {
  const auto count = ::write(in_.get(), unwritten_.data() + written_, unwritten_.size() - written_);
  if (count >= 0) {
    written_ += static_cast<std::size_t>(count);
  } else if (errno != EAGAIN && errno != EINTR) {
    written_ = unwritten_.size();  // it does not read any more: what it prints, or its end, tells
  }
  if (written_ != unwritten_.size()) return;
  unwritten_ = {};
  written_ = 0;
  if (last_) in_.reset();
}

void Worker::read_on() {
  if (!out_) return;
  std::array<char, 64 * 1024> piece;
  const auto count = ::read(out_.get(), piece.data(), piece.size());
  if (count > 0) printed_.append(piece.data(), static_cast<std::size_t>(count));
  if (count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR))) return;
  out_.reset();
  output_ended_ = core::now();
}

void Worker::read_rest() {
  // More than a pipe holds: what another process goes on to write there is not waited for.
  constexpr std::size_t most = std::size_t{2} << 20U;
  const std::size_t limit = printed_.size() + most;
  for (auto before = std::string::npos; out_ && printed_.size() != before && printed_.size() < limit;) {
    before = printed_.size();
    read_on();
  }
}

std::size_t Worker::line_end() {
  const auto end = printed_.find('\n', std::min(searched_, printed_.size()));
  searched_ = end == std::string::npos ? printed_.size() : 0;
  return end;
}

void Worker::note_answer(core::Moment now) {
  is_busy_ = false;
  since_ = now;
  ++answers_;
}

void Worker::kill() const {
  if (has_ended_) return;
  // Stopped first, until none is new: what runs on while its children are killed may begin another, which
  // would take the end of its input for the end of a request.
  (void)::kill(pid_, SIGSTOP);
  auto below = sys::ProcessTable{}.descendants(pid_);
  for (std::size_t stopped = 0; below.size() > stopped; below = sys::ProcessTable{}.descendants(pid_)) {
    stopped = below.size();
    for (const auto& each : below) (void)sys::send_signal(each.id, SIGSTOP);
  }
  for (const auto& each : below) (void)sys::send_signal(each.id, SIGKILL);
  (void)::kill(pid_, SIGKILL);
}

std::uint64_t Worker::resident_bytes() const {
  if (has_ended_) return 0;
  const sys::ProcessTable table;
  const auto own = table.read(pid_);
  std::uint64_t bytes = own ? own->resident_bytes : 0;
  for (const auto& below : table.descendants(pid_)) bytes += below.resident_bytes;
  return bytes;
}

}  // namespace longhaul::proctrack
