#pragma once

#include <cstddef>
#include <span>
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

// The keys below one heading: [name], or one of several [[name]]. In a group it is [group.name].
struct ConfigSection {
  std::string name;
  std::vector<ConfigEntry> entries;
  std::size_t line;
};

struct Config {
  std::vector<ConfigEntry> entries;
  std::vector<ConfigSection> sections;  // in the order of the file
};

// TOML, as far as options need it: text, numbers, true, false, arrays of them, and one level of sections; a
// second level in the sections that are named as groups. Throws Error{"name:line", ...} for what is not TOML,
// and for what is more.
Config parse_config(std::string_view text, std::string_view name,
                    std::span<const std::string_view> groups = {});

// Reads a file of at most 1 MiB and parses it. Throws Error.
Config read_config(std::string_view path, std::span<const std::string_view> groups = {});

}  // namespace longhaul::cli
