#include "sys/scope_exits.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "base/error.hpp"
#include "base/fd.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::sys {
namespace {

constexpr std::array<std::string_view, 5> endings{"exited", "signal", "timeout", "stopped", "killed"};

std::string folder_in(const std::string& state) { return state + "/exits"; }

bool is_name(const std::string& name) {
  try {
    check_name("name", name);
    return true;
  } catch (const core::Error&) {
    return false;
  }
}

// A file beside the one that it is to replace. No name begins with a dot.
core::Fd new_file(std::string& path) { return core::Fd{::mkostemp(path.data(), O_CLOEXEC)}; }

bool make_folder(const std::string& state) {
  if (::access(state.c_str(), F_OK) != 0) return false;
  try {
    make_private_folder(folder_in(state));
    return true;
  } catch (const core::Error&) {
    return false;
  }
}

std::string text_of(const ScopeExit& exit) {
  constexpr int milliseconds = 3;
  std::array<char, 400> number;  // of any double
  const auto end =
      std::to_chars(number.begin(), number.end(), exit.ended_at, std::chars_format::fixed, milliseconds);
  std::string text = "ended ";
  text.append(number.begin(), end.ptr).append("\nstatus ").append(std::to_string(exit.status));
  return text.append("\nending ").append(exit.ending).append("\n");
}

// The value of the line that the text begins with, which is taken off; nothing where it is another line, or
// is cut off.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view key) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos || end <= key.size() || !text.starts_with(key) || text[key.size()] != ' ')
    return std::nullopt;
  const auto value = text.substr(key.size() + 1, end - key.size() - 1);
  text.remove_prefix(end + 1);
  return value;
}

template <class Number>
bool take_number(std::string_view& text, std::string_view key, Number& number) {
  const auto value = take_line(text, key);
  if (!value) return false;
  const char* const last = value->data() + value->size();
  const auto [end, error] = std::from_chars(value->data(), last, number);
  return error == std::errc{} && end == last;
}

std::optional<ScopeExit> parse_exit(std::string_view text) {
  ScopeExit exit;
  if (!take_number(text, "ended", exit.ended_at) || !std::isfinite(exit.ended_at)) return std::nullopt;
  if (!take_number(text, "status", exit.status)) return std::nullopt;
  const auto ending = take_line(text, "ending");
  if (!ending || !text.empty() || std::ranges::find(endings, *ending) == endings.end()) return std::nullopt;
  exit.ending = *ending;
  return exit;
}

}  // namespace

bool record_exit(const std::string& state, std::string_view name, const ScopeExit& exit) {
  const std::string file_name{name};
  if (!is_name(file_name)) return false;
  const std::string pattern = folder_in(state) + "/." + file_name + ".XXXXXX";
  std::string aside = pattern;
  core::Fd file = new_file(aside);
  if (!file && errno == ENOENT && make_folder(state)) {
    aside = pattern;
    file = new_file(aside);
  }
  if (!file) return false;
  const std::string path = folder_in(state) + '/' + file_name;
  if (core::try_write_all(file.get(), text_of(exit)) == 0 && ::rename(aside.c_str(), path.c_str()) == 0)
    return true;
  ::unlink(aside.c_str());
  return false;
}

std::optional<ScopeExit> last_exit(const std::string& state, std::string_view name) {
  const std::string file_name{name};
  if (!is_name(file_name)) return std::nullopt;
  const std::string path = folder_in(state) + '/' + file_name;
  const core::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  if (!file) return std::nullopt;
  std::array<char, 512> text;  // longer than any that was written whole
  const auto size = ::read(file.get(), text.data(), text.size());
  return size > 0 ? parse_exit({text.data(), static_cast<std::size_t>(size)}) : std::nullopt;
}

// By the time of the file, so that what is damaged goes too, and what was left half written.
void remove_old_exits(const std::string& state) {
  const std::time_t kept_from = std::time(nullptr) - std::chrono::seconds{exits_are_kept}.count();
  std::error_code error;
  for (std::filesystem::directory_iterator entry{folder_in(state), error}, end; !error && entry != end;
       entry.increment(error)) {
    struct stat found {};
    const char* const path = entry->path().c_str();
    if (::lstat(path, &found) == 0 && found.st_mtime < kept_from) ::unlink(path);
  }
}

}  // namespace longhaul::sys
