// proctrack tmp: a temporary file that ends with its scope.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "cli/rollout.hpp"
#include "commands.hpp"
#include "scope.hpp"
#include "scope_folder.hpp"
#include "scope_options.hpp"
#include "sys/scope_registry.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::proctrack {
namespace {

struct TmpSettings {
  std::string state;
  bool directory = false;
  std::string suffix;
  std::string in;
  std::string scope;
};

constexpr cli::Example examples[] = {
    {"list=$(proctrack tmp)",
     "in a script under 'proctrack run': an empty file that is removed with the scope"},
    {"work=$(proctrack tmp --directory --in /var/cache)",
     "a folder elsewhere, removed with the scope all the same"},
};

constexpr cli::About about{
    .name = "tmp",
    .summary = "make a temporary file or folder that is removed with the scope around it",
    .usage = "[OPTIONS]",
    .examples = examples,
};

void options(cli::Options& cli, TmpSettings& settings) {
  cli.group("File");
  cli.flag("-d,--directory", settings.directory, "A folder, not a file");
  cli.text("--suffix", settings.suffix, "TEXT", "What its name ends with: .json");
  cli.text("--in", settings.in, "DIR", "Where it is made; the scope's own folder if not given");
  cli.text("--scope", settings.scope, "NAME", "The scope; the one around this process if not given");
  describe_state(cli, settings.state);
}

// The innermost scope around this process.
std::string own_scope() {
  const char* mark = std::getenv(std::string{mark_variable}.c_str());
  const std::string_view ids = mark == nullptr ? "" : mark;
  return std::string{ids.substr(ids.rfind(':') + 1)};
}

std::string made(const TmpSettings& settings, const std::string& folder) {
  std::string path = folder + "/tmp.XXXXXX";
  if (settings.directory) {
    if (!settings.suffix.empty()) throw core::Error{"--suffix", "a folder takes none"};
    if (::mkdtemp(path.data()) == nullptr) throw core::Error{folder, core::reason_of(errno)};
    return path;
  }
  path += settings.suffix;
  const core::Fd file{::mkostemps(path.data(), static_cast<int>(settings.suffix.size()), O_CLOEXEC)};
  if (!file) throw core::Error{folder, core::reason_of(errno)};
  return path;
}

// As mktemp has it.
std::string folder_of_legacy_files() {
  const char* folder = std::getenv("TMPDIR");
  return folder == nullptr || *folder == '\0' ? "/tmp" : folder;
}

core::Exit run(const TmpSettings& settings, cli::Session& session) {
  if (settings.suffix.find('/') != std::string::npos) throw core::Error{"--suffix", "holds a '/'"};
  if (cli::rollout_of(session) != cli::Rollout::on) {
    session.print(made(settings, settings.in.empty() ? folder_of_legacy_files() : settings.in) + '\n');
    return core::Exit::ok;
  }
  const std::string name = settings.scope.empty() ? own_scope() : settings.scope;
  if (name.empty()) throw core::Error{"tmp", "there is no scope around this process (see proctrack run)"};
  const auto record = sys::ScopeRegistry{sys::state_path(settings.state)}.find(name);
  if (!record) throw core::Error{name, "there is no such scope"};
  const std::string path =
      made(settings, settings.in.empty() ? record->folder : std::filesystem::absolute(settings.in).string());
  try {
    if (!settings.in.empty()) register_path(record->folder, expendable_path("--in", path));
    session.print(path + '\n');
    session.flush();
  } catch (const core::Error&) {  // nobody would know of it
    (void)core::remove_tree(path);
    throw;
  }
  return core::Exit::ok;
}

}  // namespace

cli::Subcommand tmp_command() { return cli::subcommand<TmpSettings>(about, options, run); }

}  // namespace longhaul::proctrack
