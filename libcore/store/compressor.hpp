// Compression of whole files in members of one mebibyte each: memory stays bounded, whatever the file's size,
// and every reader of the format reads members that follow each other as one.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace longhaul::store {

enum class Compression { none, gzip, zstd };

// ".gz", ".zst"; empty for none.
std::string_view ending_of(Compression compression);

class Compressor {
 public:
  virtual ~Compressor() = default;
  // One member of this text, valid until the next call.
  virtual std::string_view member(std::string_view text) = 0;

  static constexpr std::size_t member_size = std::size_t{1} << 20U;
};

// Of gzip (gzip.hpp) or of zstd. Levels are the format's own; one out of its range is the nearest in it. Null
// for none.
std::unique_ptr<Compressor> make_compressor(Compression compression, int level);

// Compresses one open file into another, up to the end or until `stop`, asked between members, says true:
// then false is returned. Throws Error{"compress", reason}.
bool compress_file(const core::Fd& from, const core::Fd& to, Compressor& compressor,
                   const std::function<bool()>& stop);

}  // namespace longhaul::store
