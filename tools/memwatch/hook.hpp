// --on-warning and --on-critical: a command of the user's, one at a time.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <csignal>
#include <optional>
#include <string>

#include "base/moment.hpp"
#include "level.hpp"
#include "meter.hpp"
#include "record.hpp"
#include "settings.hpp"
#include "sys/command_group.hpp"
#include "sys/memory_tree.hpp"

namespace longhaul::memwatch {

class Hook {
 public:
  // The mask, and the limit of descriptors, are those of the started commands.
  Hook(const Settings& settings, const Thresholds& thresholds, sys::MemoryTree& tree, RecordWriter& record,
       const sigset_t& mask, const struct rlimit& descriptors);
  // One that still runs at the end is ended.
  Hook(const Hook&) = delete;
  Hook& operator=(const Hook&) = delete;
  ~Hook() = default;

  // A level was entered: runs what it asks for, or as soon as the one that runs has ended. Who skips the
  // warning and has no command for the critical level runs that of the warning.
  void enter(Level from, Level level, const Reading& reading, pid_t first, core::Moment now);
  // The level fell: what was due for a higher one is over.
  void leave(Level level);
  // Ends the one that runs.
  void end();
  // A child of this process has ended and is not waited for yet; false where it is another's, and stays so.
  bool take_end(pid_t pid, core::Moment now);
  // Ends what runs for too long.
  void check_time(core::Moment now);
  [[nodiscard]] std::optional<core::Moment> deadline() const;
  [[nodiscard]] std::uint64_t runs() const { return runs_; }

 private:
  struct Due {
    std::string_view option;  // whose command it is
    const std::string* command = nullptr;
    Level level = Level::ok;
    Reading reading;
    pid_t first = 0;
  };

  void start(const Due& due, core::Moment now);

  const Settings& settings_;
  Thresholds thresholds_;
  sys::MemoryTree& tree_;
  RecordWriter& record_;
  sigset_t mask_;
  struct rlimit descriptors_;
  int nice_ = ::getpriority(PRIO_PROCESS, 0);  // as it was at the start
  std::optional<sys::CommandGroup> running_;
  std::string_view running_for_;
  core::Moment until_{};
  std::optional<Due> next_;
  std::uint64_t runs_ = 0;
};

}  // namespace longhaul::memwatch
