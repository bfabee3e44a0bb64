#include "admit.hpp"

#include <poll.h>

#include <algorithm>
#include <cstdlib>

#include "base/duration.hpp"
#include "base/moment.hpp"
#include "base/size.hpp"
#include "cli/rollout.hpp"
#include "meter.hpp"
#include "node_options.hpp"
#include "reservations.hpp"
#include "store/json_writer.hpp"
#include "sys/execute.hpp"
#include "sys/scope_record.hpp"
#include "sys/state_folder.hpp"
#include "target.hpp"

namespace longhaul::memwatch {
namespace {

// Memory comes and goes without anybody being told.
constexpr std::chrono::milliseconds between_tries{100};

// What is free for one more, reservations of others not yet taken off.
std::uint64_t room_in_machine() {
  const auto machine = sys::machine_memory();
  if (!machine) throw core::Error{"/proc/meminfo", "cannot be read"};
  const auto group = sys::MemoryCgroup::own();
  const auto room = group ? group->room() : std::nullopt;
  return std::min(machine->available, room.value_or(machine->available));
}

// The budget's room, and by what others know whose it is.
std::uint64_t room_in_budget(const Settings& settings, std::string& name) {
  sys::MemoryTree tree;
  const Target target = find_target(settings, tree);
  name = target.group ? target.group->folder() : sys::text_of(target.first);
  Meter meter{tree, settings.metric, target.group, Thresholds::of(settings.budget, 1, 1)};
  const auto used = meter.measure().used;
  return settings.budget - std::min(settings.budget, used);
}

bool has_target(const Settings& settings) {
  return settings.pid != 0 || !settings.scope.empty() || !settings.cgroup.empty();
}

// What is free now, and by the name of the target what is free of its budget.
std::uint64_t room_for(const Settings& settings, const Reservations& reservations, std::string& target) {
  const auto whole = has_target(settings) ? room_in_budget(settings, target) : room_in_machine();
  return whole - std::min(whole, reservations.outstanding(target));
}

// True where it fits, and is reserved.
bool try_once(const Settings& settings, const Reservations& reservations, std::uint64_t& room) {
  const auto lock = reservations.lock();
  std::string target;
  room = room_for(settings, reservations, target);
  if (room < settings.admit) return false;
  reservations.reserve(settings.admit, target);
  return true;
}

}  // namespace

core::Exit admit_anyway(const Settings& settings, cli::Session& session) {
  try {
    const Reservations reservations{sys::state_path(settings.state)};
    std::string target;
    const auto room = room_for(settings, reservations, target);
    store::JsonWriter json;
    json.begin_object().member("admit", settings.admit).member("room", room);
    json.member("wouldHoldBack", room < settings.admit);
    cli::record_shadow(session, json.end_object().text());
  } catch (const core::Error& error) {
    session.warn(error.subject, error.reason);
  }
  if (settings.command.empty()) return core::Exit::ok;
  sys::execute(settings.command);
}

core::Exit admit(const Settings& settings, cli::Session& /*session*/) {
  const Reservations reservations{sys::state_path(settings.state)};
  const auto until = core::after(core::now(), settings.wait);
  std::uint64_t room = 0;
  while (!try_once(settings, reservations, room)) {
    const auto now = core::now();
    if (now >= until)
      throw core::Error{
          "--admit",
          core::format_size(settings.admit) + " do not fit: " + core::format_size(room) + " are free" +
              (settings.wait.count() == 0 ? std::string{} : " after " + core::format_duration(settings.wait)),
          core::Exit::temp_failure};
    (void)::poll(nullptr, 0, core::poll_time(now, std::min(until, now + between_tries)));
  }
  if (settings.node) {
    const char* before = std::getenv("NODE_OPTIONS");
    const auto options =
        node_options(before == nullptr ? "" : before, settings.admit, settings.node_processes);
    (void)::setenv("NODE_OPTIONS", options.c_str(), 1);
  }
  sys::execute(settings.command);
}

}  // namespace longhaul::memwatch
