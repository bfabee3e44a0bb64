#include "cli/completion.hpp"

namespace longhaul::cli {
namespace {

enum class Values { none, words, files, directories };

Values values_of(const Option& option) {
  if (!option.choices.empty()) return Values::words;
  if (option.value_name == "FILE") return Values::files;
  if (option.value_name == "DIR") return Values::directories;
  return Values::none;
}

std::string words_of(const Option& option) {
  std::string words;
  for (const auto choice : option.choices) words.append(words.empty() ? "" : " ").append(choice);
  return words;
}

// The text with each of the special characters replaced.
std::string escaped(std::string_view text, std::string_view special, std::string_view with_prefix) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += with_prefix;
    out += c;
  }
  return out;
}

// For use between single quotes in sh, zsh.
std::string in_quotes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out;
}

std::string header(std::string_view comment_start, std::string_view shell, std::string_view tool) {
  std::string line{comment_start};
  return line.append(" Written by: ").append(tool).append(" --emit-completion ").append(shell).append("\n");
}

std::string function_name(std::string_view tool) {
  std::string name = "_";
  for (const char c : tool) name += c == '-' ? '_' : c;
  return name;
}

std::string_view bash_action(Values values) {
  switch (values) {
    case Values::words: return "-W";
    case Values::files: return "-f";
    case Values::directories: return "-d";
    case Values::none: break;
  }
  return {};
}

std::string bash_case(const Option& option) {
  std::string line = "    ";
  if (!option.short_name.empty()) line.append(option.short_name).append("|");
  line.append(option.long_name).append(") ");
  const auto values = values_of(option);
  if (values == Values::words) {
    line.append("mapfile -t COMPREPLY < <(compgen -W '")
        .append(words_of(option))
        .append("' -- \"$current\"); ");
  } else if (values != Values::none) {
    line.append("compopt -o filenames; mapfile -t COMPREPLY < <(compgen ");
    line.append(bash_action(values)).append(" -- \"$current\"); ");
  }
  return line.append("return ;;\n");
}

std::string bash_script(const About& about, const Options& options) {
  std::string cases;
  std::string names;
  for (const auto& option : options.all()) {
    if (option.hidden) continue;
    if (!option.value_name.empty()) cases += bash_case(option);
    if (!option.short_name.empty()) names.append(option.short_name).append(" ");
    names.append(option.long_name).append(" ");
  }
  names.resize(names.size() - 1);

  const auto function = function_name(about.name);
  std::string out = header("#", "bash", about.name);
  out.append(function).append("() {\n");
  out += R"(  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} dashes=0 i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] && { dashes=$i; break; }
  done
)";
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
  if (options.operands().values != nullptr || options.command().words != nullptr)
    out += "  compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n";
  out.append("}\ncomplete -F ").append(function).append(" ").append(about.name).append("\n");
  return out;
}

std::string zsh_action(const Option& option) {
  std::string action = ":" + std::string{option.value_name} + ":";
  switch (values_of(option)) {
    case Values::words: return action + "(" + words_of(option) + ")";
    case Values::files: return action + "_files";
    case Values::directories: return action + "_files -/";
    case Values::none: break;
  }
  return action + " ";
}

// One argument of _arguments: '(-f --format)'{-f+,--format=}'[help]:FORMAT:(text json)'.
std::string zsh_argument(const Option& option) {
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
  if (takes_value) out += zsh_action(option);
  return out + "'";
}

std::string zsh_script(const About& about, const Options& options) {
  std::string out = "#compdef " + std::string{about.name} + "\n" + header("#", "zsh", about.name);
  if (options.command().words != nullptr) {
    out += R"(local dashes=${words[(i)--]}
if (( dashes < CURRENT )); then
  shift $dashes words
  (( CURRENT -= dashes ))
  _normal
  return
fi
)";
  }
  out += "_arguments -s -S";
  for (const auto& option : options.all()) {
    if (!option.hidden) out.append(" \\\n").append(zsh_argument(option));
  }
  if (options.operands().values != nullptr)
    out.append(" \\\n    '*:").append(options.operands().name).append(":_files'");
  return out + "\n";
}

std::string fish_line(std::string_view tool, const Option& option) {
  std::string line = "complete -c " + std::string{tool};
  if (!option.short_name.empty()) line.append(" -s ").append(option.short_name.substr(1));
  line.append(" -l ").append(option.long_name.substr(2));
  if (!option.value_name.empty()) {
    switch (values_of(option)) {
      case Values::words: line.append(" -x -a '").append(words_of(option)).append("'"); break;
      case Values::files: line += " -r -F"; break;
      case Values::directories: line += " -x -a '(__fish_complete_directories)'"; break;
      case Values::none: line += " -x"; break;
    }
  }
  return line.append(" -d '").append(escaped(option.help, "'\\", "\\")).append("'\n");
}

std::string fish_script(const About& about, const Options& options) {
  std::string out = header("#", "fish", about.name);
  if (options.operands().values == nullptr) out.append("complete -c ").append(about.name).append(" -f\n");
  for (const auto& option : options.all()) {
    if (!option.hidden) out += fish_line(about.name, option);
  }
  if (options.command().words != nullptr) {
    out.append("complete -c ").append(about.name);
    out += " -n 'contains -- -- (commandline -opc)' -x -a '(__fish_complete_subcommand --fcs-skip=2)'\n";
  }
  return out;
}

}  // namespace

std::string completion_script(std::string_view shell, const About& about, const Options& options) {
  if (shell == "bash") return bash_script(about, options);
  if (shell == "zsh") return zsh_script(about, options);
  return fish_script(about, options);
}

}  // namespace longhaul::cli
