// Ends processes: asks them, waits for a grace period, then kills until none is left.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/moment.hpp"
#include "sys/process_table.hpp"

namespace longhaul::proctrack {

// Who is in a scope at this moment, zombies too. Asked again and again.
using Members = std::function<std::vector<sys::ProcessStat>()>;

// What a scope is given where one of its two keepers was killed: its owner is gone, and nobody waits for it.
constexpr std::chrono::milliseconds grace_without_owner{250};

class Ending {
 public:
  // The folder of the scope's control group; empty for none.
  Ending(Members members, std::string cgroup, std::chrono::nanoseconds grace)
      : members_{std::move(members)}, cgroup_{std::move(cgroup)}, grace_{grace} {}

  // Sends the signal to all members that `spare` does not name. The grace period begins with the first call.
  void ask(int signal, core::Moment now, const std::function<bool(const sys::ProcessStat&)>& spare = {});

  // No grace period, or no more of it.
  void kill_from(core::Moment now) { killing_from_ = now; }

  [[nodiscard]] bool has_begun() const { return killing_from_.has_value(); }
  [[nodiscard]] bool is_killing() const { return gives_up_at_.has_value(); }

  // Does what is due. When to come again at the latest; nothing before it has begun.
  std::optional<core::Moment> step(core::Moment now);

  // Processes that would not die: asleep in the kernel, or another user's. Killed for ten seconds in vain.
  [[nodiscard]] bool gave_up() const { return gave_up_; }

 private:
  void kill_all();

  Members members_;
  std::string cgroup_;
  std::chrono::nanoseconds grace_;
  std::optional<core::Moment> killing_from_;
  std::optional<core::Moment> gives_up_at_;  // once it kills
  bool gave_up_ = false;
};

// Does all of it, waiting; true when none is left. `reap` is called between two looks.
bool end_all(Ending& ending, const Members& members, const std::function<void()>& reap);

}  // namespace longhaul::proctrack
