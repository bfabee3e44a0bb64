#include "watch.hpp"

#include <algorithm>

#include "scope.hpp"

namespace longhaul::proctrack {
namespace {

// What a program opens at its start is no trend.
constexpr std::chrono::seconds warm_up{30};

}  // namespace

std::vector<sys::ProcessStat> Watch::look(Moment now) {
  std::vector<sys::ProcessStat> living;
  std::set<sys::ProcessId> seen;
  std::uint64_t resident = 0;
  std::uint64_t threads = 0;
  new_strays_.clear();
  for (auto& member : members_()) {
    if (!known_.contains(member.id)) meet(member);
    seen.insert(member.id);
    if (member.has_ended()) continue;
    resident += member.resident_bytes;
    threads += member.threads;
    living.push_back(std::move(member));
  }
  known_ = std::move(seen);
  std::ranges::sort(living, {}, [](const auto& one) { return std::pair{one.id.start, one.id.pid}; });
  usage_.processes_peak = std::max<std::uint64_t>(usage_.processes_peak, living.size());
  usage_.memory_peak = std::max(usage_.memory_peak, resident);
  usage_.threads_peak = std::max(usage_.threads_peak, threads);
  count_descriptors(living, now);
  return living;
}

void Watch::note_ended(pid_t pid) {
  const auto known = std::ranges::find(known_, pid, &sys::ProcessId::pid);
  if (known == known_.end()) {
    ++usage_.processes_started;
  } else {
    known_.erase(known);
  }
}

void Watch::meet(const sys::ProcessStat& member) {
  ++usage_.processes_started;
  if (member.has_ended()) return;
  const auto mark = table_.variable(member.id.pid, mark_variable);
  if (!mark || !is_marked(*mark, id_)) new_strays_.push_back(member.id);
}

void Watch::count_descriptors(const std::vector<sys::ProcessStat>& living, Moment now) {
  std::uint64_t descriptors = 0;
  std::uint64_t sockets = 0;
  for (const auto& member : living) {
    const auto open = table_.descriptors(member.id.pid);
    if (!open) continue;
    descriptors += open->all;
    sockets += open->sockets;
  }
  if (begun_ == Moment{}) begun_ = now;
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
