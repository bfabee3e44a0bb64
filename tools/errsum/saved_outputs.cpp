#include "saved_outputs.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <vector>

#include "base/directory.hpp"
#include "base/error.hpp"

namespace longhaul::errsum {
namespace {

constexpr std::string_view ending = ".gz";
constexpr std::string_view unfinished = ".unfinished-";
constexpr std::size_t hash_digits = 32;
constexpr int level = 6;

struct Saved {
  std::string name;
  std::uint64_t bytes = 0;
  timespec used{};
};

bool is_output(std::string_view name) {
  return name.size() == hash_digits + ending.size() && name.ends_with(ending);
}

bool is_older(const timespec& one, const timespec& other) {
  return one.tv_sec != other.tv_sec ? one.tv_sec < other.tv_sec : one.tv_nsec < other.tv_nsec;
}

// What runs that were killed left behind goes after a day.
void remove_if_abandoned(const std::string& path, const struct stat& status) {
  constexpr std::time_t day = 86'400;
  if (status.st_mtim.tv_sec + day < std::time(nullptr)) (void)::unlink(path.c_str());
}

std::vector<Saved> outputs_in(const std::string& folder) {
  std::vector<Saved> outputs;
  const core::Directory directory{::opendir(folder.c_str())};
  if (!directory) throw core::Error{folder, core::reason_of(errno)};
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string name = entry->d_name;
    struct stat status {};
    if (::fstatat(::dirfd(directory.get()), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (name.starts_with(unfinished)) remove_if_abandoned(folder + '/' + name, status);
    if (is_output(name) && S_ISREG(status.st_mode))
      outputs.push_back({name, static_cast<std::uint64_t>(status.st_size), status.st_mtim});
  }
  return outputs;
}

void remove_oldest(const std::string& folder, std::uint64_t most_bytes) {
  auto outputs = outputs_in(folder);
  std::ranges::sort(outputs,
                    [](const Saved& one, const Saved& other) { return is_older(one.used, other.used); });
  std::uint64_t bytes = 0;
  for (const auto& output : outputs) bytes += output.bytes;
  for (const auto& output : outputs) {
    if (bytes <= most_bytes) return;
    (void)::unlink((folder + '/' + output.name).c_str());  // another run may have been faster
    bytes -= output.bytes;
  }
}

}  // namespace

SavingOutput::SavingOutput(std::string folder)
    : folder_{std::move(folder)}, compressor_{store::make_compressor(store::Compression::gzip, level)} {
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST)
    throw core::Error{folder_, core::reason_of(errno)};
  std::string path = folder_ + '/' + std::string{unfinished} + "XXXXXX";
  file_ = core::Fd{::mkostemp(path.data(), O_CLOEXEC)};
  if (!file_) throw core::Error{folder_, core::reason_of(errno)};
  path_ = path;
}

SavingOutput::~SavingOutput() {
  if (!path_.empty()) (void)::unlink(path_.c_str());
}

void SavingOutput::add(std::string_view bytes) {
  hash_.add(bytes);
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, store::Compressor::member_size - text_.size());
    text_ += part;
    bytes.remove_prefix(part.size());
    if (text_.size() == store::Compressor::member_size) write_member();
  }
}

void SavingOutput::write_member() {
  core::write_all(file_.get(), compressor_->member(text_), path_);
  text_.clear();
}

std::string SavingOutput::finish(std::uint64_t most_bytes) {
  write_member();  // an empty output is an empty member
  struct stat written {};
  // Rather not this one than all others, and this one after them.
  if (most_bytes != 0 && ::fstat(file_.get(), &written) == 0 &&
      static_cast<std::uint64_t>(written.st_size) > most_bytes)
    throw core::Error{folder_, "the output alone is larger than the folder may be"};
  std::string hash = hash_.text();
  const std::string whole = folder_ + '/' + hash + std::string{ending};
  // The time of the file is when the output was seen last.
  if (::fsync(file_.get()) != 0 || std::rename(path_.c_str(), whole.c_str()) != 0)
    throw core::Error{whole, core::reason_of(errno)};
  path_.clear();
  if (most_bytes != 0) remove_oldest(folder_, most_bytes);
  return hash;
}

store::GzipReader open_saved(const std::string& folder, std::string_view hash) {
  std::vector<std::string> found;
  for (const auto& output : outputs_in(folder)) {
    if (output.name.starts_with(hash)) found.push_back(output.name);
  }
  if (found.empty()) throw core::Error{hash, "no such output is saved in " + folder};
  if (found.size() > 1)
    throw core::Error{hash, "is the beginning of " + std::to_string(found.size()) + " hashes"};
  const std::string path = folder + '/' + found.front();
  return {core::open_input(path), path};
}

}  // namespace longhaul::errsum
