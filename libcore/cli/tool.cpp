#include "cli/tool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <new>
#include <optional>

#include "cli/command_choice.hpp"
#include "cli/command_line.hpp"
#include "cli/completion.hpp"
#include "cli/help.hpp"
#include "cli/rollout.hpp"
#include "cli/settings.hpp"
#include "cli/subcommand.hpp"
#include "sys/signals.hpp"

namespace longhaul::cli {
namespace {

// The options that every tool has.
struct Standard {
  bool help = false;
  bool version = false;
  std::string config;
  std::string completion;
  bool option_lines = false;
};

// Those of a command too.
void describe_general(Options& options, Standard& standard) {
  options.group("General");
  options.text("--config", standard.config, "FILE", "Read options from a TOML file: long names as keys");
  options.flag("-h,--help", standard.help, "Show this help");
  options.flag("-V,--version", standard.version, "Show the version");
}

void describe_emitters(Options& options, Standard& standard) {
  options.choice("--emit-completion", standard.completion, {"bash", "zsh", "fish"},
                 "Print the completion script");
  options.hide_last();
  options.flag("--emit-options", standard.option_lines, "Print the options, one a line");
  options.hide_last();
}

// A file opened later must not land on descriptor 0, 1 or 2, where messages would be written into it. The
// closed ones get /dev/null opened the wrong way round: reading stdin and writing stdout fail there as they
// would have.
void occupy_closed_descriptors() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
    ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);  // the lowest free one is this one
  }
}

// The role that the line asks for, where it asks for one; `is_there` tells of an option by its long name.
std::optional<Role> role_of(const Options& options, bool has_command,
                            const std::function<bool(const Option&)>& is_there) {
  for (const auto& option : options.all()) {
    if (option.role && is_there(option)) return option.role;
  }
  if (has_command && options.command().may_be_missing) return Role::wrapper;
  return std::nullopt;
}

// The command line, split. A line that cannot be split has the role that it seems to ask for: only the status
// of the error depends on it.
CommandLine split(const Options& options, int argc, char** argv, Session& session) {
  std::optional<Role> role;
  try {
    auto line = read_command_line(options, argc, argv);
    role = role_of(options, !line.after_dashes.empty(),
                   [&](const Option& option) { return line.has(option.long_name); });
    if (role) session.take_role(*role);
    return line;
  } catch (const core::Error&) {
    const std::vector<std::string_view> words{argv + 1, argv + argc};
    const auto dashes = std::ranges::find(words, "--");
    role = role_of(options, dashes != words.end(), [&](const Option& option) {
      return std::find(words.begin(), dashes, option.long_name) != dashes;
    });
    if (role) session.take_role(*role);
    throw;
  }
}

// What a command line is read against: a tool, one of its commands, or a tool with commands of which none is
// named.
struct Use {
  const About& about;  // its name is what was typed: "errsum", "proctrack run"
  const std::function<void(Options&)>& describe;
  const std::function<core::Exit(Session&)>& run;
  CommandTables tables = {};

  [[nodiscard]] bool of_command() const { return tables.running != nullptr; }
  // The commands that could have been named.
  [[nodiscard]] std::span<const Subcommand> choices() const {
    return of_command() ? std::span<const Subcommand>{} : tables.commands;
  }
};

core::Error with_hint(const core::Error& error, std::string_view subject, std::string_view typed) {
  const auto hint = " (try '" + std::string{typed} + " --help')";
  return {error.subject.empty() ? subject : error.subject, error.reason + hint, error.exit};
}

std::string version_line(const Session& session) {
  return std::string{session.tool()} + " " LONGHAUL_VERSION " (longhaul)\n";
}

// Answers --help and its like; false where the tool is to run.
bool answer(const Use& use, const Options& options, const CommandLine& line, Session& session) {
  if (line.has("--help")) {
    session.print(help_text(use.about, options, use.choices()));
  } else if (line.has("--version")) {
    session.print(version_line(session));
  } else if (line.has("--emit-options")) {
    session.print(option_lines(options, use.choices()));
  } else {
    return false;
  }
  return true;
}

// Where the tool stands aside, what it is replaced by asks for no configuration: a wrong one is said, no
// more.
ConfigTrouble config_trouble(Session& session, std::string_view older_switch) {
  return [&session, older_switch](const core::Error& error) {
    if (rollout_of(session, older_switch) == Rollout::on) throw core::Error{error};
    session.warn(error.subject, error.reason);
  };
}

