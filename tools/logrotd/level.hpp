// How grave an entry is, in the names and numbers of the loggers that write JSONL.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace longhaul::logrotd {

enum class Level : std::uint8_t { unknown, trace, debug, info, notice, warn, error, fatal };

// "info"; of an unknown one too.
std::string_view name_of(Level level);

// "warning", "ERROR", "crit": the names of pino, bunyan, winston, Python and syslog, in any case.
Level level_named(std::string_view name);

// The level of a member, its value as it stands in the entry: "info" in quotes, or a number, which means what
// the key's loggers mean by it. Nothing where the key does not name a level.
std::optional<Level> level_of(std::string_view key, std::string_view value);
// Whether level_of() could say something.
bool names_level(std::string_view key);
// No key that names a level is longer, or begins otherwise.
inline constexpr std::size_t longest_level_key = 12;
constexpr bool begins_level_key(char c) { return c == 'l' || c == 's' || c == 'p' || c == 'P'; }

// The level of a plain line: "level=warn", "[ERROR]", "INFO: " near its beginning.
Level level_of_line(std::string_view line);

}  // namespace longhaul::logrotd
