#include "history.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>

#include "base/error.hpp"
#include "base/moment.hpp"
#include "base/number_text.hpp"
#include "fields.hpp"
#include "store/unfinished_file.hpp"
#include "unit.hpp"

namespace longhaul::healthcheck {
namespace {

constexpr std::string_view first_line = "longhaul-healthcheck 1";
constexpr std::size_t most_alerts = 100;
constexpr std::size_t most_breakers = 100;
constexpr std::size_t most_turns = 100;
constexpr std::size_t most_bytes = std::size_t{16} << 20U;

constexpr std::array<std::pair<BreakerState, std::string_view>, 3> states{{
    {BreakerState::closed, "closed"},
    {BreakerState::open, "open"},
    {BreakerState::half_open, "half-open"},
}};

std::optional<Level> level_of(std::string_view word) {
  for (const auto level : {Level::ok, Level::warning, Level::critical, Level::unknown}) {
    if (word == name_of(level)) return level;
  }
  return std::nullopt;
}

std::string line_of(const SavedSample& sample, const Values& values) {
  std::string line = "s " + std::to_string(sample.time) + ' ' + std::string{name_of(sample.level)};
  for (const auto& [name, value] : values) line += ' ' + escaped(name) + '=' + core::number_text(value);
  return line;
}

std::string line_of(const SavedAlert& alert) {
  return "a " + std::to_string(alert.time) + ' ' + std::string{name_of(alert.from)} + ' ' +
         std::string{name_of(alert.to)} + '\n';
}

std::string line_of(const Breaker& breaker) {
  return "b " + std::to_string(breaker.since) + ' ' + escaped(breaker.name) + ' ' +
         std::string{name_of(breaker.state)} + ' ' + std::to_string(breaker.failures) + ' ' +
         escaped(breaker.failure) + ' ' + std::to_string(breaker.same) +
         (breaker.escalated ? " 1\n" : " 0\n");
}

std::optional<std::uint64_t> count_of(std::string_view word) {
  std::uint64_t count = 0;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), count);
  if (problem != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return count;
}

std::optional<Breaker> breaker_of(const std::vector<std::string_view>& words, std::int64_t time) {
  constexpr std::size_t all_words = 8;
  if (words.size() != all_words) return std::nullopt;
  const auto state = std::ranges::find(states, words[3], &std::pair<BreakerState, std::string_view>::second);
  const auto failures = count_of(words[4]);
  const auto same = count_of(words[6]);
  if (state == states.end() || !failures || !same) return std::nullopt;
  return Breaker{.name = unescaped(words[2]),
                 .state = state->first,
                 .since = time,
                 .failures = *failures,
                 .failure = unescaped(words[5]),
                 .same = *same,
                 .escalated = words[7] == "1"};
}

template <class T>
void keep_last(std::vector<T>& all, std::size_t most) {
  if (all.size() > most) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(most));
}

}  // namespace

std::string_view name_of(BreakerState state) {
  return std::ranges::find(states, state, &std::pair<BreakerState, std::string_view>::first)->second;
}

History::History(std::string path, const Use& use) : path_{std::move(path)}, use_{use} {
  if (path_.empty()) return;
  lock();
  read();
}

void History::lock() {
  constexpr std::chrono::milliseconds between_tries{2};
  const std::string path = path_ + ".lock";
  const auto until = core::after(core::now(), use_.patience);
  lock_ = core::Fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)};
  if (!lock_) {
    problems_.push_back("cannot be written: " + core::reason_of(errno) + "; this run is not remembered");
    return;
  }
  while (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (core::now() >= until) {
      problems_.emplace_back("is held by another run; this one is not remembered");
      return;
    }
    (void)::poll(nullptr, 0, static_cast<int>(between_tries.count()));
  }
  is_writable_ = true;
}

void History::read() {
  if (!read_text() || text_.empty()) return;
  const std::string_view all{text_};
  if (all.substr(0, all.find('\n')) != first_line)
    return start_anew(all.starts_with("longhaul-healthcheck ") ? "is of another version" : "is no history");
  take_lines();
}

