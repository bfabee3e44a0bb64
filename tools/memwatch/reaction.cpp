#include "reaction.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "sys/process_descriptor.hpp"

namespace longhaul::memwatch {
namespace {

using std::chrono::seconds;

// A process that does not end by SIGKILL within this is asleep in the kernel: the next one is taken.
constexpr seconds longest_death{5};
// Of the budget: what is smaller is no help.
constexpr std::uint64_t negligible_part = 200;

bool is_gone(const core::Fd& process) {
  pollfd ended{process.get(), POLLIN, 0};
  return ::poll(&ended, 1, 0) == 1;
}

std::string command_of(sys::ProcessId id) { return sys::ProcessTable{}.command_line(id.pid); }

}  // namespace

Reaction::Reaction(const Settings& settings, const Thresholds& thresholds, sys::MemoryTree& tree,
                   RecordWriter& record)
    : settings_{settings}, thresholds_{thresholds}, tree_{tree}, record_{record}, protection_{
                                                                                      settings.protect} {}

bool Reaction::send(sys::ProcessId id, int signal) {
  return id.pid > 1 && id.pid != ::getpid() && sys::send_signal(id, signal);
}

std::optional<sys::ProcessId> Reaction::choose(const Reading& reading) {
  Choice choice{.order = settings_.victim,
                .first = first_,
                .used = reading.used,
                .enough = thresholds_.critical,
                .negligible = thresholds_.budget / negligible_part};
  // What is paused frees nothing: the first process comes when there is no other.
  if (settings_.action == Action::pause) choice.used = 0;
  const auto contains = [](const auto& list, sys::ProcessId id) {
    return std::ranges::find(list, id) != list.end();
  };
  const auto may = [&](const sys::TreeMember& member) {
    return member.id.pid > 1 && member.id.pid != ::getpid() && !contains(stopped_, member.id) &&
           !contains(spared_, member.id) && !protection_.covers(member);
  };
  auto id = choose_victim(tree_.members(), choice, may);
  if (!id) {  // many small ones may be too much, too
    choice.negligible = 0;
    id = choose_victim(tree_.members(), choice, may);
  }
  if (!id && !none_is_left_) record_.note_action("none", nullptr, {}, reading);  // once
  none_is_left_ = !id;
  return id;
}

std::optional<core::Moment> Reaction::deadline() const {
  return victim_ ? std::optional{victim_->killed_from} : std::nullopt;
}

Reaction::~Reaction() {
  for (const auto& id : stopped_) (void)send(id, SIGCONT);
}

bool Reaction::act(Level level, const Reading& reading, core::Moment now) {
  if (settings_.action == Action::none) return false;
  if (level == Level::ok) resume_all();
  if (victim_) {
    go_on_with_victim(reading, now);
    return !victim_;
  }
  if (level != Level::critical || reading.used < thresholds_.critical) return false;
  settings_.action == Action::pause ? pause(reading) : end(reading, now);
  return false;
}

// A process that is stopped keeps what it has: the next one is stopped where the use still grows.
void Reaction::pause(const Reading& reading) {
  used_at_pause_ = std::min(used_at_pause_, reading.used);
  if (!stopped_.empty() && reading.used < used_at_pause_ + thresholds_.budget / negligible_part) return;
  const auto id = choose(reading);
  if (!id) return;
  if (!send(*id, SIGSTOP)) {
    spared_.push_back(*id);
    return;
  }
  ++pauses_;
  used_at_pause_ = reading.used;
  stopped_.push_back(*id);
  record_.note_action("pause", tree_.find(*id), command_of(*id), reading);
}

void Reaction::end(const Reading& reading, core::Moment now) {
  const auto id = choose(reading);
  if (!id) return;
  core::Fd process = sys::open_process(id->pid);
  const std::string command = command_of(*id);
  // The descriptor stands for whoever has the number now: only behind it can that be the one that was chosen.
  const bool at_once = settings_.action == Action::kill;
  if (!process || !send(*id, at_once ? SIGKILL : SIGTERM)) {
    spared_.push_back(*id);
    return;
  }
  ++victims_;
  record_.note_action(at_once ? "kill" : "term", tree_.find(*id), command, reading);
  const auto grace = at_once ? std::chrono::nanoseconds{longest_death} : settings_.kill_after;
  victim_ = {*id, command, std::move(process), core::after(now, grace), at_once};
}

void Reaction::go_on_with_victim(const Reading& reading, core::Moment now) {
  if (is_gone(victim_->process)) {
    victim_.reset();
    return;
  }
  const bool is_over = reading.used >= thresholds_.budget;
  if (!victim_->is_killed && (is_over || now >= victim_->killed_from)) {
    (void)send(victim_->id, SIGKILL);
    record_.note_action("kill", tree_.find(victim_->id), victim_->command, reading);
    victim_->is_killed = true;
    victim_->killed_from = now + longest_death;
  } else if (victim_->is_killed && now >= victim_->killed_from) {
    spared_.push_back(victim_->id);
    victim_.reset();
  }
}

// All go on before anything is told: who reads the record may be among them, or be gone.
void Reaction::resume_all() {
  const auto resumed = std::exchange(stopped_, {});
  for (const auto& id : resumed) (void)send(id, SIGCONT);
  for (const auto& id : resumed) record_.note_action("resume", tree_.find(id), command_of(id), {});
}

}  // namespace longhaul::memwatch
