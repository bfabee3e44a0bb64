#include <zlib.h>

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "store/gzip.hpp"

namespace longhaul::store {
namespace {

// zlib's window of 32 KiB, with a gzip header instead of its own.
constexpr int gzip_window = 15 + 16;
constexpr int default_memory_level = 8;
constexpr std::size_t read_at_once = std::size_t{64} << 10U;

Bytef* bytes_of(const char* text) { return reinterpret_cast<Bytef*>(const_cast<char*>(text)); }

class Gzip final : public Compressor {
 public:
  explicit Gzip(int level) {
    if (::deflateInit2(&state_, std::clamp(level, 1, 9), Z_DEFLATED, gzip_window, default_memory_level,
                       Z_DEFAULT_STRATEGY) != Z_OK)
      throw core::Error{"gzip", "out of memory"};
    out_.resize(::deflateBound(&state_, member_size));
  }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;
  ~Gzip() override { ::deflateEnd(&state_); }

  std::string_view member(std::string_view text) override {
    ::deflateReset(&state_);
    state_.next_in = bytes_of(text.data());
    state_.avail_in = static_cast<uInt>(text.size());
    state_.next_out = bytes_of(out_.data());
    state_.avail_out = static_cast<uInt>(out_.size());
    if (::deflate(&state_, Z_FINISH) != Z_STREAM_END)
      throw core::Error{"gzip", "a member did not fit its bound"};
    return {out_.data(), out_.size() - state_.avail_out};
  }

 private:
  z_stream state_{};
  std::vector<char> out_;
};

}  // namespace

std::unique_ptr<Compressor> gzip_by_zlib(int level) { return std::make_unique<Gzip>(level); }

struct GzipReader::Stream : z_stream {};

GzipReader::GzipReader(core::Fd file, std::string name)
    : file_{std::move(file)}, name_{std::move(name)},
      compressed_(read_at_once), stream_{std::make_unique<Stream>()} {
  if (::inflateInit2(stream_.get(), gzip_window) != Z_OK) throw core::Error{name_, "out of memory"};
}

GzipReader::~GzipReader() { ::inflateEnd(stream_.get()); }

std::size_t GzipReader::read(std::span<char> room) {
  stream_->next_out = bytes_of(room.data());
  stream_->avail_out = static_cast<uInt>(room.size());
  while (stream_->avail_out != 0) {
    if (stream_->avail_in == 0) {
      const std::size_t more = core::read_some(file_.get(), compressed_, name_);
      cut_short_ = more == 0 && within_member_;
      if (cut_short_) throw core::Error{name_, "ends within a gzip member: it was cut short"};
      if (more == 0) break;
      stream_->next_in = bytes_of(compressed_.data());
      stream_->avail_in = static_cast<uInt>(more);
      bytes_ += more;
    }
    const Bytef* const begin = stream_->next_out;
    const int answer = ::inflate(stream_.get(), Z_NO_FLUSH);
    if (stream_->next_out != begin) byte_before_ = static_cast<char>(stream_->next_out[-1]);
    if (answer != Z_OK && answer != Z_STREAM_END)
      throw core::Error{name_, stream_->msg == nullptr ? "damaged gzip" : stream_->msg};
    within_member_ = answer == Z_OK;
    if (answer != Z_STREAM_END) continue;
    whole_bytes_ = bytes_ - stream_->avail_in;
    last_byte_ = byte_before_;
    ::inflateReset(stream_.get());
  }
  return room.size() - stream_->avail_out;
}

}  // namespace longhaul::store
