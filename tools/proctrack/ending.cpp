#include "ending.hpp"

#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <set>

#include "sys/cgroup.hpp"

namespace longhaul::proctrack {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds between_rounds{10};
constexpr std::chrono::seconds longest_killing{10};

// Among thousands of runnable processes a killer has to get its turn.
void hurry() {
  constexpr int first = -20;
  (void)::setpriority(PRIO_PROCESS, 0, first);  // fails without privilege
}

}  // namespace

void Ending::ask(int signal, core::Moment now, const std::function<bool(const sys::ProcessStat&)>& spare) {
  // Once more for those that were born while the others were asked.
  constexpr int most_rounds = 5;
  std::set<sys::ProcessId> asked;
  bool found = true;
  for (int round = 0; found && round < most_rounds; ++round) {
    found = false;
    for (const auto& member : members_()) {
      if (member.has_ended() || (spare && spare(member)) || !asked.insert(member.id).second) continue;
      found = true;
      (void)sys::send_signal(member.id, signal);
      // A stopped process hears nothing but KILL and CONT.
      if (member.state == 'T') (void)sys::send_signal(member.id, SIGCONT);
    }
  }
  if (!killing_from_) killing_from_ = core::after(now, grace_);
}

std::optional<core::Moment> Ending::step(core::Moment now) {
  if (!killing_from_) return std::nullopt;
  if (now < *killing_from_) return killing_from_;
  if (!gives_up_at_) {
    gives_up_at_ = now + longest_killing;
    hurry();
  }
  if (now > *gives_up_at_) gave_up_ = true;
  kill_all();
  return now + between_rounds;
}

// A killed process does not fork any more, even before it is gone. So each round leaves only what was born
// while it ran, and rounds are faster than forks.
void Ending::kill_all() {
  if (!cgroup_.empty()) (void)sys::Cgroup{cgroup_}.kill();
  constexpr int most_rounds = 200;
  for (int round = 0; round < most_rounds; ++round) {
    bool found = false;
    for (const auto& member : members_()) {
      if (member.has_ended()) continue;
      found = sys::send_signal(member.id, SIGKILL) || found;
    }
    if (!found) return;
  }
}

bool end_all(Ending& ending, const Members& members, const std::function<void()>& reap) {
  bool found_none = false;
  while (true) {
    reap();
    const bool none_left = std::ranges::all_of(members(), &sys::ProcessStat::has_ended);
    if (none_left && found_none) return true;
    found_none = none_left;  // a look while one forks may miss it: the next one does not
    const auto moment = core::now();
    const auto next = ending.step(moment);
    if (ending.gave_up()) return false;
    if (!none_left)
      ::poll(nullptr, 0, core::poll_time(moment, std::min(next.value_or(moment), moment + between_rounds)));
  }
}

}  // namespace longhaul::proctrack