core::Exit run_or_answer(int argc, char** argv, const Use& use, Session& session) {
  Options options;
  Standard standard;
  use.describe(options);
  describe_general(options, standard);
  if (!use.of_command()) describe_emitters(options, standard);
  try {
    auto line = split(options, argc, argv, session);
    if (answer(use, options, line, session)) return core::Exit::ok;
    const bool has_command = !line.after_dashes.empty();
    apply(options, std::move(line), use.tables, config_trouble(session, use.about.older_switch));
    const auto role = role_of(options, has_command, [](const Option& option) { return *option.flag; });
    if (role) session.take_role(*role);
  } catch (const core::Error& error) {
    throw with_hint(error, use.of_command() ? use.tables.running->about.name : "", use.about.name);
  }
  if (!standard.completion.empty()) {
    session.print(completion_script(standard.completion, use.about, options, use.choices()));
    return core::Exit::ok;
  }
  return use.run(session);
}

core::Error no_command(std::span<const Subcommand> commands, std::string_view group) {
  std::string reason = group.empty() ? "needs a command: " : "needs one of: ";
  for (const auto word : group.empty() ? first_words(commands) : second_words(commands, group))
    reason.append(word).append(", ");
  reason.resize(reason.size() - 2);
  return {group, reason};
}

Choice choose(int argc, char** argv, const About& about, std::span<const Subcommand> commands) {
  Options options;
  Standard standard;
  describe_general(options, standard);
  describe_emitters(options, standard);
  try {
    return choose_command(commands, options, argc, argv);
  } catch (const core::Error& error) {
    throw with_hint(error, "", about.name);
  }
}

core::Exit run_chosen(int argc, char** argv, const About& about, std::span<const Subcommand> commands,
                      Session& session) {
  Choice choice = choose(argc, argv, about, commands);
  const int count = static_cast<int>(choice.rest.size());
  if (choice.command == nullptr) {
    const std::function<void(Options&)> nothing = [](Options&) {};
    const std::function<core::Exit(Session&)> refuse = [&](Session&) -> core::Exit {
      throw with_hint(no_command(commands, choice.group), "", about.name);
    };
    const Use use{about, nothing, refuse, {.commands = commands}};
    return run_or_answer(count, choice.rest.data(), use, session);
  }
  const Subcommand& command = *choice.command;
  session.take_role(command.about.role);
  const auto typed = std::string{about.name} + ' ' + std::string{command.about.name};
  About named = command.about;
  named.name = typed;
  const Use use{named, command.options, command.run, {.commands = commands, .running = &command}};
  return run_or_answer(count, choice.rest.data(), use, session);
}

// The work's status, or that of what it threw, said in one line; `cut_short` where the reader of stdout is
// gone.
int guarded(Session& session, int cut_short, const std::function<int()>& work) {
  try {
    return work();
  } catch (const ReaderGone&) {
    return cut_short;
  } catch (const core::Error& error) {
    session.report(error);
    return session.status_of(error);
  } catch (const std::bad_alloc&) {
    const core::Error error{"", "out of memory"};
    session.report(error);
    return session.status_of(error);
  } catch (const std::exception& unexpected) {
    const core::Error error{"unexpected", unexpected.what()};
    session.report(error);
    return session.status_of(error);
  }
}

// The work in a session: what is thrown becomes a message and a status.
int in_session(const About& about, const std::function<core::Exit(Session&)>& work) {
  occupy_closed_descriptors();
  sys::ignore_write_signals();
  Session session{about.name, about.role};
  const int of_run =
      guarded(session, static_cast<int>(core::Exit::ok), [&] { return session.final_status(work(session)); });
  // What was printed before an error is still written: part of the answer, as with any filter.
  guarded(session, of_run, [&] {
    session.close_output();
    return of_run;
  });
  return session.final_status(static_cast<core::Exit>(of_run));
}

}  // namespace

int run_described(int argc, char** argv, const About& about, const std::function<void(Options&)>& options,
                  const std::function<core::Exit(Session&)>& run) {
  return in_session(about, [&](Session& session) {
    return run_or_answer(argc, argv, {about, options, run}, session);
  });
}

int run_tool(int argc, char** argv, const About& about, std::span<const Subcommand> commands) {
  return in_session(about,
                    [&](Session& session) { return run_chosen(argc, argv, about, commands, session); });
}

}  // namespace longhaul::cli
