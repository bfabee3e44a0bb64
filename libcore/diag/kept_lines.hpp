// Lines that may have to be read again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace longhaul::diag {

class KeptLines {
 public:
  void add(std::string_view text, std::uint64_t number) {
    text_ += text;
    lines_.push_back({text_.size(), number});
  }
  void clear() {
    text_.clear();
    lines_.clear();
  }
  // The first so many.
  void forget(std::size_t lines) {
    if (lines == 0) return;
    const std::size_t bytes = lines_[lines - 1].end;
    text_.erase(0, bytes);
    lines_.erase(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(lines));
    for (Line& line : lines_) line.end -= bytes;
  }

  bool empty() const { return lines_.empty(); }
  std::size_t size() const { return lines_.size(); }
  std::size_t bytes() const { return text_.size() + lines_.size() * sizeof(Line); }
  // Empty behind the last.
  std::string_view text(std::size_t at) const {
    if (at >= lines_.size()) return {};
    const std::size_t begin = at == 0 ? 0 : lines_[at - 1].end;
    return std::string_view{text_}.substr(begin, lines_[at].end - begin);
  }
  std::uint64_t number(std::size_t at) const { return lines_[at].number; }

 private:
  struct Line {
    std::size_t end = 0;       // in text_
    std::uint64_t number = 0;  // of the input
  };
  std::string text_;
  std::vector<Line> lines_;
};

}  // namespace longhaul::diag
