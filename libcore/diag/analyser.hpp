// The engine's front: bytes in, a summary out. Memory does not grow with the input.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/stream_hash.hpp"
#include "diag/rule_index.hpp"
#include "diag/summary.hpp"
#include "diag/text_stream.hpp"

namespace longhaul::diag {

class Analyser {
 public:
  // `only` skips detection: lines are read as this tool's alone. It may be null.
  // `own` is asked first about each line; it outlives the analyser and may be null.
  explicit Analyser(const Format* only = nullptr, Keeping keeping = {}, OwnLines* own = nullptr);
  Analyser(const Analyser&) = delete;
  Analyser& operator=(const Analyser&) = delete;

  // Either fill space() and say how much was written, or hand over bytes.
  std::span<char> space() { return stream_.space(); }
  void wrote(std::size_t bytes) {
    if (mergeable_) hash_.add({stream_.space().data(), bytes});
    stream_.wrote(bytes);
  }
  void feed(std::string_view bytes);
  // One input ends and another follows: a last line without its end is not joined to the next input's first.
  void end_of_file() { stream_.end_of_file(); }

  // Before its end: lines, and findings that count by now.
  struct SoFar {
    std::uint64_t lines = 0, findings = 0;
  };
  [[nodiscard]] SoFar so_far() const;

  // Ends the input; nothing may be fed afterwards.
  Summary finish(const Context& context = {});

 private:
  const RuleIndex own_index_;  // of the one format, where there is one
  const RuleIndex& index_;
  Tally tally_;
  UnknownLines unknown_;
  TextStream stream_;
  const bool mergeable_;
  core::StreamHash hash_;  // of the input, where it is mergeable
};

}  // namespace longhaul::diag
