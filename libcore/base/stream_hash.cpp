#include "base/stream_hash.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "base/hexadecimal.hpp"

namespace longhaul::core {
namespace {

constexpr std::array<std::uint64_t, 2> seeds{first_secret, second_secret};

void add_block(std::array<std::uint64_t, 2>& state, std::string_view block) {
  for (std::size_t at = 0; at < state.size(); ++at) state[at] = combine(state[at], hash(block, seeds[at]));
}

}  // namespace

void StreamHash::add(std::string_view bytes) {
  size_ += bytes.size();
  if (!rest_.empty()) {
    const auto part = bytes.substr(0, block_size - rest_.size());
    rest_ += part;
    bytes.remove_prefix(part.size());
    if (rest_.size() < block_size) return;
    add_block(state_, rest_);
    rest_.clear();
  }
  for (; bytes.size() >= block_size; bytes.remove_prefix(block_size))
    add_block(state_, bytes.substr(0, block_size));
  rest_ = bytes;
}

std::string StreamHash::text() const {
  auto state = state_;
  add_block(state, rest_);
  std::string text;
  for (const auto part : state) append_hexadecimal(text, mix(combine(part, size_)));
  return text;
}

}  // namespace longhaul::core
