#include "shadow.hpp"

#include <algorithm>
#include <cstdint>
#include <span>

#include "rotation.hpp"
#include "store/json_writer.hpp"

namespace longhaul::logrotd {

Shadow::Shadow(const Settings& settings, Statistics& statistics, bool can_rotate)
    : settings_{settings}, statistics_{statistics}, bound_{can_rotate ? settings.log_bound() : UINT64_MAX},
      next_rotation_{next_rotation(core::system_time(), settings.rotate_every)},
      pipeline_{settings.rules(), statistics, core::system_time,
                [this](std::string_view entries) { append(entries); }, [](const core::Error&) {}},
      lines_{pipeline_} {}

void Shadow::take(std::string_view bytes) {
  if (settings_.raw) {
    statistics_.bytes_in += bytes.size();
    statistics_.bytes_out += bytes.size();
    return append_bytes(bytes);
  }
  while (!bytes.empty()) {
    const std::span<char> room = lines_.space();
    const std::size_t taken = bytes.copy(room.data(), room.size());
    lines_.wrote(taken);
    bytes.remove_prefix(taken);
  }
}

void Shadow::rotate_by_time() {
  if (next_rotation_ != core::Time::max() && core::system_time() >= next_rotation_) rotate();
}

void Shadow::append_bytes(std::string_view bytes) {
  rotate_by_time();
  while (!bytes.empty()) {
    const RawPart part = raw_part(bytes, bound_ - std::min(bound_, size_), begins_entry_);
    if (part.bytes != 0) begins_entry_ = bytes[part.bytes - 1] == '\n';
    bytes.remove_prefix(part.bytes);
    size_ += part.bytes;
    if (part.is_last) rotate();
  }
}

void Shadow::append(std::string_view entries) {
  rotate_by_time();
  while (entries.size() > bound_ - size_) {
    const std::size_t taken = fitting(entries, bound_ - size_, size_ == 0);
    entries.remove_prefix(taken);
    size_ += taken;
    rotate();
  }
  size_ += entries.size();
}

void Shadow::rotate() {
  next_rotation_ = next_rotation(core::system_time(), settings_.rotate_every);
  statistics_.rotated += size_ == 0 ? 0U : 1U;
  size_ = 0;
}

std::string Shadow::finish() {
  lines_.finish();
  pipeline_.finish();
  store::JsonWriter json;
  json.begin_object();
  statistics_.write_to(json);
  if (bound_ != UINT64_MAX) json.member("unrotated", size_).member("logBound", bound_);
  return json.end_object().text();
}

}  // namespace longhaul::logrotd
