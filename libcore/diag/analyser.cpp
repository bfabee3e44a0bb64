#include "diag/analyser.hpp"

#include <algorithm>
#include <cstring>

namespace longhaul::diag {
namespace {

RuleIndex index_of(const Format* only) {
  return only == nullptr ? RuleIndex{formats()} : RuleIndex{std::span{&only, 1}};
}

}  // namespace

Analyser::Analyser(const Format* only) : index_{index_of(only)}, stream_{index_, tally_, unknown_} {}

void Analyser::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<char> room = space();
    const std::size_t part = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), part);
    wrote(part);
    bytes.remove_prefix(part);
  }
}

Summary Analyser::finish(const Context& context) {
  stream_.finish();
  tally_.finish(unknown_.lines());
  return summarise(tally_, unknown_, stream_.bytes(), stream_.cut_lines(), context);
}

}  // namespace longhaul::diag
