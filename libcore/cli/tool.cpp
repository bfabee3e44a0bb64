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

// Looked at before anything is parsed, since the status of a usage error depends on it.
bool asks_for_wrapper(const Options& options, int argc, const char* const* argv) {
  const auto* wanted = options.command().wanted;
  for (int i = 1; i < argc && wanted != nullptr; ++i) {
    const std::string_view word = argv[i];
    if (word == "--") break;
    if (word.empty()) continue;  // what an option without a short name has for one
    const bool is_flag = std::ranges::any_of(options.all(), [&](const Option& option) {
      return option.flag == wanted && (word == option.long_name || word == option.short_name);
    });
    if (is_flag) return true;
  }
  return false;
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
  if (asks_for_wrapper(options, argc, argv)) session.become_wrapper();
  try {
    auto line = read_command_line(options, argc, argv);
    if (answer(about, options, line, session)) return core::Exit::ok;
    apply(options, std::move(line));
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
  const int of_closing = guarded(session, of_run, [&] {
    session.close_output();
    return of_run;
  });
  return of_closing == of_run ? of_run : session.final_status(static_cast<core::Exit>(of_run));
}

}  // namespace longhaul::cli
