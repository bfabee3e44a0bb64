// What is in an archive: measured while it is written, or read from it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "store/archives.hpp"
#include "store/compressor.hpp"
#include "store/sha256.hpp"

namespace longhaul::store {

struct ArchiveContent {
  std::uint64_t lines = 0, bytes = 0;  // of the entries
  std::uint64_t size = 0;              // of the file as it lies on the disk
  std::string sha256;                  // of the same

  bool operator==(const ArchiveContent&) const = default;
};

class ContentMeter {
 public:
  // The entries, and the bytes of the file, which are the same where nothing is compressed.
  void entries(std::string_view text);
  void file(std::string_view bytes);
  ArchiveContent finish();

 private:
  ArchiveContent content_;
  Sha256 checksum_;
};

// Measures what goes through another compressor, which outlives it.
class MeteredCompressor final : public Compressor {
 public:
  explicit MeteredCompressor(Compressor& compressor) : compressor_{compressor} {}
  std::string_view member(std::string_view text) override;
  ArchiveContent finish() { return meter_.finish(); }

 private:
  Compressor& compressor_;
  ContentMeter meter_;
};

// Reads all of an archive, and sees to it that it is on the disk. Nothing where `stop`, asked after each
// mebibyte, said so. Throws Error{path, reason} where it is damaged.
std::optional<ArchiveContent> content_of(const Archive& archive, const std::function<bool()>& stop);

}  // namespace longhaul::store
