#include "legacy.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <vector>

#include "base/fd.hpp"
#include "cli/rollout.hpp"
#include "shadow.hpp"
#include "store/json_writer.hpp"
#include "sys/signal_queue.hpp"
#include "tee.hpp"

namespace longhaul::logrotd {
namespace {

bool is_regular(const core::Fd& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode);
}

void record_failure(const core::Error& error, cli::Session& session) {
  session.warn(error.subject, error.reason);
  store::JsonWriter json;
  cli::record_shadow(session, json.begin_object().member("failed", error.reason).end_object().text());
}

}  // namespace

core::Exit append_as_ever(const std::string& log, const Settings& settings, bool shadow,
                          Statistics& statistics, cli::Session& session) {
  const core::Fd file{::open(log.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666)};
  if (!file) throw core::Error{log, core::reason_of(errno)};
  std::optional<Shadow> beside;
  try {
    if (shadow) beside.emplace(settings, statistics, is_regular(file));
  } catch (const core::Error& error) {  // a pattern that is none
    record_failure(error, session);
  }
  Tee tee{settings.tee, session};
  std::vector<char> buffer(EntryReader::longest);
  const sys::SignalQueue stop{SIGTERM, SIGINT};
  core::StoppableInput input{STDIN_FILENO, stop.descriptor()};
  while (input.wait()) {
    const std::size_t bytes = core::read_some(STDIN_FILENO, buffer, "stdin");
    if (bytes == 0) break;
    core::write_all(file.get(), {buffer.data(), bytes}, log);
    tee.pass({buffer.data(), bytes});
    if (beside) beside->take({buffer.data(), bytes});
  }
  if (beside) cli::record_shadow(session, beside->finish());
  return core::Exit::ok;
}

}  // namespace longhaul::logrotd
