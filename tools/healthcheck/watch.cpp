#include "watch.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/moment.hpp"
#include "store/unfinished_file.hpp"
#include "sys/signal_queue.hpp"

namespace longhaul::healthcheck {
namespace {

bool is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

// See no-color.org.
bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return is_terminal() && (no_colour == nullptr || *no_colour == '\0') &&
         (terminal == nullptr || std::string_view{terminal} != "dumb");
}

void replace_file(const std::string& path, const std::string& text) {
  struct stat like {};
  if (::stat(path.c_str(), &like) != 0) {
    like.st_mode = S_IFREG | S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH;  // it is for others to read
    like.st_uid = ::geteuid();
    like.st_gid = ::getegid();
  } else if (!S_ISREG(like.st_mode)) {
    throw core::Error{path, "is no file, and would be replaced by one"};
  }
  store::UnfinishedFile file{path, like};
  core::write_all(file.file().get(), text, path);
  file.finish();
}

}  // namespace

void put_out(const Report& report, const Settings& settings, cli::Session& session) {
  const bool goes_to_file = !settings.output.empty();
  if (settings.quiet && report.level == Level::ok && !goes_to_file) return;
  const Rendering rendering{
      .format = settings.format, .colour = !goes_to_file && wants_colour(), .explain = settings.explain};
  const auto text = render(report, rendering);
  if (goes_to_file)
    replace_file(settings.output, text);
  else
    session.print(text);
}

core::Exit watch(const Gate& gate, const Settings& settings, cli::Session& session) {
  sys::SignalQueue signals{SIGTERM, SIGINT, SIGHUP};
  const bool is_redrawn = is_terminal() && settings.output.empty();
  while (true) {
    const auto begun = core::now();
    const Report report = gate.look(settings, session);
    if (is_redrawn) session.print("\033[H\033[2J");  // to the corner, and clear
    put_out(report, settings, session);
    if (is_redrawn) session.print("\nevery " + core::format_duration(settings.watch) + ", Ctrl-C ends it\n");
    session.flush();
    const auto until = core::after(begun, settings.watch);
    pollfd waiting{signals.descriptor(), POLLIN, 0};
    while (core::now() < until && ::poll(&waiting, 1, core::poll_time(core::now(), until)) == 0) {
    }
    if (const auto signal = signals.next()) return core::ended_by(*signal);
  }
}

}  // namespace longhaul::healthcheck
