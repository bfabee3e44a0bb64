// --action: what is done while the use is critical, one process at a time.
#pragma once

#include <optional>
#include <vector>

#include "base/fd.hpp"
#include "base/moment.hpp"
#include "level.hpp"
#include "meter.hpp"
#include "record.hpp"
#include "settings.hpp"
#include "sys/memory_tree.hpp"
#include "victim.hpp"

namespace longhaul::memwatch {

class Reaction {
 public:
  Reaction(const Settings& settings, const Thresholds& thresholds, sys::MemoryTree& tree,
           RecordWriter& record);
  Reaction(const Reaction&) = delete;
  Reaction& operator=(const Reaction&) = delete;
  // What was stopped goes on, untold.
  ~Reaction();

  void set_first(sys::ProcessId first) { first_ = first; }
  // Does what the level asks for. A victim that was asked to end is waited for before the next one is chosen;
  // above the budget it is not waited for, but killed.
  // True where a look is to follow at once: a victim is gone, and what was read before that says nothing.
  bool act(Level level, const Reading& reading, core::Moment now);
  // Readable when the victim is gone; -1 where there is none.
  [[nodiscard]] int descriptor() const { return victim_ ? victim_->process.get() : -1; }
  // When act() is to be called at the latest.
  [[nodiscard]] std::optional<core::Moment> deadline() const;
  [[nodiscard]] std::uint64_t victims() const { return victims_; }
  [[nodiscard]] std::uint64_t pauses() const { return pauses_; }

 private:
  struct Victim {
    sys::ProcessId id;
    std::string command;
    core::Fd process;
    core::Moment killed_from;
    bool is_killed = false;
  };

  // The next victim; that there is none is told.
  std::optional<sys::ProcessId> choose(const Reading& reading);
  void pause(const Reading& reading);
  void end(const Reading& reading, core::Moment now);
  void go_on_with_victim(const Reading& reading, core::Moment now);
  void resume_all();
  bool send(sys::ProcessId id, int signal);

  const Settings& settings_;
  Thresholds thresholds_;
  sys::MemoryTree& tree_;
  RecordWriter& record_;
  Protection protection_;
  sys::ProcessId first_{};
  std::optional<Victim> victim_;
  std::vector<sys::ProcessId> stopped_;
  std::uint64_t used_at_pause_ = 0;
  std::vector<sys::ProcessId> spared_;  // that may not be signalled, or do not end
  std::uint64_t victims_ = 0;
  std::uint64_t pauses_ = 0;
  bool none_is_left_ = false;
};

}  // namespace longhaul::memwatch
