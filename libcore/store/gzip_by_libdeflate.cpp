#if defined(LONGHAUL_LIBDEFLATE)
#include <libdeflate.h>
#endif

#include <algorithm>
#include <vector>

#include "base/error.hpp"
#include "store/gzip.hpp"

namespace longhaul::store {

#if defined(LONGHAUL_LIBDEFLATE)
namespace {

struct Free {
  void operator()(libdeflate_compressor* state) const { ::libdeflate_free_compressor(state); }
};
using State = std::unique_ptr<libdeflate_compressor, Free>;

class Gzip final : public Compressor {
 public:
  explicit Gzip(State state)
      : state_{std::move(state)}, out_(::libdeflate_gzip_compress_bound(state_.get(), member_size)) {}

  std::string_view member(std::string_view text) override {
    const std::size_t size =
        ::libdeflate_gzip_compress(state_.get(), text.data(), text.size(), out_.data(), out_.size());
    if (size == 0) throw core::Error{"gzip", "a member did not fit its bound"};
    return {out_.data(), size};
  }

 private:
  State state_;
  std::vector<char> out_;
};

}  // namespace

std::unique_ptr<Compressor> gzip_by_libdeflate(int level) {
  State state{::libdeflate_alloc_compressor(std::clamp(level, 1, 12))};
  if (!state) return nullptr;
  return std::make_unique<Gzip>(std::move(state));
}
#else
std::unique_ptr<Compressor> gzip_by_libdeflate(int) { return nullptr; }
#endif

}  // namespace longhaul::store
