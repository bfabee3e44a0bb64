#include "scope.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "scope_folder.hpp"
#include "sys/cgroup.hpp"
#include "sys/scope_exits.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::proctrack {
namespace {

sys::ScopeRecord new_record(const ScopeSettings& settings, const Purpose& purpose,
                            const sys::ScopeRegistry& registry) {
  sys::ScopeRecord record;
  record.front = sys::own_id();
  record.id = text_of(record.front);
  for (int occurrence = 1; registry.is_alive(record.id); ++occurrence)
    record.id = text_of(record.front) + '-' + std::to_string(occurrence);
  record.kind = purpose.kind;
  record.name = settings.name;
  record.slot = purpose.slot;
  record.started = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  record.folder = sys::scope_folder_path(temporary_base(), record.id);
  for (const auto& path : settings.cleanup) record.cleanup.push_back(expendable_path("--cleanup", path));
  record.command = settings.command;
  return record;
}

// What is to keep the scope's processes together.
void plan_isolation(sys::ScopeRecord& record, sys::Isolation wanted) {
  record.isolation = wanted == sys::Isolation::automatic ? sys::Isolation::subreaper : wanted;
  if (wanted != sys::Isolation::automatic && wanted != sys::Isolation::cgroup) return;
  const auto group = sys::Cgroup::planned("longhaul-" + record.id);
  if (!group) return;
  record.isolation = sys::Isolation::cgroup;
  record.cgroup = group->folder();
}

std::vector<std::string> environment_in(const sys::ScopeRecord& record, const std::string& state) {
  const char* outer = std::getenv(std::string{mark_variable}.c_str());
  std::string mark = outer == nullptr || *outer == '\0' ? record.id : std::string{outer} + ':' + record.id;
  const std::vector<std::pair<std::string, std::string>> own{
      {"TMPDIR", record.folder}, {std::string{mark_variable}, mark}, {"LONGHAUL_STATE", state}};
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view entry = *variable;
    const auto name = entry.substr(0, entry.find('='));
    const bool replaced = std::ranges::any_of(own, [&](const auto& one) { return one.first == name; });
    if (!replaced) variables.emplace_back(entry);
  }
  for (const auto& [name, value] : own) variables.push_back(name + '=' + value);
  return variables;
}

}  // namespace

bool is_marked(std::string_view mark, std::string_view id) {
  while (!mark.empty()) {
    const auto one = mark.substr(0, mark.find(':'));
    if (one == id) return true;
    mark.remove_prefix(std::min(mark.size(), one.size() + 1));
  }
  return false;
}

Scope::Scope(const ScopeSettings& settings, Purpose purpose)
    : settings_{settings}, purpose_{std::move(purpose)}, registry_{sys::state_path(settings.state)},
      record_{new_record(settings_, purpose_, registry_)} {
  plan_isolation(record_, settings_.isolation);
  try {
    // Written down before anything is made: whoever dies in between leaves nothing that gc does not find.
    lock_ = registry_.enter(record_);
    make_cgroup();
    strays_from_ = ::lseek(lock_.get(), 0, SEEK_CUR);
    folder_lock_ = make_scope_folder(record_.folder);
    for (const auto& path : record_.cleanup) register_path(record_.folder, path);
    environment_ = environment_in(record_, registry_.folder());
  } catch (const core::Error&) {                // half made: no destructor runs
    if (!folder_lock_) record_.folder.clear();  // it may be another's
    forget_cleanup();
    (void)clear_files_of(record_);
    if (lock_) registry_.remove(record_);
    throw;
  }
}

void Scope::make_cgroup() {
  if (!record_.cgroup.empty() && sys::Cgroup{record_.cgroup}.make()) return;
  record_.cgroup.clear();
  if (settings_.isolation == sys::Isolation::cgroup)
    throw core::Error{"--isolate", "no control group can be made here (proctrack doctor says why)"};
  if (record_.isolation != sys::Isolation::cgroup) return;
  record_.isolation = sys::Isolation::subreaper;
  (void)core::try_write_all(lock_.get(), sys::isolation_line(record_));
}

void Scope::close() {
  if (!is_mine_) return;
  is_mine_ = false;
  if (!is_cleared_) (void)clear_files();
  if (keeps_record_) return;
  registry_.remove(record_);
}

void Scope::forget_cleanup() {
  record_.cleanup.clear();
  if (!record_.folder.empty()) forget_registered(record_.folder);
}

void Scope::note_guardian(pid_t guardian) {
  record_.guardian = guardian;
  write_at(sys::usage_width, sys::guardian_line(guardian));
}

// In whole each time: a list that only grew would not be bounded.
void Scope::note_strays(const std::set<sys::ProcessId>& strays) const {
  std::string text;
  for (const auto& stray : strays) text += sys::stray_line(stray);
  write_at(strays_from_, text);
  (void)::ftruncate(lock_.get(), strays_from_ + static_cast<off_t>(text.size()));
}

void Scope::note_usage(const sys::ScopeUsage& usage) const { write_at(0, sys::usage_line(usage)); }

sys::ScopeUsage Scope::noted_usage() const {
  std::array<char, sys::usage_width> line{};
  const auto size = ::pread(lock_.get(), line.data(), line.size(), 0);
  return sys::parse_record({line.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))}).usage;
}

void Scope::note_exit(int status, std::string_view ending) const {
  record_exit_of(record_, registry_.folder(), status, ending);
}

void Scope::write_at(off_t offset, const std::string& text) const {
  if (::pwrite(lock_.get(), text.data(), text.size(), offset) < 0) return;  // the next look writes it again
}

core::Removed Scope::clear_files() {
  is_cleared_ = true;
  auto removed = clear_files_of(record_);
  keeps_record_ = keeps_record_ || !removed.problem.empty();
  return removed;
}

void Scope::keep() {
  is_cleared_ = true;
  keeps_record_ = true;
}

core::Removed clear_files_of(const sys::ScopeRecord& record, bool dry) {
  if (!record.cgroup.empty() && !dry) (void)sys::Cgroup{record.cgroup}.remove();
  return remove_scope_folder(record.folder, record.cleanup, dry);
}

void record_exit_of(const sys::ScopeRecord& record, const std::string& state, int status,
                    std::string_view ending) {
  if (record.name.empty()) return;
  const std::chrono::duration<double> now = core::system_time().time_since_epoch();
  (void)sys::record_exit(state, record.name, {now.count(), status, std::string{ending}});
}

}  // namespace longhaul::proctrack
