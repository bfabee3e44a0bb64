// proctrack doctor: what this machine offers, and which promise each means keeps.
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "commands.hpp"
#include "scope_folder.hpp"
#include "scope_options.hpp"
#include "store/json_writer.hpp"
#include "sys/cgroup.hpp"
#include "sys/fork_gate.hpp"
#include "sys/pid_namespace.hpp"
#include "sys/process_descriptor.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::proctrack {
namespace {

struct DoctorSettings {
  std::string state;
  Output format = Output::text;
};

constexpr cli::Example examples[] = {
    {"proctrack doctor", "what works here, without root or with it"},
};

constexpr cli::About about{
    .name = "doctor",
    .summary = "say what this machine offers, and what that is good for",
    .usage = "[OPTIONS]",
    .examples = examples,
};

void options(cli::Options& cli, DoctorSettings& settings) {
  cli.group("Report");
  cli.choice("-f,--format", settings.format, {{"text", Output::text}, {"json", Output::json}},
             "Output format");
  describe_state(cli, settings.state);
}

struct Finding {
  bool works = false;
  std::string detail;
};

struct Means {
  std::string_view name;
  std::string_view promise;
  Finding (*look)(const DoctorSettings&);
};

Finding subreaper(const DoctorSettings& /*settings*/) {
  int before = 0;
  if (::prctl(PR_GET_CHILD_SUBREAPER, &before) != 0) return {false, core::reason_of(errno)};
  return {true, {}};
}

Finding children_files(const DoctorSettings& /*settings*/) {
  if (::access("/proc/self/task", R_OK) != 0) return {false, "/proc is not mounted"};
  const std::string file = "/proc/self/task/" + std::to_string(::getpid()) + "/children";
  if (::access(file.c_str(), R_OK) == 0) return {true, {}};
  return {false, "the kernel was built without; all of /proc is read instead, which is slower"};
}

Finding process_descriptors(const DoctorSettings& /*settings*/) {
  if (sys::open_process(::getpid())) return {true, {}};
  return {false, core::reason_of(errno) + "; signals are sent by number"};
}

Finding control_group(const DoctorSettings& /*settings*/) {
  const auto own = sys::own_cgroup();
  if (!own) return {false, "version 2 is not mounted"};
  const auto made = sys::Cgroup::planned("longhaul-doctor-" + std::to_string(::getpid()));
  if (!made || !made->make()) return {false, *own + " is not writable, or has no cgroup.kill"};
  (void)made->remove();
  return {true, *own};
}

// Made for a moment, by a child that does nothing.
Finding pid_namespace(const DoctorSettings& /*settings*/) {
  const auto user = sys::own_user_and_group();
  const pid_t child = sys::fork_into_pid_namespace();
  if (child < 0) return {false, core::reason_of(errno)};
  if (child == 0) {
    try {
      sys::enter_pid_namespace(user);
    } catch (const core::Error&) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) return {false, "/proc cannot be mounted in one"};
  return {true, user.user == 0 ? "" : "through a user namespace"};
}

Finding fork_gate(const DoctorSettings& /*settings*/) {
  if (!sys::ForkGate::is_supported())
    return {false, "no seccomp notifications; the newest processes are ended instead"};
  return {true, ::geteuid() == 0 ? "" : "the command cannot gain privileges then (sudo)"};
}

Finding registry(const DoctorSettings& settings) {
  const auto path = sys::state_path(settings.state);
  try {
    sys::make_private_folder(path);
  } catch (const core::Error& error) {
    return {false, error.message};
  }
  if (::access(path.c_str(), W_OK) != 0) return {false, path + ": " + core::reason_of(errno)};
  return {true, path};
}

Finding temporary_files(const DoctorSettings& /*settings*/) {
  const auto base = temporary_base();
  if (::access(base.c_str(), W_OK) != 0) return {false, base + ": " + core::reason_of(errno)};
  return {true, base};
}

constexpr Means means[] = {
    {"subreaper",
     "what a command leaves ends with it, also when it, proctrack or its guardian is killed (kill -9)",
     subreaper},
    {"cgroup", "the same at one stroke, which no fork bomb outruns; --isolate auto takes it where it works",
     control_group},
    {"pidns", "the same by the kernel alone, with process numbers of its own; --isolate pidns",
     pid_namespace},
    {"fork-gate", "--on-limit deny: the fork that would pass --max-procs fails", fork_gate},
    {"children", "a scope's processes are found without reading all of /proc", children_files},
    {"pidfd", "a signal never reaches a process that has another one's number", process_descriptors},
    {"registry", "if proctrack and its guardian are killed at once, 'proctrack gc' ends what is left",
     registry},
    {"tmpdir", "temporary files are removed with their scope, after a power cut by 'proctrack gc'",
     temporary_files},
};

void print_json(const Means& one, const Finding& finding, cli::Session& session) {
  store::JsonWriter json;
  json.begin_object().member("means", one.name).member("works", finding.works);
  json.member("promise", one.promise).member("detail", std::string_view{finding.detail});
  session.print(json.end_object().text() + '\n');
}

void print_text(const Means& one, const Finding& finding, cli::Session& session) {
  std::string line{one.name};
  line.resize(11, ' ');
  line.append(finding.works ? "yes  " : "no   ").append(one.promise);
  if (!finding.detail.empty()) line.append("\n                ").append(finding.detail);
  session.print(line + '\n');
}

core::Exit run(const DoctorSettings& settings, cli::Session& session) {
  for (const auto& one : means) {
    const auto finding = one.look(settings);
    (settings.format == Output::json ? print_json : print_text)(one, finding, session);
  }
  return core::Exit::ok;
}

}  // namespace

cli::Subcommand doctor_command() { return cli::subcommand<DoctorSettings>(about, options, run); }

}  // namespace longhaul::proctrack
