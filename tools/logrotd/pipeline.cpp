#include "pipeline.hpp"

#include <algorithm>

#include "base/line_scan.hpp"
#include "base/utf8.hpp"
#include "store/json_writer.hpp"

namespace longhaul::logrotd {
namespace {

constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  return line;
}

}  // namespace

Pipeline::Pipeline(const Rules& rules, Statistics& statistics, core::Clock clock, Sink sink, Failed failed)
    : rules_{rules}, statistics_{statistics}, clock_{std::move(clock)}, sink_{std::move(sink)},
      failed_{std::move(failed)}, ring_{rules.ring} {
  if (rules_.redact || !rules_.redact_patterns.empty())
    redactor_ = std::make_unique<Redactor>(rules_.redact_patterns);
  if (rules_.max_value != 0) shortener_.emplace(rules_.max_value);
  if (rules_.dedupe.count() != 0)
    dedupe_.emplace(rules_.dedupe, [this](std::string_view counted) { write(counted); });
}

Pipeline::Glance Pipeline::glance(std::string_view line) {
  if (as_it_is_) return Glance::as_it_is;
  Level level = Level::unknown;
  if (rules_.level != Level::unknown) {
    if (!EntryReader::quick_level(line, level)) return Glance::look;
    if (level != Level::unknown && level < rules_.level) return Glance::below_level;
  }
  if (dedupe_ || (rules_.ring != 0 && level >= Level::error)) return Glance::look;
  if (shortener_ && EntryReader::may_hold_long_value(line, rules_.max_value)) return Glance::look;
  if (redactor_) return Glance::look;
  return Glance::as_it_is;
}

void Pipeline::filter(std::string_view line) {
  ++statistics_.filtered;
  ring_.keep(line);
}

void Pipeline::lines(std::string_view block) {
  std::size_t run = 0;
  std::size_t at = 0;
  statistics_.bytes_in += block.size();
  if (dedupe_) {
    now_ = std::chrono::steady_clock::now();
    arrival_ = core::iso_time(clock_());
  }
  while (at < block.size()) {
    const std::size_t end = core::find_line_end(block.data(), at, block.size());
    const std::string_view one = block.substr(at, end - at);
    ++statistics_.entries_in;
    const Glance seen = glance(one);
    if (seen == Glance::as_it_is) {
      ++statistics_.entries_out;
      at = std::min(end + 1, block.size());
      continue;
    }
    if (at > run) {
      statistics_.bytes_out += at - run;
      sink_(block.substr(run, at - run));
    }
    if (seen == Glance::below_level)
      filter(without_end(one));
    else
      line(without_end(one));
    at = run = std::min(end + 1, block.size());
  }
  if (at == run) return;
  statistics_.bytes_out += at - run;
  sink_(block.substr(run, at - run));
}

void Pipeline::line(std::string_view line) {
  try {
    read_line(line);
  } catch (const core::Error& error) {
    failed_(error);
    as_it_is_ = true;
    write(line);
  }
}

void Pipeline::read_line(std::string_view line) {
  const bool deep = redactor_ || (shortener_ && EntryReader::may_hold_long_value(line, rules_.max_value));
  const Entry& entry = reader_.read(line, shortener_ ? rules_.max_value : no_limit,
                                    deep ? EntryReader::Depth::deep : EntryReader::Depth::shallow);
  const bool of_key = redactor_ && redactor_->follow(line, entry);
  if (entry.level != Level::unknown && entry.level < rules_.level) {
    filter(line);
    return;
  }
  const bool grave = entry.level >= Level::error;
  if (dedupe_ && dedupe_->repeats(line, entry, now_, arrival_)) {
    ++statistics_.deduplicated;
    return;
  }
  treated_.clear();
  treat(line, entry, of_key, treated_);
  if (dedupe_) dedupe_->written(treated_);
  // The ring tells what led to this entry: before it.
  if (grave && rules_.ring != 0) {
    const std::string kept = std::exchange(treated_, {});
    dump_ring();
    write(kept);
  } else {
    write(treated_);
  }
}

void Pipeline::treat(std::string_view line, const Entry& entry, bool of_key, std::string& out) {
  if (!redactor_) {
    if (shortener_)
      statistics_.shortened += shortener_->append(out, line, entry) ? 1U : 0U;
    else
      out += line;
    return;
  }
  // Secrets go first: a shortened one would not be known for what it is.
  scratch_.clear();
  const bool redacted = redactor_->append(scratch_, line, entry, of_key);
  statistics_.redacted += redacted ? 1U : 0U;
  if (!shortener_) {
    out += scratch_;
    return;
  }
  const std::size_t size = scratch_.size();
  scratch_.append(EntryReader::padding, ' ');
  const std::string_view text = std::string_view{scratch_}.substr(0, size);
  const Entry& again =
      redacted ? treated_reader_.read(text, rules_.max_value, EntryReader::Depth::deep) : entry;
  statistics_.shortened += shortener_->append(out, text, again) ? 1U : 0U;
}

void Pipeline::cut_line(std::string_view head, std::uint64_t size) {
  ++statistics_.entries_in;
  statistics_.bytes_in += size;
  Level level = Level::unknown;
  if (!EntryReader::quick_level(head, level)) level = level_of_line(head);
  if (level != Level::unknown && level < rules_.level) {
    ++statistics_.filtered;
    return;
  }
  ++statistics_.shortened;
  if (level >= Level::error) dump_ring();
  const std::string masked = redactor_ ? redactor_->masked_head(head) : std::string{head};
  constexpr std::size_t kept = 1000;
  store::JsonWriter json;
  json.begin_object();
  if (level != Level::unknown) json.member("level", name_of(level));
  json.member("originalSize", size).member("head", core::utf8_shorten(masked, kept)).end_object();
  write(json.text());
}

void Pipeline::write(std::string_view line) {
  ++statistics_.entries_out;
  statistics_.bytes_out += line.size() + 1;
  std::string whole;
  whole.reserve(line.size() + 1);
  whole.append(line).append("\n");
  sink_(whole);
}

void Pipeline::dump_ring() {
  for (std::string& kept : ring_.take()) {
    const std::size_t size = kept.size();
    kept.append(EntryReader::padding, ' ');
    const std::string_view line = std::string_view{kept}.substr(0, size);
    const Entry& entry =
        reader_.read(line, shortener_ ? rules_.max_value : no_limit, EntryReader::Depth::deep);
    std::string out;
    treat(line, entry, false, out);
    // an object with members gets one more
    const std::size_t close = std::min(out.rfind('}'), out.size());
    const bool marked = out.find("\"ring\":") != std::string::npos;
    if (entry.object && !marked && out.find_first_not_of(" \t{}") < close)
      out.insert(close, ",\"ring\":true");
    else if (!entry.json)
      out.insert(0, "ring: ");
    write(out);
  }
}

void Pipeline::tick() {
  if (dedupe_) dedupe_->expire(std::chrono::steady_clock::now());
}

std::optional<Dedupe::Steady> Pipeline::deadline() const {
  return dedupe_ ? dedupe_->deadline() : std::nullopt;
}

void Pipeline::finish() {
  if (dedupe_) dedupe_->finish();
}

}  // namespace longhaul::logrotd
