// Numbers the names of files, as long as there is room.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/hash.hpp"

namespace longhaul::diag {

class KnownFiles {
 public:
  static constexpr std::size_t most_files = 131'072;
  static constexpr std::size_t most_bytes = std::size_t{8} << 20U;  // of all names
  static constexpr std::uint32_t none = UINT32_MAX;

  // `hash` is the name's. None where there is no room.
  std::uint32_t number_of(std::uint64_t hash, std::string_view name) {
    if (const auto known = by_hash_.find(hash); known != by_hash_.end()) return known->second;
    if (names_.size() == most_files || bytes_ + name.size() > most_bytes) return none;
    bytes_ += name.size();
    const auto number = static_cast<std::uint32_t>(names_.size());
    names_.emplace_back(name);
    by_hash_.emplace(hash, number);
    return number;
  }

  // Keeps these, and numbers them anew in this order.
  void keep(const std::vector<std::uint32_t>& numbers) {
    std::vector<std::string> kept;
    kept.reserve(numbers.size());
    for (const std::uint32_t number : numbers) kept.push_back(std::move(names_[number]));
    names_ = std::move(kept);
    by_hash_ = {};
    bytes_ = 0;
    for (std::uint32_t at = 0; at < names_.size(); ++at) {
      bytes_ += names_[at].size();
      by_hash_.emplace(core::hash(names_[at]), at);
    }
  }

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_hash_;
  std::size_t bytes_ = 0;
};

}  // namespace longhaul::diag
