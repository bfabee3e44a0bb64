#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace longhaul::cli {

// One key of a configuration file.
struct ConfigEntry {
  std::string key;
  std::vector<std::string> values;  // one, or those of an array
  std::size_t line;                 // counted from 1
};

// The flat part of TOML, which is what options need: key = "text", 'text', number, true, false, or an array
// of them. Throws Error{"name:line", ...} for anything else, a table included, and for a key that appears
// twice.
std::vector<ConfigEntry> parse_config(std::string_view text, std::string_view name);

// Reads a file of at most 1 MiB and parses it. Throws Error.
std::vector<ConfigEntry> read_config(std::string_view path);

}  // namespace longhaul::cli
