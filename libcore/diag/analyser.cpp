#include "diag/analyser.hpp"

#include <algorithm>
#include <cstring>

namespace longhaul::diag {
namespace {

std::vector<const Format*> chosen(const Format* only) {
  if (only != nullptr) return {only};
  return {formats().begin(), formats().end()};
}

}  // namespace

Analyser::Analyser(const Format* only)
    : formats_{chosen(only)}, index_{formats_}, stream_{index_, tally_, unknown_} {}

void Analyser::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<char> room = space();
    const std::size_t part = std::min(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), part);
    wrote(part);
    bytes.remove_prefix(part);
  }
}

Summary Analyser::finish() {
  stream_.finish();
  tally_.finish(unknown_.lines());
  return summarise(tally_, unknown_, stream_.bytes(), stream_.cut_lines());
}

}  // namespace longhaul::diag
