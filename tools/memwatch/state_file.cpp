#include "state_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace longhaul::memwatch {
namespace {

constexpr std::uint64_t least_change = 100;  // of the budget, one part of so many
constexpr std::chrono::seconds longest{10};

}  // namespace

StateFile::StateFile(std::string path, const Thresholds& thresholds)
    : path_{std::move(path)}, aside_{path_ + ".new." + std::to_string(::getpid())}, thresholds_{thresholds} {
  if (path_.empty()) return;
  struct stat known {};
  if (::lstat(path_.c_str(), &known) == 0 && !S_ISREG(known.st_mode) && !S_ISLNK(known.st_mode))
    throw core::Error{path_, "is no file, and would be replaced by one"};
  if (const int failed = replace(Level::ok, {}); failed != 0)
    throw core::Error{path_, core::reason_of(failed)};
}

StateFile::~StateFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

int StateFile::replace(Level level, const Reading& reading) const {
  std::array<char, 160> line{};
  const auto size = std::snprintf(
      line.data(), line.size(), "%s %llu %llu %llu %llu %lld\n", name_of(level).data(),
      static_cast<unsigned long long>(reading.used), static_cast<unsigned long long>(thresholds_.budget),
      static_cast<unsigned long long>(thresholds_.percent(reading.used)),
      static_cast<unsigned long long>(reading.processes), static_cast<long long>(std::time(nullptr)));
  {
    ::unlink(aside_.c_str());  // of a run that was killed
    const core::Fd file{::open(aside_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
    const int failed =
        file ? core::try_write_all(file.get(), {line.data(), static_cast<std::size_t>(size)}) : errno;
    if (failed != 0) {
      ::unlink(aside_.c_str());
      return failed;
    }
  }
  return ::rename(aside_.c_str(), path_.c_str()) == 0 ? 0 : errno;
}

void StateFile::update(Level level, const Reading& reading, core::Moment now) {
  if (path_.empty()) return;
  if (level == level_ && distance(used_, reading.used) < thresholds_.budget / least_change && now < next_)
    return;
  if (replace(level, reading) != 0) return;  // a full disk: tried again at the next look
  level_ = level;
  used_ = reading.used;
  next_ = now + longest;
}

}  // namespace longhaul::memwatch
