#include "cli/config_text.hpp"

#include <algorithm>

namespace longhaul::cli {
namespace {

std::string quoted(std::string_view text) {
  std::string value = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') value += '\\';
    value += c;
  }
  return value + '"';
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string example_of(const Option& option) {
  if (option.value_name.empty()) return "true";
  if (!option.choices.empty()) return quoted(option.choices.front());
  return option.repeatable ? "[" + quoted(option.value_name) + "]" : quoted(option.value_name);
}

std::string line_of(const Option& option) {
  const std::string key{option.long_name.substr(2)};
  std::string line = "# " + std::string{option.help};
  for (std::size_t at = 0; at < option.choices.size(); ++at)
    line.append(at == 0 ? ": " : ", ").append(option.choices[at]);
  const auto shown = option.shown_default ? option.shown_default() : std::string{};
  line += "\n#" + key + " = ";
  if (shown.empty()) return line + example_of(option) + '\n';
  return line + (is_number(shown) ? shown : quoted(shown)) + '\n';
}

std::string lines_of(const Options& options) {
  constexpr std::string_view not_keys[] = {"--help", "--version", "--config"};
  std::string text;
  for (const auto& option : options.all()) {
    const bool has_section = std::ranges::find(options.sections(), option.long_name.substr(2),
                                               &Section::name) != options.sections().end();
    if (option.hidden || has_section || std::ranges::find(not_keys, option.long_name) != std::end(not_keys))
      continue;
    text += line_of(option);
  }
  return text;
}

}  // namespace

std::string config_text(const Options& options) {
  std::string text = lines_of(options);
  for (const auto& section : options.sections()) {
    Options keys;
    section.describe(keys);
    text +=
        "\n# " + std::string{section.help} + "\n#[[" + std::string{section.name} + "]]\n" + lines_of(keys);
  }
  return text;
}

}  // namespace longhaul::cli
