#include "store/archive_content.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "base/error.hpp"
#include "base/line_scan.hpp"
#include "store/gzip.hpp"
#include "store/zstd_reader.hpp"

namespace longhaul::store {
namespace {

constexpr std::size_t read_at_once = std::size_t{1} << 20U;

// Gives each piece that `read` finds to `take`; false where it was stopped.
template <typename Read, typename Take>
bool each_piece(std::vector<char>& room, const std::function<bool()>& stop, Read read, Take take) {
  while (const std::size_t size = read(room)) {
    take(std::string_view{room.data(), size});
    if (stop()) return false;
  }
  return true;
}

core::Fd open_regular(const std::string& path) {
  core::Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  if (!file) throw core::Error{path, core::reason_of(errno)};
  return file;
}

}  // namespace

void ContentMeter::entries(std::string_view text) {
  std::size_t end = core::find_line_end(text.data(), 0, text.size());
  for (; end < text.size(); end = core::find_line_end(text.data(), end + 1, text.size())) ++content_.lines;
  content_.bytes += text.size();
}

void ContentMeter::file(std::string_view bytes) {
  content_.size += bytes.size();
  checksum_.add(bytes);
}

ArchiveContent ContentMeter::finish() {
  content_.sha256 = checksum_.finish();
  return content_;
}

std::string_view MeteredCompressor::member(std::string_view text) {
  const std::string_view compressed = compressor_.member(text);
  meter_.entries(text);
  meter_.file(compressed);
  return compressed;
}

// A compressed archive is read twice, for its bytes and for what they hold: only those are that an earlier
// run left without a line.
std::optional<ArchiveContent> content_of(const Archive& archive, const std::function<bool()>& stop) {
  const std::string& path = archive.path;
  const core::Fd file = open_regular(path);
  ContentMeter meter;
  std::vector<char> room(read_at_once);
  bool whole = each_piece(
      room, stop, [&](std::span<char> to) { return core::read_some(file.get(), to, path); },
      [&](std::string_view bytes) {
        meter.file(bytes);
        if (archive.plain()) meter.entries(bytes);
      });
  const auto decompress = [&](auto reader) {
    return each_piece(
        room, stop, [&](std::span<char> to) { return reader.read(to); },
        [&](std::string_view text) { meter.entries(text); });
  };
  if (whole && archive.ending == ending_of(Compression::gzip))
    whole = decompress(GzipReader{open_regular(path), path});
  else if (whole && archive.ending == ending_of(Compression::zstd))
    whole = decompress(ZstdReader{open_regular(path), path});
  if (!whole) return std::nullopt;
  if (::fsync(file.get()) != 0) throw core::Error{path, core::reason_of(errno)};
  ArchiveContent content = meter.finish();
  if (content.size == 0 && !archive.plain()) throw core::Error{path, "is empty"};
  return content;
}

}  // namespace longhaul::store