// Into text_; false where that is all that is known.
bool History::read_text() {
  const core::Fd file{::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file) {
    is_known_ = errno == ENOENT && is_writable_;
    if (errno != ENOENT) {
      problems_.push_back("cannot be read: " + core::reason_of(errno) + "; nothing is known of earlier runs");
      is_writable_ = false;
    }
    return false;
  }
  struct stat status {};
  if (::fstat(file.get(), &status) == 0 && !S_ISREG(status.st_mode)) {
    problems_.emplace_back("is no file; this run is not remembered");
    is_writable_ = false;
    return false;
  }
  if (is_writable_ && ::access(path_.c_str(), W_OK) != 0) {
    problems_.push_back("cannot be written: " + core::reason_of(errno) + "; this run is not remembered");
    is_writable_ = false;
  }
  if (static_cast<std::size_t>(status.st_size) > 2 * most_bytes) {
    start_anew("is too large to be one");
    return false;
  }
  try {
    text_.resize(static_cast<std::size_t>(status.st_size));
    std::size_t filled = 0;
    while (const auto count = core::read_some(file.get(), std::span{text_}.subspan(filled), path_))
      filled += count;
    text_.resize(filled);
  } catch (const core::Error& error) {
    problems_.push_back("cannot be read: " + error.reason);
    is_writable_ = false;
    return false;
  }
  is_known_ = true;
  return true;
}

void History::take_lines() {
  const std::string_view all{text_};
  std::size_t damaged = 0;
  for (std::size_t begin = first_line.size() + 1; begin <= all.size();) {
    const auto end = all.find('\n', begin);
    whole_ = begin;
    if (end == std::string_view::npos) break;
    ++lines_;
    if (!take_line(all.substr(begin, end - begin))) ++damaged;
    begin = end + 1;
  }
  damaged += take_values();
  must_rewrite_ = whole_ != all.size() || damaged != 0;
  if (damaged != 0)
    problems_.push_back(std::to_string(damaged) + " damaged " + (damaged == 1 ? "line was" : "lines were") +
                        " left out");
}

bool History::take_line(std::string_view line) {
  const auto blank = line.find(' ', 2);
  const auto time = blank == std::string_view::npos ? std::nullopt : number_of(line.substr(2, blank - 2));
  constexpr double latest = 1e15;
  if (!time || line[1] != ' ' || !(*time >= 0 && *time < latest)) return false;
  const auto milliseconds = static_cast<std::int64_t>(*time);
  if (line[0] == 's') return take_sample(line, milliseconds);
  const auto words = words_of(line);
  if (line[0] == 'a') {
    constexpr std::size_t all_words = 4;
    const auto from = words.size() == all_words ? level_of(words[2]) : std::nullopt;
    const auto to = words.size() == all_words ? level_of(words[3]) : std::nullopt;
    if (from && to) alerts_.push_back({milliseconds, *from, *to});
    return from && to;
  }
  const auto breaker = line[0] == 'b' ? breaker_of(words, milliseconds) : std::nullopt;
  if (breaker) put(*breaker);
  return breaker.has_value();
}

bool History::take_sample(std::string_view line, std::int64_t time) {
  const auto begin = line.find(' ', 2) + 1;
  const auto level = level_of(line.substr(begin, line.find(' ', begin) - begin));
  if (!level) return false;
  samples_.push_back({time, *level});
  sample_lines_.push_back(line);
  return true;
}

// Of the latest samples only: it is what takes the time. Those that are damaged are left out, and counted.
std::size_t History::take_values() {
  constexpr double thousand = 1000;
  const std::size_t looked_at = std::min(samples_.size(), use_.looks_at);
  std::size_t left = samples_.size() - looked_at;
  std::size_t damaged = 0;
  for (std::size_t at = left; at < samples_.size(); ++at) {
    const auto line = sample_lines_[at];
    const auto values = line.find(' ', line.find(' ', 2) + 1);  // behind "s TIME LEVEL"
    const auto words = values == std::string_view::npos ? std::string_view{} : line.substr(values + 1);
    if (!table_.add(static_cast<double>(samples_[at].time) / thousand, words)) {
      ++damaged;
      continue;
    }
    samples_[left] = samples_[at];
    sample_lines_[left++] = line;
  }
  samples_.resize(left);
  sample_lines_.resize(left);
  return damaged;
}

// What cannot be used is kept beside for whoever wants to know, once something is to be written.
void History::start_anew(const std::string& why) {
  is_known_ = false;
  is_unusable_ = true;
  text_.clear();
  const std::string old = path_ + ".old";
  struct stat status {};
  if (!is_writable_) {
    problems_.push_back(why + "; this run is not remembered");
  } else if (::lstat(old.c_str(), &status) == 0) {
    problems_.push_back(why + ", and is not put aside, as " + old + " is there; this run is not remembered");
    is_writable_ = false;
  } else {
    problems_.push_back(why + "; nothing is known of earlier runs");
  }
}

void History::put_aside() {
  const std::string old = path_ + ".old";
  if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, old.c_str(), RENAME_NOREPLACE) != 0)
    throw core::Error{old, core::reason_of(errno)};
  is_unusable_ = false;
  problems_.push_back("a new one is begun, and the old one is " + old);
}

