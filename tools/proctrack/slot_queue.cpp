#include "slot_queue.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include "base/error.hpp"
#include "base/moment.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::proctrack {
namespace {

constexpr char begun_mark = '1';

[[noreturn]] void fail(const std::string& path, int error_number) {
  throw core::Error{path, core::reason_of(error_number), core::Exit::wrapper_failed};
}

// Waits for one of the pipes; false where the time is over.
bool wait_for(std::vector<pollfd>& pipes, std::optional<core::Moment> until) {
  while (true) {
    const int ready = ::poll(pipes.data(), pipes.size(), until ? core::poll_time(core::now(), *until) : -1);
    if (ready > 0) return true;
    if (ready == 0 && core::now() >= *until) return false;
    if (ready < 0 && errno != EINTR) throw core::Error{"poll", core::reason_of(errno)};
  }
}

}  // namespace

SlotQueue::SlotQueue(std::string folder) : folder_{std::move(folder)} { sys::make_private_folder(folder_); }

std::vector<std::uint64_t> SlotQueue::numbers() const {
  std::vector<std::uint64_t> found;
  std::error_code error;
  for (std::filesystem::directory_iterator entry{folder_, error}, end; !error && entry != end;
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    std::uint64_t number = 0;
    const auto [rest, wrong] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (wrong == std::errc{} && rest == name.data() + name.size()) found.push_back(number);
  }
  std::ranges::sort(found);
  return found;
}

// Numbers are drawn one at a time, and none comes twice: who removes the ticket of a dead one, by its number,
// removes no other. The last one stands in the lock.
SlotQueue::Own SlotQueue::draw() const {
  const auto lock = sys::locked(folder_ + "/lock");
  Own own;
  std::uint64_t last = 0;
  if (::pread(lock.get(), &last, sizeof last, 0) != sizeof last) last = highest();
  own.number = last + 1;
  if (::pwrite(lock.get(), &own.number, sizeof own.number, 0) != sizeof own.number)
    fail(folder_ + "/lock", errno);
  const std::string unnumbered = folder_ + "/new";
  ::unlink(unnumbered.c_str());
  if (::mkfifo(unnumbered.c_str(), 0600) != 0) fail(unnumbered, errno);
  own.pipe.reset(::open(unnumbered.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
  if (!own.pipe || ::flock(own.pipe.get(), LOCK_EX | LOCK_NB) != 0) fail(unnumbered, errno);
  if (::rename(unnumbered.c_str(), path(own.number).c_str()) != 0) fail(path(own.number), errno);
  return own;
}

void SlotQueue::give_back(const Own& own) const { ::unlink(path(own.number).c_str()); }

std::vector<SlotQueue::Other> SlotQueue::before(std::uint64_t number) const {
  std::vector<Other> living;
  for (const auto other : numbers()) {
    if (other >= number) break;
    core::Fd pipe{::open(path(other).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)};
    if (!pipe) continue;
    if (::flock(pipe.get(), LOCK_SH | LOCK_NB) == 0) {
      ::unlink(path(other).c_str());  // nobody holds it any more
      continue;
    }
    pollfd state{pipe.get(), POLLIN, 0};
    (void)::poll(&state, 1, 0);
    living.push_back({std::move(pipe), (state.revents & POLLIN) != 0});
  }
  return living;
}

std::uint64_t SlotQueue::highest() const {
  const auto all = numbers();
  return all.empty() ? 0 : all.back();
}

std::optional<core::Fd> SlotQueue::take(std::uint64_t most, std::optional<std::chrono::nanoseconds> wait) {
  std::optional<core::Moment> until;
  if (wait) until = core::after(core::now(), *wait);
  Own own = draw();
  while (true) {
    const auto others = before(own.number);
    if (others.size() < most) break;
    // Only the first of those who wait looks at all that are held; each other one waits for the one before it
    // to begin or to go. So whatever happens wakes one.
    std::vector<pollfd> pipes;
    if (others.back().has_begun) {
      for (const auto& other : others)
        pipes.push_back({other.pipe.get(), 0, 0});  // hanging up is always told
    } else {
      pipes.push_back({others.back().pipe.get(), POLLIN, 0});
    }
    if (!wait_for(pipes, until)) {
      give_back(own);
      return std::nullopt;
    }
  }
  if (::write(own.pipe.get(), &begun_mark, 1) != 1) fail(path(own.number), errno);
  return std::move(own.pipe);
}

SlotQueue::Counts SlotQueue::counts() const {
  Counts counts;
  for (const auto& other : before(std::numeric_limits<std::uint64_t>::max()))
    ++(other.has_begun ? counts.held : counts.waiting);
  return counts;
}

}  // namespace longhaul::proctrack
