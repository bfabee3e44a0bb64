#include "store/archives.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/ascii.hpp"
#include "base/directory.hpp"
#include "base/error.hpp"
#include "store/unfinished_file.hpp"

namespace longhaul::store {
namespace {

constexpr std::array<std::string_view, 3> endings{"", ".gz", ".zst"};
constexpr std::size_t time_length = 16;   // "20261124T052200Z"
constexpr std::size_t stamp_length = 21;  // "20261124T052200Z-0001"
constexpr int last_number = 9999;

bool is_stamp(std::string_view text) {
  constexpr std::string_view picture = "00000000T000000Z-0000";
  return text.size() == picture.size() &&
         std::equal(text.begin(), text.end(), picture.begin(),
                    [](char c, char wanted) { return wanted == '0' ? core::is_digit(c) : c == wanted; });
}

int number_in(std::string_view digits) {
  int number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  return number;
}

core::Time time_in(std::string_view stamp) {
  using namespace std::chrono;
  const auto field = [&](std::size_t at, std::size_t length) { return number_in(stamp.substr(at, length)); };
  const year_month_day date{year{field(0, 4)}, month{static_cast<unsigned>(field(4, 2))},
                            day{static_cast<unsigned>(field(6, 2))}};
  return sys_days{date} + hours{field(9, 2)} + minutes{field(11, 2)} + seconds{field(13, 2)};
}

std::string numbered(std::string_view time, int number) {
  const std::string digits = std::to_string(number);
  return std::string{time} + '-' + std::string(4 - digits.size(), '0') + digits;
}

template <typename Visit>
void each_name(const std::string& directory, Visit visit) {
  const core::Directory open{::opendir(directory.c_str())};
  if (!open) throw core::Error{directory, core::reason_of(errno)};
  while (const dirent* entry = ::readdir(open.get())) visit(std::string_view{entry->d_name});
}

}  // namespace

Archives::Archives(std::string log) : log_{std::move(log)} {
  const std::size_t slash = log_.rfind('/');
  directory_ = slash == std::string::npos ? "." : log_.substr(0, std::max<std::size_t>(slash, 1));
  base_ = slash == std::string::npos ? log_ : log_.substr(slash + 1);
}

std::optional<Archive> Archives::archive_of(std::string_view name) const {
  if (!name.starts_with(base_) || name.size() < base_.size() + 1 + stamp_length || name[base_.size()] != '.')
    return std::nullopt;
  const std::string_view stamp = name.substr(base_.size() + 1, stamp_length);
  const std::string_view ending = name.substr(base_.size() + 1 + stamp_length);
  const auto* const known = std::find(endings.begin(), endings.end(), ending);
  if (!is_stamp(stamp) || known == endings.end()) return std::nullopt;
  Archive archive;
  archive.path = log_ + '.' + std::string{stamp} + std::string{ending};
  archive.stamp = stamp;
  archive.ending = *known;
  archive.made = time_in(stamp);
  return archive;
}

std::vector<Archive> Archives::list() const {
  std::vector<Archive> found;
  each_name(directory_, [&](std::string_view name) {
    auto archive = archive_of(name);
    struct stat status {};
    if (!archive || ::stat(archive->path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
    archive->size = static_cast<std::uint64_t>(status.st_size);
    found.push_back(std::move(*archive));
  });
  std::ranges::sort(found, {}, [](const Archive& each) { return std::pair{each.stamp, each.ending}; });
  return found;
}

void Archives::heal() const {
  std::vector<std::string> unfinished_ones;
  each_name(directory_, [&](std::string_view name) {
    if (!name.ends_with(".tmp")) return;
    name.remove_suffix(4);
    if (const auto archive = archive_of(name))
      unfinished_ones.push_back(UnfinishedFile::path_of(archive->path));
  });
  for (const std::string& path : unfinished_ones) ::unlink(path.c_str());
  const std::vector<Archive> all = list();
  for (std::size_t i = 0; i + 1 < all.size(); ++i)
    if (all[i].plain() && all[i + 1].stamp == all[i].stamp) ::unlink(all[i].path.c_str());
}

std::string Archives::next_path(core::Time now) {
  if (last_stamp_.empty()) {
    const std::vector<Archive> all = list();
    if (!all.empty()) last_stamp_ = all.back().stamp;
  }
  std::string time = core::compact_time(now);
  int number = 1;
  if (!last_stamp_.empty() && time <= last_stamp_.substr(0, time_length)) {
    time = last_stamp_.substr(0, time_length);
    number = number_in(std::string_view{last_stamp_}.substr(time_length + 1)) + 1;
    if (number > last_number) {
      time = core::compact_time(time_in(last_stamp_) + std::chrono::seconds{1});
      number = 1;
    }
  }
  last_stamp_ = numbered(time, number);
  return log_ + '.' + last_stamp_;
}

std::vector<Archive> Archives::surplus(const std::vector<Archive>& oldest_first, const Retention& retention,
                                       std::uint64_t reserved, core::Time now) {
  std::uint64_t total = reserved;
  for (const Archive& each : oldest_first) total += each.size;
  std::vector<Archive> gone;
  for (const Archive& each : oldest_first) {
    const std::size_t left = oldest_first.size() - gone.size();
    const bool too_many = retention.count != 0 && left > retention.count;
    const bool too_old = retention.age.count() != 0 && now - each.made > retention.age;
    const bool too_large = retention.total_bytes != 0 && total > retention.total_bytes;
    if (!too_many && !too_old && !too_large) break;
    total -= each.size;
    gone.push_back(each);
  }
  return gone;
}

}  // namespace longhaul::store
