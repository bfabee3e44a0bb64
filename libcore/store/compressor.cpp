#include "store/compressor.hpp"

#include <zstd.h>

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "store/gzip.hpp"

namespace longhaul::store {
namespace {

class Zstd final : public Compressor {
 public:
  explicit Zstd(int level)
      : state_{::ZSTD_createCCtx()}, level_{std::clamp(level, ::ZSTD_minCLevel(), ::ZSTD_maxCLevel())},
        out_(::ZSTD_compressBound(member_size)) {
    if (!state_) throw core::Error{"zstd", "out of memory"};
  }
  std::string_view member(std::string_view text) override {
    const std::size_t size =
        ::ZSTD_compressCCtx(state_.get(), out_.data(), out_.size(), text.data(), text.size(), level_);
    if (::ZSTD_isError(size) != 0) throw core::Error{"zstd", ::ZSTD_getErrorName(size)};
    return {out_.data(), size};
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* state) const { ::ZSTD_freeCCtx(state); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> state_;
  int level_;
  std::vector<char> out_;
};

}  // namespace

std::string_view ending_of(Compression compression) {
  switch (compression) {
    case Compression::gzip: return ".gz";
    case Compression::zstd: return ".zst";
    case Compression::none: break;
  }
  return "";
}

std::unique_ptr<Compressor> make_compressor(Compression compression, int level) {
  switch (compression) {
    case Compression::gzip:
      if (auto fast = gzip_by_libdeflate(level)) return fast;
      return gzip_by_zlib(level);
    case Compression::zstd: return std::make_unique<Zstd>(level);
    case Compression::none: break;
  }
  return nullptr;
}

bool compress_file(const core::Fd& from, const core::Fd& to, Compressor& compressor,
                   const std::function<bool()>& stop) {
  std::vector<char> text(Compressor::member_size);
  bool empty = true;
  while (true) {
    std::size_t size = 0;
    while (size < text.size()) {
      const std::size_t more = core::read_some(from.get(), std::span{text}.subspan(size), "compress");
      if (more == 0) break;
      size += more;
    }
    // An empty file is one empty member.
    if (size != 0 || empty) {
      core::write_all(to.get(), compressor.member({text.data(), size}), "compress");
      empty = false;
    }
    if (size < text.size()) return true;
    if (stop()) return false;
  }
}

}  // namespace longhaul::store
