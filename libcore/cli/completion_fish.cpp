#include "cli/completion_parts.hpp"

namespace longhaul::cli {
namespace {

// Between single quotes.
std::string quoted(std::string_view text) { return "'" + escaped(text, "'\\", "\\") + "'"; }

// "complete -c proctrack", with the condition where there is one.
std::string start(std::string_view tool, std::string_view condition) {
  std::string line = "complete -c " + std::string{tool};
  if (!condition.empty()) line.append(" -n ").append(quoted(condition));
  return line;
}

std::string line_of(const Option& option, std::string_view tool, std::string_view condition) {
  std::string line = start(tool, condition);
  if (!option.short_name.empty()) line.append(" -s ").append(option.short_name.substr(1));
  line.append(" -l ").append(option.long_name.substr(2));
  if (!option.value_name.empty()) {
    switch (values_of(option)) {
      case Values::words: line.append(" -x -a '").append(joined(option.choices, " ")).append("'"); break;
      case Values::files: line += " -r -F"; break;
      case Values::directories: line += " -x -a '(__fish_complete_directories)'"; break;
      case Values::none: line += " -x"; break;
    }
  }
  return line.append(" -d ").append(quoted(option.help)).append("\n");
}

std::string lines_of(const CompletedTool& tool) {
  std::string out;
  const Options& options = tool.options;
  if (options.operands().values == nullptr) out += start(tool.name, {}) + " -f\n";
  for (const auto& option : options.all()) {
    if (!option.hidden) out += line_of(option, tool.name, {});
  }
  if (options.command().words != nullptr)
    out += start(tool.name, "contains -- -- (commandline -opc)") +
           " -x -a '(__fish_complete_subcommand --fcs-skip=2)'\n";
  return out;
}

constexpr std::string_view command_line_after_dashes = R"(  set -l words (commandline -opc)
  set -l dashes (contains -i -- -- $words)
  set -e words[1..$dashes]
  complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end
)";

// Three functions: the words of the command, as far as they are there; whether they are these; what completes
// the line behind "--".
std::string functions(const CompletedTool& tool, const std::string& prefix) {
  std::string out = "function " + prefix + "_command\n";
  out += R"(  set -l words (commandline -opc)
  set -e words[1]
  set -l command
  while set -q words[1]
    set -l word $words[1]
    set -e words[1]
    switch $word
      case --
        break
      case )";
  out += options_with_value(tool, " ");
  out += R"(
        set -q words[1]; and set -e words[1]
      case '-*'
      case '*'
        set -a command $word
)";
  const auto group_words = groups(tool);
  out += "        ";
  if (!group_words.empty())
    out.append("contains -- \"$command\" ").append(joined(group_words, " ")).append("; or ");
  out += "break\n    end\n  end\n  echo \"$command\"\nend\n";
  out += "function " + prefix + "_is\n  set -l command (" + prefix + "_command)\n";
  out += "  test \"$command\" = \"$argv\"\nend\n";
  return out + "function " + prefix + "_line\n" + std::string{command_line_after_dashes};
}

// The general options, so many at the end, are those of every command.
std::string lines_of(std::string_view tool, const std::string& prefix, const CompletedCommand& completed,
                     std::size_t general) {
  const auto& [command, options] = completed;
  const auto condition = prefix + "_is " + std::string{command->about.name};
  std::string out;
  if (operands_are_files(options)) out += start(tool, condition) + " -F\n";
  for (const auto& option : options.all().first(options.all().size() - general)) {
    if (!option.hidden) out += line_of(option, tool, condition);
  }
  if (options.command().words == nullptr) return out;
  const std::string behind = "contains -- -- (commandline -opc)";
  if (options.takes_only_command())
    out +=
        start(tool, condition + "; and not " + behind) + " -a -- -d " + quoted(options.command().help) + "\n";
  return out + start(tool, condition + "; and " + behind) + " -x -a '(" + prefix + "_line)'\n";
}

std::string lines_of_commands(const CompletedTool& tool) {
  const auto prefix = "_" + function_name(tool.name);
  std::string out = functions(tool, prefix) + start(tool.name, {}) + " -f\n";
  const auto offer_words = [&](std::string_view after, std::span<const CompletedWord> words) {
    std::string condition = prefix + "_is";
    if (!after.empty()) condition.append(" ").append(after);
    for (const auto& [word, meaning] : words)
      out.append(start(tool.name, condition) + " -a ").append(word).append(" -d " + quoted(meaning) + "\n");
  };
  for (const auto& option : tool.options.all()) {
    if (!option.hidden) out += line_of(option, tool.name, {});
  }
  offer_words("", first_words(tool));
  for (const auto group : groups(tool)) offer_words(group, second_words(tool, group));
  for (const auto& completed : tool.commands)
    out += lines_of(tool.name, prefix, completed, tool.options.all().size());
  return out;
}

}  // namespace

std::string fish_script(const CompletedTool& tool) {
  return header("#", "fish", tool.name) + (tool.commands.empty() ? lines_of(tool) : lines_of_commands(tool));
}

}  // namespace longhaul::cli
