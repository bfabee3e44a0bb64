#include "reservations.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "sys/memory_tree.hpp"
#include "sys/scope_record.hpp"
#include "sys/state_folder.hpp"

namespace longhaul::memwatch {
namespace {

std::uint64_t used_by(pid_t pid) {
  sys::MemoryTree tree{"/proc", 1024};
  return tree.add(pid) ? tree.sums().own : 0;
}

}  // namespace

Reservations::Reservations(const std::string& state) : folder_{state + "/admitted"} {
  sys::make_private_folder(folder_);
}

core::Fd Reservations::lock() const { return sys::locked(folder_ + "/lock"); }

std::uint64_t Reservations::outstanding(const std::string& target) const {
  const sys::ProcessTable table;
  std::uint64_t bytes = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator entry{folder_, error}, end; !error && entry != end;
       entry.increment(error)) {
    const auto id = sys::parse_id(entry->path().filename().string());
    if (!id) continue;
    if (!table.is_running(*id)) {
      ::unlink(entry->path().c_str());
      continue;
    }
    std::uint64_t reserved = 0;
    std::ifstream file{entry->path()};
    std::string of;
    file >> reserved;
    std::getline(file >> std::ws, of);
    if (target.empty() || of == target) bytes += reserved - std::min(reserved, used_by(id->pid));
  }
  return bytes;
}

void Reservations::reserve(std::uint64_t bytes, const std::string& target) const {
  const std::string path = folder_ + '/' + sys::text_of(sys::own_id());
  const core::Fd file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!file) throw core::Error{path, core::reason_of(errno)};
  core::write_all(file.get(), std::to_string(bytes) + ' ' + target + '\n', path);
}

}  // namespace longhaul::memwatch
