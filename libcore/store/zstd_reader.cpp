#include "store/zstd_reader.hpp"

#include <zstd.h>

#include "base/error.hpp"

namespace longhaul::store {
namespace {

constexpr std::size_t read_at_once = std::size_t{64} << 10U;
constexpr int largest_window = 23;  // a power of two: what the format asks every reader to support

}  // namespace

void ZstdReader::Free::operator()(ZSTD_DCtx_s* state) const { ::ZSTD_freeDCtx(state); }

ZstdReader::ZstdReader(core::Fd file, std::string name)
    : file_{std::move(file)}, name_{std::move(name)}, compressed_(read_at_once), state_{::ZSTD_createDCtx()} {
  if (!state_) throw core::Error{name_, "out of memory"};
  ::ZSTD_DCtx_setParameter(state_.get(), ZSTD_d_windowLogMax, largest_window);
}

std::size_t ZstdReader::read(std::span<char> room) {
  ZSTD_outBuffer out{room.data(), room.size(), 0};
  while (out.pos < out.size) {
    if (at_ == end_) {
      at_ = 0;
      end_ = core::read_some(file_.get(), compressed_, name_);
    }
    // What the decompressor still holds of a frame comes without further input.
    const std::size_t before = out.pos;
    ZSTD_inBuffer in{compressed_.data(), end_, at_};
    const bool at_end = end_ == 0;
    if (at_end && !within_frame_) break;
    const std::size_t wanted = ::ZSTD_decompressStream(state_.get(), &out, &in);
    if (::ZSTD_isError(wanted) != 0) throw core::Error{name_, ::ZSTD_getErrorName(wanted)};
    at_ = in.pos;
    within_frame_ = wanted != 0;
    if (at_end && within_frame_ && out.pos == before)
      throw core::Error{name_, "ends within a zstd frame: it was cut short"};
  }
  return out.pos;
}

}  // namespace longhaul::store
