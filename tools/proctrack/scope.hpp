// What a scope holds outside its processes: its record, its temporary files, its control group.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.hpp"
#include "base/remove_tree.hpp"
#include "settings.hpp"
#include "sys/scope_record.hpp"
#include "sys/scope_registry.hpp"

namespace longhaul::proctrack {

// The variable by which processes of a scope are known: the ids of the scope and of those around it,
// outermost first, divided by colons. The kernel shows it in /proc as it was when the program started.
inline constexpr std::string_view mark_variable = "LONGHAUL_SCOPE";

// Whether a mark names the scope.
bool is_marked(std::string_view mark, std::string_view id);

// What a scope is opened for.
struct Purpose {
  std::string kind = "run";
  std::string slot{};                   // the slot that is held
  core::Fd ticket{};                    // of the slot: it is free when the scope is gone
  std::vector<core::Fd> descriptors{};  // that the command inherits, and its keepers do not keep
};

class Scope {
 public:
  // Makes all of it. Throws Error and leaves nothing where something cannot be made.
  Scope(const ScopeSettings& settings, Purpose purpose);
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  ~Scope() { close(); }

  [[nodiscard]] const sys::ScopeRecord& record() const { return record_; }
  [[nodiscard]] const ScopeSettings& settings() const { return settings_; }
  [[nodiscard]] const Purpose& purpose() const { return purpose_; }
  // Closes what only the command was to have.
  void close_descriptors() { purpose_.descriptors.clear(); }
  // Of the command: this process's own, with TMPDIR, the mark, and the folder of the registry.
  [[nodiscard]] const std::vector<std::string>& environment() const { return environment_; }

  // Written down beside what is there; a full disk is not an error here.
  void note_guardian(pid_t guardian);
  void note_strays(const std::set<sys::ProcessId>& strays) const;
  void note_usage(const sys::ScopeUsage& usage) const;
  // Remembered for the scope's name, where it has one, beyond its end; see sys::ScopeExit. To be called while
  // the name is still the scope's: before close().
  void note_exit(int status, std::string_view ending) const;
  // What was written down last, by either of the two processes.
  [[nodiscard]] sys::ScopeUsage noted_usage() const;

  // After a fork both processes have the scope, and one of them owns and closes it: the guardian, and where
  // it was killed, the front.
  void leave_to_other() { is_mine_ = false; }
  void take() { is_mine_ = true; }

  // Removes the files and the control group. The record stays: for good, where something of them does.
  core::Removed clear_files();
  // Removes all of it, once.
  void close();
  // Leaves what is there to `proctrack gc`: a process would not die.
  void keep();
  // --cleanup is of a command that has run.
  void forget_cleanup();

 private:
  void make_cgroup();
  void write_at(off_t offset, const std::string& text) const;

  ScopeSettings settings_;
  Purpose purpose_;
  sys::ScopeRegistry registry_;
  sys::ScopeRecord record_;
  core::Fd lock_;                         // of the record
  off_t strays_from_ = 0;                 // where they stand in it
  core::Fd folder_lock_;                  // of the temporary files
  std::vector<std::string> environment_;  // made before the fork, so that the two processes share its pages
  bool is_mine_ = true;
  bool is_cleared_ = false;
  bool keeps_record_ = false;
};

// Of a record, whoever clears it: the files and the control group. `dry` only measures.
core::Removed clear_files_of(const sys::ScopeRecord& record, bool dry = false);

// Remembers the end of a scope for its name, where it has one; see sys::ScopeExit.
void record_exit_of(const sys::ScopeRecord& record, const std::string& state, int status,
                    std::string_view ending);

}  // namespace longhaul::proctrack
