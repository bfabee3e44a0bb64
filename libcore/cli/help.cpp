#include "cli/help.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/ascii.hpp"

namespace longhaul::cli {
namespace {

constexpr std::size_t width = 80;
constexpr std::size_t widest_names = 26;  // longer names stand on a line of their own

constexpr std::array<ExitStatus, 3> filter_exits{{
    {"0", "done, nothing found"},
    {"1", "done, and the answer is no"},
    {"2", "usage or I/O trouble"},
}};
constexpr std::array<ExitStatus, 4> gate_exits{{
    {"0", "OK"},
    {"1", "WARNING"},
    {"2", "CRITICAL"},
    {"3", "UNKNOWN, usage errors too"},
}};
constexpr std::array<ExitStatus, 5> wrapper_exits{{
    {"N", "the command's own status"},
    {"128+N", "the command was ended by signal N"},
    {"124", "the command was timed out"},
    {"125", "the wrapper itself failed, usage errors too"},
    {"126, 127", "the command cannot be executed, was not found"},
}};

std::span<const ExitStatus> exits_of(const About& about) {
  if (!about.exits.empty()) return about.exits;
  switch (about.role) {
    case Role::gate: return gate_exits;
    case Role::wrapper: return wrapper_exits;
    case Role::filter: break;
  }
  return filter_exits;
}

// Appends the words from `column` on, broken before they pass the width; the current line is at `at` already.
void append_wrapped(std::string& out, std::string_view text, std::size_t at, std::size_t column) {
  bool at_start = true;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (!at_start && at + 1 + word.size() > width) {
      out.append("\n").append(column, ' ');
      at = column;
      at_start = true;
    }
    if (!at_start) {
      out += ' ';
      ++at;
    }
    out += word;
    at += word.size();
    at_start = false;
  }
  out += '\n';
}

// "  left    right", the right side wrapped in its column.
void append_row(std::string& out, std::string_view left, std::string_view right, std::size_t names_width) {
  const std::size_t column = 2 + names_width + 2;
  out.append("  ").append(left);
  if (left.size() > names_width) {
    out.append("\n").append(column, ' ');
  } else {
    out.append(column - 2 - left.size(), ' ');
  }
  append_wrapped(out, right, column, column);
}

std::string names_of(const Option& option) {
  std::string names = option.short_name.empty() ? "    " : std::string{option.short_name} + ", ";
  names += option.long_name;
  if (!option.value_name.empty()) names.append(" ").append(option.value_name);
  return names;
}

std::string description_of(const Option& option) {
  std::string text{option.help};
  if (!option.choices.empty()) {
    text += ": ";
    for (const auto choice : option.choices) text.append(choice).append(", ");
    text.resize(text.size() - 2);
  }
  if (option.repeatable) text += " (may be repeated)";
  const auto shown = option.shown_default ? option.shown_default() : std::string{};
  if (!shown.empty()) text.append(" [default: ").append(shown).append("]");
  return text;
}

void append_options(std::string& out, const Options& options) {
  std::size_t names_width = 0;
  for (const auto& option : options.all()) {
    const auto size = option.hidden ? 0 : names_of(option).size();
    if (size <= widest_names) names_width = std::max(names_width, size);
  }
  std::vector<std::string_view> headings;
  for (const auto& option : options.all()) {
    if (!option.hidden && std::ranges::find(headings, option.heading) == headings.end())
      headings.push_back(option.heading);
  }
  for (const auto heading : headings) {
    out.append("\n").append(heading).append(":\n");
    for (const auto& option : options.all()) {
      if (option.hidden || option.heading != heading) continue;
      append_row(out, names_of(option), description_of(option), names_width);
    }
  }
}

void append_operands(std::string& out, const Options& options) {
  constexpr std::size_t operand_width = 12;
  const auto& operands = options.operands();
  const auto& command = options.command();
  if (operands.values != nullptr || command.words != nullptr) out += "\nOperands:\n";
  if (operands.values != nullptr) append_row(out, operands.name, operands.help, operand_width);
  if (command.words != nullptr) append_row(out, "-- COMMAND", command.help, operand_width);
}

void append_commands(std::string& out, std::string_view tool, std::span<const Subcommand> commands) {
  if (commands.empty()) return;
  std::size_t names_width = 0;
  for (const auto& command : commands)
    names_width = std::max(names_width, command.hidden ? 0 : command.about.name.size());
  out.append("\nCommands, each with options of its own (").append(tool).append(" COMMAND --help):\n");
  for (const auto& command : commands) {
    if (!command.hidden) append_row(out, command.about.name, capitalised(command.about.summary), names_width);
  }
}

void append_option_lines(std::string& out, std::string_view before, const Options& options) {
  for (const auto& option : options.all()) {
    if (option.hidden) continue;
    out.append(before);
    out.append(option.short_name).append(option.short_name.empty() ? "" : ",").append(option.long_name);
    out.append("\t").append(option.value_name).append("\n");
  }
}

}  // namespace

std::string help_text(const About& about, const Options& options, std::span<const Subcommand> commands) {
  std::string out = "Usage: ";
  out.append(about.name).append(" ").append(about.usage).append("\n");
  append_wrapped(out, capitalised(about.summary) + ".", 0, 0);

  append_commands(out, about.name, commands);
  append_operands(out, options);
  append_options(out, options);

  if (!about.examples.empty()) out += "\nExamples:\n";
  for (const auto& example : about.examples) {
    out.append("  ").append(example.command).append("\n      ");
    append_wrapped(out, example.what, 6, 6);
  }

  out += "\nExit status:\n";
  constexpr std::size_t status_width = 8;
  for (const auto& exit : exits_of(about)) append_row(out, exit.status, exit.meaning, status_width);
  return out;
}

std::string option_lines(const Options& options, std::span<const Subcommand> commands) {
  std::string out;
  for (const auto& command : commands) {
    if (command.hidden) continue;
    Options own;
    command.options(own);
    const auto column = std::string{command.about.name} + "\t";
    const auto size = out.size();
    append_option_lines(out, column, own);
    if (out.size() == size) out += column + "\t\n";
  }
  append_option_lines(out, {}, options);
  return out;
}

std::string capitalised(std::string_view text) {
  std::string out{text};
  if (!out.empty()) out.front() = core::upper(out.front());
  return out;
}

}  // namespace longhaul::cli
