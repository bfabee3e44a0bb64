#include "cli/completion_parts.hpp"

namespace longhaul::cli {
namespace {

std::string_view action_of(Values values) {
  switch (values) {
    case Values::words: return "-W";
    case Values::files: return "-f";
    case Values::directories: return "-d";
    case Values::none: break;
  }
  return {};
}

std::string case_of(const Option& option) {
  std::string line = "    ";
  if (!option.short_name.empty()) line.append(option.short_name).append("|");
  line.append(option.long_name).append(") ");
  const auto values = values_of(option);
  if (values == Values::words) {
    line.append("mapfile -t COMPREPLY < <(compgen -W '")
        .append(joined(option.choices, " "))
        .append("' -- \"$current\"); ");
  } else if (values != Values::none) {
    line.append("compopt -o filenames; mapfile -t COMPREPLY < <(compgen ");
    line.append(action_of(values)).append(" -- \"$current\"); ");
  }
  return line.append("return ;;\n");
}

constexpr std::string_view files_line =
    "  compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n";

// The beginning of the function that bash calls: variables that the functions it calls see too.
constexpr std::string_view prologue =
    R"(  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} dashes=0 i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] && { dashes=$i; break; }
  done
)";

// Completes options and their values, and a command after "--"; `otherwise` does where it is none of these.
std::string completing_options(const Options& options, std::string_view otherwise) {
  std::string cases;
  std::string names;
  for (const auto& option : options.all()) {
    if (option.hidden) continue;
    if (!option.value_name.empty()) cases += case_of(option);
    if (!option.short_name.empty()) names.append(option.short_name).append(" ");
    names.append(option.long_name).append(" ");
  }
  names.resize(names.size() - 1);

  std::string out;
  if (options.command().words != nullptr) {
    out += R"(  if ((dashes && COMP_CWORD == dashes + 1)); then
    mapfile -t COMPREPLY < <(compgen -c -- "$current"); return
  fi
)";
  }
  // bash splits "--format=json" at the '='.
  out += R"(  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }
  [[ $previous == = ]] && ((COMP_CWORD > 1)) && previous=${COMP_WORDS[COMP_CWORD-2]}
  ((dashes)) || case $previous in
)";
  out += cases;
  out += R"(  esac
  if ((!dashes)) && [[ $current == -* ]]; then
)";
  out.append("    mapfile -t COMPREPLY < <(compgen -W '")
      .append(names)
      .append("' -- \"$current\"); return\n  fi\n");
  return out.append(otherwise);
}

std::string function_of(const std::string& name, std::string_view lines) {
  return name + "() {\n" + std::string{lines} + "}\n";
}

std::string function_of(std::string_view tool, const CompletedCommand& completed) {
  const Options& options = completed.options;
  std::string otherwise;
  if (options.takes_only_command()) {
    otherwise = "  ((dashes)) || { mapfile -t COMPREPLY < <(compgen -W -- -- \"$current\"); return; }\n";
    otherwise += files_line;
  } else if (operands_are_files(options)) {
    otherwise = files_line;
  }
  return function_of(function_name(tool, completed.command->about.name),
                     completing_options(options, otherwise));
}

// Finds the words of the command before the cursor, and leaves the rest to the function of that command.
std::string dispatch(const CompletedTool& tool) {
  const auto of_none = function_name(tool.name, "none");
  std::string out{prologue};
  out += R"(  local command=
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --) break ;;
)";
  out.append("      ").append(options_with_value(tool, "|"));
  out += R"() ((i++)); [[ ${COMP_WORDS[i]} == = ]] && ((i++)) ;;
      -*) ;;
      *) command+=${command:+ }${COMP_WORDS[i]}; )";
  const auto group_words = groups(tool);
  if (!group_words.empty())
    out.append("[[ $command == @(").append(joined(group_words, "|")).append(") ]] || ");
  out += "break ;;\n    esac\n  done\n  case $command in\n";
  const auto offer_words = [&](std::string_view after, std::span<const CompletedWord> words) {
    out.append("    '").append(after).append("') ").append(of_none);
    out.append(" '").append(joined(words, " ")).append("' ;;\n");
  };
  offer_words("", first_words(tool));
  for (const auto group : group_words) offer_words(group, second_words(tool, group));
  for (const auto& [command, options] : tool.commands) {
    const auto words = command->about.name;
    out.append("    '").append(words).append("') ").append(function_name(tool.name, words)).append(" ;;\n");
  }
  return out + "  esac\n";
}

std::string functions_of_commands(const CompletedTool& tool) {
  constexpr std::string_view given_words = "  mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$current\")\n";
  std::string out =
      function_of(function_name(tool.name, "none"), completing_options(tool.options, given_words));
  for (const auto& completed : tool.commands) out += function_of(tool.name, completed);
  return out + function_of(function_name(tool.name), dispatch(tool));
}

std::string function_of_tool(const CompletedTool& tool) {
  const Options& options = tool.options;
  const bool takes_files = options.operands().values != nullptr || options.command().words != nullptr;
  return function_of(function_name(tool.name),
                     std::string{prologue} + completing_options(options, takes_files ? files_line : ""));
}

}  // namespace

std::string bash_script(const CompletedTool& tool) {
  std::string out = header("#", "bash", tool.name);
  out += tool.commands.empty() ? function_of_tool(tool) : functions_of_commands(tool);
  return out.append("complete -F ").append(function_name(tool.name)).append(" ").append(tool.name) + "\n";
}

}  // namespace longhaul::cli
