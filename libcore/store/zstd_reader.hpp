// The text of a zstd file, all frames as one.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/fd.hpp"

struct ZSTD_DCtx_s;

namespace longhaul::store {

class ZstdReader {
 public:
  // `name` is the subject of errors.
  ZstdReader(core::Fd file, std::string name);

  // Fills the span, or less at the end; 0 is the end. Throws Error{name, reason} where the file is no zstd,
  // is damaged, ends within a frame, or wants more memory than 8 MiB.
  std::size_t read(std::span<char> room);

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* state) const;
  };

  core::Fd file_;
  std::string name_;
  std::vector<char> compressed_;
  std::size_t at_ = 0, end_ = 0;  // of what is not decompressed yet
  std::unique_ptr<ZSTD_DCtx_s, Free> state_;
  bool within_frame_ = false;
};

}  // namespace longhaul::store
