#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "cli/about.hpp"
#include "cli/options.hpp"
#include "cli/session.hpp"

namespace longhaul::cli {

// One command of a tool that has several. Its About has for a name the word that is typed, "run", or two of
// them, "pool start"; the first of two is then no command by itself.
struct Subcommand {
  About about;
  std::function<void(Options&)> options;
  std::function<core::Exit(Session&)> run;
  bool hidden = false;  // not for users: not in help, completions, messages and configuration files

  [[nodiscard]] std::string_view first_word() const { return about.name.substr(0, about.name.find(' ')); }
  // Empty where the command has one word.
  [[nodiscard]] std::string_view second_word() const {
    const auto space = about.name.find(' ');
    return space == std::string_view::npos ? std::string_view{} : about.name.substr(space + 1);
  }
};

template <class Settings>
Subcommand subcommand(const About& about, void (*options)(Options&, Settings&),
                      core::Exit (*run)(const Settings&, Session&)) {
  const auto settings = std::make_shared<Settings>();
  return {.about = about,
          .options = [=](Options& described) { options(described, *settings); },
          .run = [=](Session& session) { return run(*settings, session); }};
}

// What main() of a tool with commands calls. Only the command that is chosen describes its options; its role
// is that of the run.
int run_tool(int argc, char** argv, const About& about, std::span<const Subcommand> commands);

// Of the commands that are not hidden: what may stand first, each word once, and what may follow such a word.
std::vector<std::string_view> first_words(std::span<const Subcommand> commands);
std::vector<std::string_view> second_words(std::span<const Subcommand> commands, std::string_view first);

}  // namespace longhaul::cli
