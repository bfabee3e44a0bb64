#include "input.hpp"

#include <array>

#include "base/fd.hpp"
#include "sys/child.hpp"
#include "sys/execute.hpp"

namespace longhaul::errsum {
namespace {

constexpr std::size_t copied_at_once = std::size_t{64} << 10U;

const std::vector<std::string>& or_stdin(const std::vector<std::string>& files) {
  static const std::vector<std::string> standard_input{"-"};
  return files.empty() ? standard_input : files;
}

void read_file(const std::string& file, diag::Analyser& analyser, Copy copy, cli::Session& session) {
  const core::Fd input = core::open_input(file);
  while (true) {
    const std::span<char> room = analyser.space();
    const std::size_t bytes = core::read_some(input.get(), room, core::input_name(file));
    if (bytes == 0) return;
    if (copy == Copy::to_stdout) session.print({room.data(), bytes});
    analyser.wrote(bytes);
  }
}

}  // namespace

core::Exit read_files(const std::vector<std::string>& files, diag::Analyser& analyser, Copy copy,
                      cli::Session& session) {
  bool any = false;
  for (const std::string& file : or_stdin(files))
    any |= session.try_each(core::input_name(file), [&] {
      read_file(file, analyser, copy, session);
      analyser.end_of_file();
    });
  return any ? core::Exit::ok : core::Exit::trouble;
}

core::Exit read_command(const std::vector<std::string>& command, diag::Analyser& analyser, Copy copy,
                        cli::Session& session) {
  sys::Child child = sys::Child::start(command, sys::Pipes::joined);
  child.read_output([&](sys::Stream, std::string_view bytes) {
    if (copy == Copy::to_stdout) {
      session.print(bytes);
      session.flush();
    }
    analyser.feed(bytes);
  });
  return static_cast<core::Exit>(child.wait());
}

core::Exit pass_through(const std::vector<std::string>& files, const std::vector<std::string>& command,
                        cli::Session& session) {
  if (!command.empty()) sys::execute(command);
  std::array<char, copied_at_once> buffer;
  for (const std::string& file : or_stdin(files))
    session.try_each(core::input_name(file), [&] {
      const core::Fd input = core::open_input(file);
      while (const std::size_t bytes = core::read_some(input.get(), buffer, core::input_name(file))) {
        session.print({buffer.data(), bytes});
        session.flush();
      }
    });
  return core::Exit::ok;
}

}  // namespace longhaul::errsum
