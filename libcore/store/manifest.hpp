// LOG.manifest: which archives of a log are ready to be taken elsewhere, a line of JSON for each,
// oldest first. A file that is named there is whole, on the disk, and never changes again.
#pragma once

#include <sys/stat.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/archive_content.hpp"
#include "store/archives.hpp"

namespace longhaul::store {

class JsonReader;

struct ManifestLine {
  std::string file;  // the archive's name without its folder
  ArchiveContent content;
  core::Time time{};  // of the rotation

  // Without a line end.
  std::string json() const;
};

// What a line says, but for the time, which the name has too; nothing where it is no line of a manifest.
std::optional<ManifestLine> read_manifest_line(std::string_view line, JsonReader& reader);
// As long as a line may be: a name of 255 bytes, all of them escaped, has room.
inline constexpr std::size_t longest_manifest_line = 4096;

class Manifest {
 public:
  explicit Manifest(const std::string& log);

  const std::string& path() const { return path_; }

  // Takes up the lines of an earlier run whose archives are there and have the size that they say. Only what
  // comes before the first line that is none is believed: the number of that one, 0 where there is none.
  // Throws Error where the file cannot be read.
  std::uint64_t read(const std::vector<Archive>& there);
  // Lines of other archives go, and of those that have another size now.
  void keep_only(const std::vector<Archive>& ready);
  // Whether the archive has a line, or is known to have none.
  bool knows(const Archive& archive) const;
  void add(const Archive& archive, const ArchiveContent& content);
  // An archive that cannot be read is not listed.
  void leave_out(const Archive& archive);

  // Whether the file says something else.
  bool changed() const { return changed_; }
  // Replaces the file at one stroke. Throws Error, the file being as it was.
  void write();

 private:
  struct Entry {
    std::uint64_t size = 0;
    std::string line;  // empty where it is left out
  };

  std::string name_of(const Archive& archive) const { return archive.path.substr(folder_length_); }

  std::string log_, path_;
  std::size_t folder_length_;
  struct stat like_ {};  // whose owner and mode the file gets: the log's, when it was last seen
  std::map<std::string, Entry> entries_;  // by the name, whose order is that of the archives
  bool changed_ = true;                   // until the file has been read
};

}  // namespace longhaul::store
