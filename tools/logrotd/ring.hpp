// A flight recorder: the last entries that the level filtered out, kept in memory until something goes wrong.
#pragma once

#include <deque>
#include <string>
#include <string_view>

namespace longhaul::logrotd {

class Ring {
 public:
  // Bytes that all entries together may take.
  static constexpr std::size_t most_bytes = std::size_t{2} << 20U;

  explicit Ring(std::size_t most) : most_{most} {}

  void keep(std::string_view line) {
    if (most_ == 0 || line.size() > most_bytes) return;
    lines_.emplace_back(line);
    bytes_ += line.size() + sizeof(std::string);
    while (lines_.size() > most_ || bytes_ > most_bytes) {
      bytes_ -= lines_.front().size() + sizeof(std::string);
      lines_.pop_front();
    }
  }
  // All entries, oldest first; the ring is empty then.
  std::deque<std::string> take() {
    bytes_ = 0;
    return std::exchange(lines_, {});
  }

 private:
  std::size_t most_;
  std::size_t bytes_ = 0;
  std::deque<std::string> lines_;
};

}  // namespace longhaul::logrotd
