#include "cli/completion_parts.hpp"

namespace longhaul::cli {
namespace {

std::string action_of(const Option& option) {
  std::string action = ":" + std::string{option.value_name} + ":";
  switch (values_of(option)) {
    case Values::words: return action + "(" + joined(option.choices, " ") + ")";
    case Values::files: return action + "_files";
    case Values::directories: return action + "_files -/";
    case Values::none: break;
  }
  return action + " ";
}

// One argument of _arguments: '(-f --format)'{-f+,--format=}'[help]:FORMAT:(text json)'.
std::string argument_of(const Option& option) {
  const bool takes_value = !option.value_name.empty();
  const std::string short_form = std::string{option.short_name} + (takes_value ? "+" : "");
  const std::string long_form = std::string{option.long_name} + (takes_value ? "=" : "");
  std::string names = long_form;
  if (!option.short_name.empty()) names = "'{" + short_form + "," + long_form + "}'";

  std::string out = "    '";
  if (option.repeatable) {
    out += "*";
  } else if (!option.short_name.empty()) {
    out.append("(").append(option.short_name).append(" ").append(option.long_name).append(")");
  }
  out.append(names).append("[").append(in_quotes(escaped(option.help, "[]\\", "\\"))).append("]");
  if (takes_value) out += action_of(option);
  return out + "'";
}

constexpr std::string_view command_after_dashes = R"(local dashes=${words[(i)--]}
if (( dashes < CURRENT )); then
  shift $dashes words
  (( CURRENT -= dashes ))
  _normal
  return
fi
)";

std::string arguments_of(const Options& options) {
  std::string out = "_arguments -s -S";
  for (const auto& option : options.all()) {
    if (!option.hidden) out.append(" \\\n").append(argument_of(option));
  }
  return out;
}

std::string completing(const Options& options, bool takes_files) {
  std::string out;
  if (options.command().words != nullptr) out += command_after_dashes;
  out += arguments_of(options);
  if (takes_files) out.append(" \\\n    '*:").append(options.operands().name).append(":_files'");
  if (options.takes_only_command()) out += " \\\n    '1: :(--)'";
  return out + "\n";
}

// Takes the words of the command out of the line, as the tool does.
std::string finding_command(const CompletedTool& tool) {
  std::string out = R"(local command= i=2
while (( i < CURRENT )); do
  case $words[i] in
    (--) break ;;
)";
  out.append("    (").append(options_with_value(tool, "|")).append(") (( i += 2 )) ;;\n");
  out += R"(    (-*) (( i++ )) ;;
    (*)
      command+=${command:+ }$words[i]
      words[i]=()
      (( CURRENT-- ))
)";
  const auto group_words = groups(tool);
  out += "      ";
  if (!group_words.empty())
    out.append("[[ $command == (").append(joined(group_words, "|")).append(") ]] || ");
  return out + "break ;;\n  esac\ndone\n";
}

std::string offering(std::string_view after, std::span<const CompletedWord> words) {
  std::string out{"('"};
  out.append(after).append("')\ncommands=(\n");
  for (const auto& [word, meaning] : words)
    out.append("    '").append(word).append(":").append(in_quotes(meaning)).append("'\n");
  return out + ")\n;;\n";
}

std::string completing_commands(const CompletedTool& tool) {
  std::string out = finding_command(tool);
  out += "local -a commands\ncase $command in\n";
  out += offering("", first_words(tool));
  for (const auto group : groups(tool)) out += offering(group, second_words(tool, group));
  for (const auto& [command, options] : tool.commands) {
    out.append("('").append(command->about.name).append("')\n");
    out.append(completing(options, operands_are_files(options))).append("return\n;;\n");
  }
  out += R"(esac
(( $#commands )) || return 1
local state state_descr line context
typeset -A opt_args
)";
  out += arguments_of(tool.options) + " \\\n    '1: :->command' && return\n";
  return out + "[[ $state == command ]] && _describe -t commands command commands\n";
}

}  // namespace

std::string zsh_script(const CompletedTool& tool) {
  std::string out = "#compdef " + std::string{tool.name} + "\n" + header("#", "zsh", tool.name);
  if (!tool.commands.empty()) return out + completing_commands(tool);
  return out + completing(tool.options, tool.options.operands().values != nullptr);
}

}  // namespace longhaul::cli
