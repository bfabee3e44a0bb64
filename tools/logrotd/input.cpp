#include "input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "base/fd.hpp"

namespace longhaul::logrotd {
namespace {

constexpr std::size_t reads_of_a_pipe = 64;  // more than a full pipe takes: a producer may write without end

int milliseconds_until(Input::Deadline deadline) {
  if (!deadline) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, INT_MAX));
}

}  // namespace

Input::Input(int pipe_bytes) : signals_{SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2} {
  (void)::fcntl(STDIN_FILENO, F_SETPIPE_SZ, pipe_bytes);
}

std::optional<Event> Input::signalled() {
  const std::optional<int> signal = signals_.next();
  if (!signal) return std::nullopt;
  switch (*signal) {
    case SIGHUP:
    case SIGUSR1: return Event::rotate;
    case SIGUSR2: return Event::dump;
    default:
      if (!stopped_by_) left_to_read_ = reads_of_a_pipe;
      stopped_by_ = signal;
      return std::nullopt;
  }
}

Input::Came Input::next(Deadline deadline, std::span<char> room, bool not_now) {
  if (busy_ && !not_now && !stopped_by_) {
    if (const auto event = signalled()) return {*event};
    // Without a look at the pipe first: both take the lock that the producer wants.
    iovec into{room.data(), room.size()};
    const ssize_t bytes = ::preadv2(STDIN_FILENO, &into, 1, -1, RWF_NOWAIT);
    busy_ = bytes == static_cast<ssize_t>(room.size());
    if (bytes > 0) return {Event::readable, static_cast<std::size_t>(bytes)};
  }
  const Event event = wait(deadline, not_now);
  if (event != Event::readable) return {event};
  const std::size_t bytes = core::read_some(STDIN_FILENO, room, "stdin");
  busy_ = bytes == room.size();
  return {event, bytes};
}

Event Input::wait(Deadline deadline, bool not_now) {
  while (true) {
    if (stopped_by_ && not_now) return Event::stop;
    pollfd waiting[] = {{not_now ? -1 : STDIN_FILENO, POLLIN, 0}, {signals_.descriptor(), POLLIN, 0}};
    const int ready = ::poll(waiting, 2, stopped_by_ ? 0 : milliseconds_until(deadline));
    if (ready < 0 && errno != EINTR) return Event::readable;  // read() says what is wrong
    if (waiting[1].revents != 0)
      if (const auto event = signalled()) return *event;
    if (ready > 0 && waiting[0].revents != 0) {
      if (stopped_by_ && left_to_read_-- == 0) return Event::stop;
      return Event::readable;
    }
    if (stopped_by_) return Event::stop;
    if (ready == 0) return Event::due;
  }
}

Input::Deadline earliest(std::initializer_list<Input::Deadline> deadlines) {
  Input::Deadline first;
  for (const Input::Deadline& each : deadlines)
    if (each && (!first || *each < *first)) first = each;
  return first;
}

}  // namespace longhaul::logrotd
