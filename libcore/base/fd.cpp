#include "base/fd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "base/error.hpp"

namespace longhaul::core {
namespace {

bool would_block(int error_number) { return error_number == EAGAIN || error_number == EWOULDBLOCK; }

void wait_until(int descriptor, short event) {
  pollfd waiting{descriptor, event, 0};
  ::poll(&waiting, 1, -1);
}

}  // namespace

void Fd::reset(int descriptor) noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = descriptor;
}

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw Error{"pipe", reason_of(errno)};
  return {Fd{ends[0]}, Fd{ends[1]}};
}

Fd open_input(std::string_view path) {
  constexpr int first_free = 3;
  const std::string name{path};
  const int opened = path == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, first_free)
                                 : ::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (opened < 0) throw Error{input_name(path), reason_of(errno)};
  return Fd{opened};
}

std::string working_directory() {
  std::array<char, PATH_MAX> buffer{};
  return ::getcwd(buffer.data(), buffer.size()) == nullptr ? std::string{} : std::string{buffer.data()};
}

std::string_view input_name(std::string_view path) { return path == "-" ? std::string_view{"stdin"} : path; }

std::size_t read_some(int descriptor, std::span<char> buffer, std::string_view subject) {
  while (true) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (would_block(errno)) {
      wait_until(descriptor, POLLIN);
    } else if (errno != EINTR) {
      throw Error{subject, reason_of(errno)};
    }
  }
}

bool StoppableInput::wait() {
  while (true) {
    pollfd waiting[] = {{descriptor_, POLLIN, 0}, {stop_, POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 && errno != EINTR) return true;  // read() says what is wrong
    const bool stopped = waiting[1].revents != 0;
    if (waiting[0].revents != 0) return !stopped || reads_left_-- > 0;
    if (stopped) return false;
  }
}

int try_write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (would_block(errno)) {
      wait_until(descriptor, POLLOUT);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

void write_all(int descriptor, std::string_view bytes, std::string_view subject) {
  if (const int failed = try_write_all(descriptor, bytes); failed != 0)
    throw Error{subject, reason_of(failed)};
}

}  // namespace longhaul::core
