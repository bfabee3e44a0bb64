#include "watch.hpp"

#include <algorithm>

#include "scope.hpp"

namespace longhaul::proctrack {
namespace {

// What a program opens at its start is no trend.
constexpr std::chrono::seconds warm_up{30};

}  // namespace

void Watch::look(core::Moment now) {
  std::vector<sys::ProcessStat> living;
  std::set<sys::ProcessId> seen;
  std::set<sys::ProcessId> strays;
  std::uint64_t resident = 0;
  std::uint64_t threads = 0;
  for (auto& member : members_()) {
    if (!known_.contains(member.id)) ++usage_.processes_started;
    seen.insert(member.id);
    if (member.has_ended()) continue;
    if (is_stray(member)) strays.insert(member.id);
    resident += member.resident_bytes;
    threads += member.threads;
    living.push_back(std::move(member));
  }
  known_ = std::move(seen);
  strays_changed_ = strays != strays_;
  strays_ = std::move(strays);
  note_living(living.size());
  usage_.memory_peak = std::max(usage_.memory_peak, resident);
  usage_.threads_peak = std::max(usage_.threads_peak, threads);
  count_descriptors(living, now);
}

void Watch::note_ended(pid_t pid) {
  const auto known = std::ranges::find(known_, pid, &sys::ProcessId::pid);
  if (known == known_.end()) {
    ++usage_.processes_started;
  } else {
    known_.erase(known);
  }
}

bool Watch::is_stray(const sys::ProcessStat& member) const {
  const auto mark = table_.variable(member.id.pid, mark_variable);
  return !mark || !is_marked(*mark, id_);
}

void Watch::count_descriptors(const std::vector<sys::ProcessStat>& living, core::Moment now) {
  std::uint64_t descriptors = 0;
  std::uint64_t sockets = 0;
  for (const auto& member : living) {
    const auto open = table_.descriptors(member.id.pid);
    if (!open) continue;
    descriptors += open->all;
    sockets += open->sockets;
  }
  if (begun_ == core::Moment{}) begun_ = now;
  if (now - begun_ <= warm_up) {
    first_count_ = now;
    usage_.descriptors_first = descriptors;
  }
  usage_.descriptors_last = descriptors;
  usage_.descriptors_peak = std::max(usage_.descriptors_peak, descriptors);
  usage_.sockets_peak = std::max(usage_.sockets_peak, sockets);
  usage_.seconds_watched =
      static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(now - first_count_).count());
}

}  // namespace longhaul::proctrack
