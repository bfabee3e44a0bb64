// Bytes as they come, given to the pipeline as whole lines.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <string>

#include "base/line_scan.hpp"
#include "pipeline.hpp"

namespace longhaul::logrotd {

class Lines {
 public:
  explicit Lines(Pipeline& pipeline) : pipeline_{pipeline} {}

  // Where the next bytes go.
  std::span<char> space() { return {buffer_.get() + end_, capacity - end_}; }

  void wrote(std::size_t bytes) {
    const std::size_t searched = end_;
    end_ += bytes;
    std::size_t begin = 0;
    if (in_long_line_) begin = skip_long_line();
    const std::size_t from = std::max(searched, begin);
    if (const void* last = ::memrchr(buffer_.get() + from, '\n', end_ - from); last != nullptr) {
      const auto stop = static_cast<std::size_t>(static_cast<const char*>(last) - buffer_.get()) + 1;
      pipeline_.lines({buffer_.get() + begin, stop - begin});
      begin = stop;
    }
    std::memmove(buffer_.get(), buffer_.get() + begin, end_ - begin);
    end_ -= begin;
    if (end_ < capacity) return;
    // A line longer than all others: of it only the beginning is kept.
    long_head_.assign(buffer_.get(), kept_of_long_line);
    long_size_ = end_;
    in_long_line_ = true;
    end_ = 0;
  }

  // The input has ended: a last line may have no end.
  void finish() {
    if (in_long_line_) return end_long_line(0);
    if (end_ == 0) return;
    buffer_[end_] = '\n';
    pipeline_.lines({buffer_.get(), end_ + 1});
    end_ = 0;
  }

 private:
  static constexpr std::size_t capacity = EntryReader::longest;
  static constexpr std::size_t kept_of_long_line = 4096;

  // Where what follows the long line begins.
  std::size_t skip_long_line() {
    const std::size_t stop = core::find_line_end(buffer_.get(), 0, end_);
    if (stop == end_) {
      long_size_ += end_;
      return end_;
    }
    end_long_line(stop);
    return stop + 1;
  }
  void end_long_line(std::size_t more) {
    pipeline_.cut_line(long_head_, long_size_ + more);
    in_long_line_ = false;
  }

  Pipeline& pipeline_;
  std::unique_ptr<char[]> buffer_ = std::make_unique<char[]>(capacity + EntryReader::padding + 1);
  std::size_t end_ = 0;
  bool in_long_line_ = false;
  std::string long_head_;
  std::uint64_t long_size_ = 0;
};

}  // namespace longhaul::logrotd
