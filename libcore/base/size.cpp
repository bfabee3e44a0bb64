#include "base/size.hpp"

#include <array>
#include <limits>
#include <optional>

#include "base/quantity.hpp"

namespace longhaul::core {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t bytes;
};

constexpr std::uint64_t kibi = 1024;
constexpr std::array<Unit, 9> units{{
    {"TiB", kibi* kibi* kibi* kibi},
    {"TB", 1'000'000'000'000},
    {"GiB", kibi* kibi* kibi},
    {"GB", 1'000'000'000},
    {"MiB", kibi* kibi},
    {"MB", 1'000'000},
    {"KiB", kibi},
    {"kB", 1'000},
    {"B", 1},
}};

// "k", "kB", "Ki" and "KiB" in any case: the final B may be left out.
std::optional<std::uint64_t> unit_bytes(std::string_view name) {
  if (name.empty()) return 1;
  for (const auto& unit : units) {
    const auto bare = unit.name.substr(0, unit.name.size() - 1);
    if (same_ignoring_case(name, unit.name) || (!bare.empty() && same_ignoring_case(name, bare)))
      return unit.bytes;
  }
  return std::nullopt;
}

Result<std::uint64_t> not_a_size(std::string_view text, std::string_view what) {
  return Result<std::uint64_t>::failure("'" + std::string{text} + "' is " + std::string{what} +
                                        " (accepted: 500, 4k, 10MB, 1.5GB, 10MiB)");
}

std::string with_unit(std::uint64_t tenths, std::string_view name) {
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text.append(".").append(std::to_string(tenths % 10));
  return text.append(name);
}

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_decimal(rest);
  if (!number) return not_a_size(text, "not a size");
  if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  const auto unit = unit_bytes(rest);
  if (!unit || (*unit == 1 && number->has_fraction())) return not_a_size(text, "not a size");
  const auto bytes = scale(*number, *unit);
  if (!bytes) return not_a_size(text, "too large");
  return *bytes;
}

std::string format_size(std::uint64_t bytes) {
  for (const auto& unit : units) {
    if (unit.bytes < kibi / 2 || bytes < unit.bytes) continue;
    const auto whole = bytes / unit.bytes;
    const auto rest = bytes % unit.bytes;
    if (whole < 1000 && rest * 10 % unit.bytes == 0)
      return with_unit(whole * 10 + rest * 10 / unit.bytes, unit.name);
  }
  for (const auto& unit : units) {
    const bool decimal = unit.name.size() == 2;
    if (!decimal || bytes < unit.bytes) continue;
    const auto rest = bytes % unit.bytes;
    return with_unit(bytes / unit.bytes * 10 + (rest * 10 + unit.bytes / 2) / unit.bytes, unit.name);
  }
  return std::to_string(bytes);
}

}  // namespace longhaul::core
