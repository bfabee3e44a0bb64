#include "cli/tool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <new>

#include "cli/command_line.hpp"
#include "cli/completion.hpp"
#include "cli/help.hpp"
#include "cli/settings.hpp"
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

void describe_standard(Options& options, Standard& standard) {
  options.group("General");
  options.text("--config", standard.config, "FILE", "Read options from a TOML file: long names as keys");
  options.flag("-h,--help", standard.help, "Show this help");
  options.flag("-V,--version", standard.version, "Show the version");
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

// The flag that makes a wrapper of the tool, where it has one.
const Option* wrapper_flag(const Options& options) {
  const bool* wanted = options.command().wanted;
  const auto found = std::ranges::find(options.all(), wanted, &Option::flag);
  return wanted == nullptr || found == options.all().end() ? nullptr : &*found;
}

// The command line, split. A line that cannot be split is a wrapper's where it seems to ask for one: only the
// status of the error depends on it.
CommandLine split(const Options& options, const Option* wrapper, int argc, char** argv, Session& session) {
  try {
    auto line = read_command_line(options, argc, argv);
    if (wrapper != nullptr && line.has(wrapper->long_name)) session.become_wrapper();
    return line;
  } catch (const core::Error&) {
    const std::vector<std::string_view> words{argv + 1, argv + argc};
    const auto dashes = std::ranges::find(words, "--");
    if (wrapper != nullptr && std::find(words.begin(), dashes, wrapper->long_name) != dashes)
      session.become_wrapper();
    throw;
  }
}

std::string version_line(const About& about) {
  return std::string{about.name} + " " LONGHAUL_VERSION " (longhaul)\n";
}

// Answers --help and its like; false where the tool is to run.
bool answer(const About& about, const Options& options, const CommandLine& line, Session& session) {
  if (line.has("--help")) {
    session.print(help_text(about, options));
  } else if (line.has("--version")) {
    session.print(version_line(about));
  } else if (line.has("--emit-options")) {
    session.print(option_lines(options));
  } else {
    return false;
  }
  return true;
}

core::Exit run_or_answer(int argc, char** argv, const About& about,
                         const std::function<void(Options&)>& describe,
                         const std::function<core::Exit(Session&)>& run, Session& session) {
  Options options;
  Standard standard;
  describe(options);
  describe_standard(options, standard);
  try {
    auto line = split(options, wrapper_flag(options), argc, argv, session);
    if (answer(about, options, line, session)) return core::Exit::ok;
    apply(options, std::move(line));
    if (options.command().wanted != nullptr && *options.command().wanted) session.become_wrapper();
  } catch (const core::Error& error) {
    const auto hint = " (try '" + std::string{about.name} + " --help')";
    throw core::Error{error.subject, error.reason + hint, error.exit};
  }
  if (!standard.completion.empty()) {
    session.print(completion_script(standard.completion, about, options));
    return core::Exit::ok;
  }
  return run(session);
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

}  // namespace

int run_described(int argc, char** argv, const About& about, const std::function<void(Options&)>& options,
                  const std::function<core::Exit(Session&)>& run) {
  occupy_closed_descriptors();
  sys::ignore_broken_pipe();
  Session session{about.name, about.role};
  const int of_run = guarded(session, static_cast<int>(core::Exit::ok), [&] {
    return session.final_status(run_or_answer(argc, argv, about, options, run, session));
  });
  // What was printed before an error is still written: part of the answer, as with any filter.
  guarded(session, of_run, [&] {
    session.close_output();
    return of_run;
  });
  return session.final_status(static_cast<core::Exit>(of_run));
}

}  // namespace longhaul::cli
