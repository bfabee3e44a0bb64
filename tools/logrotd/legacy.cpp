#include "legacy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "base/fd.hpp"
#include "lines.hpp"
#include "sys/signal_queue.hpp"
#include "tee.hpp"

namespace longhaul::logrotd {
namespace {

// What would have been made of the entries, written nowhere.
struct Shadow {
  Shadow(const Settings& settings, Statistics& statistics)
      : pipeline{settings.rules(), statistics, core::system_time, [](std::string_view) {},
                 [](const core::Error&) {}},
        lines{pipeline} {}

  Pipeline pipeline;
  Lines lines;
};

}  // namespace

core::Exit append_as_ever(const std::string& log, const Settings& settings, bool shadow,
                          Statistics& statistics, cli::Session& session) {
  const core::Fd file{::open(log.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666)};
  if (!file) throw core::Error{log, core::reason_of(errno)};
  std::optional<Shadow> beside;
  try {
    if (shadow) beside.emplace(settings, statistics);
  } catch (const core::Error& error) {  // a pattern that is none
    session.warn(error.subject, error.reason);
  }
  Tee tee{settings.tee, session};
  std::vector<char> buffer(EntryReader::longest);
  const sys::SignalQueue stop{SIGTERM, SIGINT};
  core::StoppableInput input{STDIN_FILENO, stop.descriptor()};
  while (input.wait()) {
    const std::span<char> room = beside ? beside->lines.space() : std::span<char>{buffer};
    const std::size_t bytes = core::read_some(STDIN_FILENO, room, "stdin");
    if (bytes == 0) break;
    core::write_all(file.get(), {room.data(), bytes}, log);
    tee.pass({room.data(), bytes});
    if (beside) beside->lines.wrote(bytes);
  }
  if (beside) {
    beside->lines.finish();
    beside->pipeline.finish();
  }
  return core::Exit::ok;
}

}  // namespace longhaul::logrotd
