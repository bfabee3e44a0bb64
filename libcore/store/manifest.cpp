#include "store/manifest.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "store/json_reader.hpp"
#include "store/json_writer.hpp"
#include "store/unfinished_file.hpp"

namespace longhaul::store {
namespace {

constexpr std::size_t read_at_once = std::size_t{64} << 10U;

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Gives the lines of a file to `take` until it does not want one: the number of that one, or of one that is
// too long or has no end; 0 where it took all.
template <typename Take>
std::uint64_t each_line(const core::Fd& file, const std::string& path, Take take) {
  std::string text;
  std::vector<char> room(read_at_once);
  std::uint64_t number = 1;
  while (const std::size_t size = core::read_some(file.get(), room, path)) {
    text.append(room.data(), size);
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1, ++number)
      if (!take(std::string_view{text}.substr(begin, end - begin))) return number;
    text.erase(0, begin);
    if (text.size() > longest_manifest_line) return number;
  }
  return text.empty() ? 0 : number;
}

}  // namespace

std::string ManifestLine::json() const {
  JsonWriter json;
  json.begin_object()
      .member("file", file)
      .member("lines", content.lines)
      .member("bytes", content.bytes)
      .member("size", content.size)
      .member("sha256", content.sha256)
      .member("time", core::iso_time(time))
      .end_object();
  return json.take();
}

std::optional<ManifestLine> read_manifest_line(std::string_view text, JsonReader& reader) {
  const auto json = reader.read(text);
  ManifestLine line;
  std::string_view file;
  std::string_view sha256;
  const bool whole = json && json->at_key("file").get(file) == simdjson::SUCCESS &&
                     json->at_key("lines").get(line.content.lines) == simdjson::SUCCESS &&
                     json->at_key("bytes").get(line.content.bytes) == simdjson::SUCCESS &&
                     json->at_key("size").get(line.content.size) == simdjson::SUCCESS &&
                     json->at_key("sha256").get(sha256) == simdjson::SUCCESS && is_sha256(sha256);
  if (!whole) return std::nullopt;
  line.file = file;
  line.content.sha256 = sha256;
  return line;
}

Manifest::Manifest(const std::string& log)
    : log_{log}, path_{log + ".manifest"}, folder_length_{log.rfind('/') + 1} {
  like_.st_uid = ::geteuid();
  like_.st_gid = ::getegid();
  like_.st_mode = 0644;
}

std::uint64_t Manifest::read(const std::vector<Archive>& there) {
  ::unlink(UnfinishedFile::path_of(path_).c_str());  // of a run that was killed
  const core::Fd file{::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  if (!file && errno == ENOENT) return 0;
  if (!file) throw core::Error{path_, core::reason_of(errno)};
  std::map<std::string, const Archive*> archives;
  for (const Archive& each : there) archives.emplace(name_of(each), &each);
  JsonReader reader{longest_manifest_line};
  bool same = true;
  const std::uint64_t wrong = each_line(file, path_, [&](std::string_view text) {
    std::optional<ManifestLine> line = read_manifest_line(text, reader);
    if (!line) return false;
    const auto archive = archives.find(line->file);
    if (archive == archives.end() || archive->second->size != line->content.size) {
      same = false;
      return true;
    }
    line->time = archive->second->made;
    std::string written = line->json();
    const bool in_order = entries_.empty() || entries_.rbegin()->first < line->file;
    same = same && in_order && written == text;
    entries_[line->file] = {line->content.size, std::move(written)};
    return true;
  });
  changed_ = wrong != 0 || !same;
  return wrong;
}

void Manifest::keep_only(const std::vector<Archive>& ready) {
  std::map<std::string, Entry> kept;
  for (const Archive& each : ready) {
    const auto found = entries_.find(name_of(each));
    if (found != entries_.end() && found->second.size == each.size) kept.insert(entries_.extract(found));
  }
  for (const auto& [name, gone] : entries_) changed_ = changed_ || !gone.line.empty();
  entries_ = std::move(kept);
}

bool Manifest::knows(const Archive& archive) const { return entries_.contains(name_of(archive)); }

void Manifest::add(const Archive& archive, const ArchiveContent& content) {
  const std::string name = name_of(archive);
  entries_[name] = {content.size, ManifestLine{name, content, archive.made}.json()};
  changed_ = true;
}

void Manifest::leave_out(const Archive& archive) { entries_[name_of(archive)] = {archive.size, {}}; }

void Manifest::write() {
  struct stat status {};
  if (::stat(log_.c_str(), &status) == 0) like_ = status;  // which is not there for a moment of each rotation
  std::string text;
  for (const auto& [name, entry] : entries_)
    if (!entry.line.empty()) text.append(entry.line).append(1, '\n');
  UnfinishedFile file{path_, like_};
  core::write_all(file.file().get(), text, path_);
  file.finish();
  changed_ = false;
}

}  // namespace longhaul::store
