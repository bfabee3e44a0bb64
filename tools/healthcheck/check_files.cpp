// Files: logs, temporary files, the heartbeat, the disk that they are on.
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cmath>
#include <ctime>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/size.hpp"
#include "check.hpp"
#include "glob.hpp"

namespace longhaul::healthcheck {
namespace {

constexpr double nanoseconds = 1e9;

struct Files {
  double bytes = 0;  // as they count, holes too
  std::uint64_t count = 0;
  double largest_bytes = 0;
  std::string largest;
};

void add(const std::string& path, Files& files) {
  struct stat status {};
  // A dangling link is no file; what cannot be asked for is.
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    throw core::Error{path, core::reason_of(errno)};
  }
  if (!S_ISREG(status.st_mode)) return;
  const auto bytes = static_cast<double>(status.st_size);
  files.bytes += bytes;
  ++files.count;
  if (bytes < files.largest_bytes) return;
  files.largest_bytes = bytes;
  files.largest = path;
}

Files files_of(const std::string& pattern) {
  Files files;
  bool any = false;
  for_each_match(pattern, [&](const std::string& path) {
    any = true;
    add(path, files);
  });
  if (!any) throw core::Error{pattern, is_pattern(pattern) ? "no file matches" : "no such file"};
  return files;
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

void add_below(const std::string& folder, Files& files) {
  for_each_below(folder, [&](const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) add(path, files);
  });
}

// What matches, and all that is below the folders that do.
Files temporary_files(const std::string& pattern) {
  Files files;
  bool any = false;
  const auto take = [&](const std::string& path) {
    any = true;
    if (is_folder(path))
      add_below(path, files);
    else
      add(path, files);
  };
  for_each_match(pattern, take);
  if (!any) throw core::Error{pattern, is_pattern(pattern) ? "no file matches" : "no such folder"};
  if (files.count == 0 && !is_pattern(pattern) && !is_folder(pattern))
    throw core::Error{pattern, "is no folder"};
  return files;
}

std::string text_of(const Files& files) {
  std::string text = std::to_string(files.count) + (files.count == 1 ? " file" : " files");
  if (files.count > 1)
    text += ", the largest " + files.largest + " with " +
            core::format_size(static_cast<std::uint64_t>(files.largest_bytes));
  return text;
}

// Blocks that only root may have are used, as df has it.
double part_used(double all, double free, double available) {
  const double used = all - free;
  return used + available > 0 ? used / (used + available) : unset;
}

}  // namespace

void check_log(const Target& target, const Context&, Readings& readings) {
  const auto files = files_of(target.what);
  if (files.count == 0) throw core::Error{target.what, "is no file"};
  auto size = target.check->reading(target, 0, files.bytes);
  size.note = text_of(files);
  readings.push_back(std::move(size));
}

void check_temp(const Target& target, const Context&, Readings& readings) {
  const auto files = temporary_files(target.what);
  auto size = target.check->reading(target, 0, files.bytes);
  size.note = text_of(files);
  readings.push_back(std::move(size));
  readings.push_back(target.check->reading(target, 1, static_cast<double>(files.count)));
}

void check_heartbeat(const Target& target, const Context&, Readings& readings) {
  struct stat status {};
  if (::stat(target.what.c_str(), &status) != 0) throw core::Error{target.what, core::reason_of(errno)};
  const double touched =
      static_cast<double>(status.st_mtim.tv_sec) + static_cast<double>(status.st_mtim.tv_nsec) / nanoseconds;
  const double now = std::chrono::duration<double>{core::system_time().time_since_epoch()}.count();
  auto reading = target.check->reading(target, 0, std::max(0.0, now - touched));
  if (touched > now + 1) reading.note = "touched in the future";
  readings.push_back(std::move(reading));
}

void check_disk(const Target& target, const Context&, Readings& readings) {
  struct statvfs disk {};
  if (::statvfs(target.what.c_str(), &disk) != 0) throw core::Error{target.what, core::reason_of(errno)};
  const auto blocks = static_cast<double>(disk.f_blocks);
  const auto available = static_cast<double>(disk.f_bavail);
  auto space =
      target.check->reading(target, 0, part_used(blocks, static_cast<double>(disk.f_bfree), available));
  if (std::isnan(space.value)) throw core::Error{target.what, "is no file system with a size"};
  space.note =
      core::format_size(static_cast<std::uint64_t>(available * static_cast<double>(disk.f_frsize))) + " free";
  readings.push_back(std::move(space));
  const auto inodes = static_cast<double>(disk.f_files);
  if (inodes == 0) return;  // it makes them as they are needed
  readings.push_back(target.check->reading(
      target, 1, part_used(inodes, static_cast<double>(disk.f_ffree), static_cast<double>(disk.f_favail))));
}

}  // namespace longhaul::healthcheck
