#include "dedupe.hpp"

#include "base/ascii.hpp"
#include "base/hash.hpp"
#include "base/utf8.hpp"
#include "store/json_writer.hpp"

namespace longhaul::logrotd {
namespace {

constexpr std::size_t longest_sample = 160;
constexpr std::size_t longest_time = 40;

// Where the text of a plain line begins behind its time stamp: digits and what stands between them.
std::size_t behind_time(std::string_view line) {
  std::size_t at = 0;
  std::size_t digits = 0;
  while (at < line.size() && at < longest_time) {
    const char c = line[at];
    if (core::is_digit(c))
      ++digits;
    else if (std::string_view{"-:.,/+TZ []"}.find(c) == std::string_view::npos)
      break;
    ++at;
  }
  return digits >= 6 ? at : 0;
}

std::string_view unquoted(std::string_view value) {
  return value.size() >= 2 && value.front() == '"' ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

bool Dedupe::repeats(std::string_view line, const Entry& entry, Steady now, std::string_view arrival) {
  std::uint64_t hash = 0;
  std::size_t at = 0;
  std::string_view time = arrival;
  for (const Span& when : entry.times) {
    hash = core::hash(line.substr(at, when.begin - at), hash);
    at = when.end;
  }
  if (!entry.times.empty()) {
    time = unquoted(entry.times.front().in(line));
  } else if (!entry.json) {
    at = behind_time(line);
    if (at != 0) time = line.substr(0, at);
  }
  hash = core::hash(line.substr(at), hash);

  time = time.substr(0, longest_time);
  while (time.ends_with(' ')) time.remove_suffix(1);
  const auto found = seen_.find(hash);
  if (found != seen_.end()) {
    Seen& known = found->second;
    if (known.count++ == 0) known.first = time;
    known.last = time;
    return true;
  }
  if (seen_.size() == most) {
    close(windows_.front().hash);
    windows_.pop_front();
  }
  windows_.push_back({now + window_, hash});
  latest_ = &seen_.emplace(hash, Seen{0, {}, {}, {}, entry.json, entry.level}).first->second;
  return false;
}

void Dedupe::written(std::string_view line) { latest_->sample = core::utf8_shorten(line, longest_sample); }

void Dedupe::close(std::uint64_t hash) {
  const auto found = seen_.find(hash);
  const Seen seen = std::move(found->second);
  seen_.erase(found);
  if (seen.count == 0) return;
  const std::string message =
      "repeated " + std::to_string(seen.count) + (seen.count == 1 ? " time" : " times");
  if (!seen.json) {
    sink_(message + ", first " + seen.first + ", last " + seen.last + ": " + seen.sample);
    return;
  }
  store::JsonWriter json;
  json.begin_object()
      .member("level", name_of(seen.level))
      .member("msg", message)
      .member("repeated", seen.count)
      .member("first", seen.first)
      .member("last", seen.last)
      .member("entry", seen.sample)
      .end_object();
  sink_(json.text());
}

void Dedupe::expire(Steady now) {
  while (!windows_.empty() && windows_.front().end <= now) {
    close(windows_.front().hash);
    windows_.pop_front();
  }
}

void Dedupe::finish() {
  for (const Window& window : windows_) close(window.hash);
  windows_.clear();
}

std::optional<Dedupe::Steady> Dedupe::deadline() const {
  return windows_.empty() ? std::nullopt : std::optional{windows_.front().end};
}

}  // namespace longhaul::logrotd
