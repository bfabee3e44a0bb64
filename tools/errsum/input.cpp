#include "input.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "base/fd.hpp"
#include "sys/child.hpp"
#include "sys/signal_queue.hpp"

namespace longhaul::errsum {
namespace {

constexpr std::size_t read_at_once = std::size_t{64} << 10U;

const std::vector<std::string>& or_stdin(const std::vector<std::string>& files) {
  static const std::vector<std::string> standard_input{"-"};
  return files.empty() ? standard_input : files;
}

struct Ending {
  bool whole = true;         // false where a signal came before its end
  bool ends_in_line = true;  // a last line without its end does not
};

// One input for its takers.
Ending read_input(const core::Fd& input, std::string_view name, int stop, const Takers& takers,
                  cli::Session& session) {
  std::array<char, read_at_once> buffer;
  core::StoppableInput stoppable{input.get(), stop};
  Ending ending;
  while (stoppable.wait()) {
    const std::span<char> room =
        takers.analyser == nullptr ? std::span<char>{buffer} : takers.analyser->space();
    const std::size_t bytes = core::read_some(input.get(), room, name);
    if (bytes == 0) return ending;
    if (takers.standard_output) {
      session.print({room.data(), bytes});
      session.flush();
    }
    if (takers.also) takers.also({room.data(), bytes});
    ending.ends_in_line = room[bytes - 1] == '\n';
    if (takers.analyser != nullptr) takers.analyser->wrote(bytes);
    if (takers.after) takers.after();
  }
  ending.whole = false;
  return ending;
}

// As after 2>&1: then the order of the two is to be kept.
bool streams_are_one() {
  struct stat out {};
  struct stat err {};
  return ::fstat(STDOUT_FILENO, &out) == 0 && ::fstat(STDERR_FILENO, &err) == 0 && out.st_dev == err.st_dev &&
         out.st_ino == err.st_ino;
}

}  // namespace

core::Exit read_files(const std::vector<std::string>& files, const Takers& takers, cli::Session& session) {
  sys::SignalQueue stop{SIGTERM, SIGINT};
  bool any = false;
  Ending ending;
  for (const std::string& file : or_stdin(files)) {
    any |= session.try_each(core::input_name(file), [&] {
      const auto input = core::open_input(file);
      if (takers.also && !ending.ends_in_line) takers.also("\n");
      ending = read_input(input, core::input_name(file), stop.descriptor(), takers, session);
      if (takers.analyser != nullptr) takers.analyser->end_of_file();
    });
    if (!ending.whole) return core::ended_by(stop.next().value_or(SIGTERM));
  }
  return any ? core::Exit::ok : core::Exit::trouble;
}

core::Exit read_command(const std::vector<std::string>& command, const Takers& takers,
                        cli::Session& session) {
  const bool passes_on = takers.standard_output;
  const auto pipes = passes_on && !streams_are_one() ? sys::Pipes::separate : sys::Pipes::joined;
  sys::Child child = sys::Child::start(command, pipes);
  bool readable = true;
  child.read_output([&](sys::Stream stream, std::string_view bytes) {
    if (passes_on && stream == sys::Stream::err) {
      (void)core::try_write_all(STDERR_FILENO, bytes);
    } else if (passes_on) {
      session.print(bytes);
      session.flush();
    }
    if (takers.also) takers.also(bytes);
    // Our trouble is not the command's: it is read to its end all the same.
    if (readable) readable = session.try_each("", [&] { takers.analyser->feed(bytes); });
    if (takers.after) takers.after();
  });
  return static_cast<core::Exit>(child.wait());
}

}  // namespace longhaul::errsum