Breaker History::breaker(std::string_view name) const {
  const auto found = std::ranges::find(breakers_, name, &Breaker::name);
  return found == breakers_.end() ? Breaker{.name = std::string{name}, .failure = {}} : *found;
}

void History::put(const Breaker& breaker) {
  if (this->breaker(breaker.name).state != breaker.state)
    turns_.push_back({breaker.since, breaker.name, breaker.state});
  std::erase_if(breakers_, [&](const Breaker& one) { return one.name == breaker.name; });
  breakers_.push_back(breaker);
}

void History::add(const SavedSample& sample, const Values& values) {
  new_.push_back(line_of(sample, values));
  sample_lines_.push_back(new_.back());
  added_ += new_.back() + '\n';
  ++lines_;
  samples_.push_back(sample);
}

void History::add(const SavedAlert& alert) {
  added_ += line_of(alert);
  ++lines_;
  alerts_.push_back(alert);
}

void History::set(const Breaker& breaker) {
  added_ += line_of(breaker);
  ++lines_;
  put(breaker);
}

bool History::save() {
  if (!is_writable_ || added_.empty()) return false;
  try {
    if (is_unusable_) put_aside();
    const auto kept = use_.keep + most_alerts + std::min(turns_.size(), most_turns) +
                      std::min(breakers_.size(), most_breakers);
    const bool is_full = lines_ / 2 > kept || whole_ > most_bytes;
    const bool saved = must_rewrite_ || is_full || whole_ == 0 ? rewrite() : append();
    added_.clear();
    return saved;
  } catch (const core::Error& error) {
    problems_.push_back("cannot be written: " + error.reason + "; this run is not remembered");
    return false;
  }
}

bool History::append() {
  const core::Fd file{::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)};
  if (!file) throw core::Error{path_, core::reason_of(errno)};
  if (const int failed = core::try_write_all(file.get(), added_); failed != 0) {
    (void)::ftruncate(file.get(), static_cast<off_t>(whole_));  // a full disk takes a part of it
    throw core::Error{path_, core::reason_of(failed)};
  }
  whole_ += added_.size();
  return true;
}

// Those that let through first: what is open must not be forgotten before them.
void History::forget_breakers() {
  const std::size_t all = breakers_.size();
  while (breakers_.size() > most_breakers) {
    const auto closed = std::ranges::find(breakers_, BreakerState::closed, &Breaker::state);
    breakers_.erase(closed == breakers_.end() ? breakers_.begin() : closed);
  }
  if (all == breakers_.size()) return;
  problems_.push_back(std::to_string(all - breakers_.size()) +
                      " breakers were forgotten: " + std::to_string(most_breakers) + " are kept");
  std::erase_if(turns_, [&](const SavedTurn& turn) {
    return std::ranges::find(breakers_, turn.breaker, &Breaker::name) == breakers_.end();
  });
}

// Half of what a file may have, so that the next ones can be appended.
void History::keep_within_bytes() {
  std::size_t bytes = 0;
  std::size_t kept = 0;
  while (kept < sample_lines_.size()) {
    bytes += sample_lines_[sample_lines_.size() - 1 - kept].size() + 1;
    if (bytes > most_bytes / 2) break;
    ++kept;
  }
  keep_last(samples_, kept);
  keep_last(sample_lines_, kept);
}

bool History::rewrite() {
  keep_last(samples_, use_.keep);
  keep_last(sample_lines_, use_.keep);
  keep_last(alerts_, most_alerts);
  forget_breakers();
  keep_last(turns_, most_turns);
  keep_within_bytes();
  std::string text{first_line};
  text += '\n';
  for (const auto& turn : turns_)
    text += line_of(Breaker{.name = turn.breaker, .state = turn.to, .since = turn.time, .failure = {}});
  for (const auto& breaker : breakers_) text += line_of(breaker);
  for (const auto& alert : alerts_) text += line_of(alert);
  for (const auto line : sample_lines_) text.append(line).append("\n");
  struct stat like {};
  if (::stat(path_.c_str(), &like) != 0) {
    like.st_mode = S_IFREG | S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;
    like.st_uid = ::geteuid();
    like.st_gid = ::getegid();
  }
  store::UnfinishedFile fresh{path_, like};
  core::write_all(fresh.file().get(), text, path_);
  fresh.finish();
  lines_ = samples_.size() + alerts_.size() + turns_.size() + breakers_.size();
  whole_ = text.size();
  must_rewrite_ = false;
  return true;
}

}  // namespace longhaul::healthcheck
