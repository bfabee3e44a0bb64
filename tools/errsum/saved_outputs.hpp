// The raw outputs that were summarised: a folder of compressed files, each named by the hash of its text, so
// that the same output is kept once. Several runs may use it at once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "base/stream_hash.hpp"
#include "store/compressor.hpp"
#include "store/gzip.hpp"

namespace longhaul::errsum {

// An output that is being saved; removed again unless it was finished.
class SavingOutput {
 public:
  // Makes the folder where there is none. Throws Error{path, reason}, as all here do.
  explicit SavingOutput(std::string folder);
  SavingOutput(const SavingOutput&) = delete;
  SavingOutput& operator=(const SavingOutput&) = delete;
  ~SavingOutput();

  void add(std::string_view bytes);
  // Its hash. Then the outputs that were saved or seen longest ago go, until the folder has no more than
  // `most_bytes`, 0 for no limit.
  std::string finish(std::uint64_t most_bytes);

 private:
  void write_member();

  std::string folder_, path_;
  core::Fd file_;
  std::unique_ptr<store::Compressor> compressor_;
  std::string text_;  // of the member at hand
  core::StreamHash hash_;
};

// The text of a saved output. `hash` may be the beginning of one that no other has. Throws Error where there
// is none, or several.
store::GzipReader open_saved(const std::string& folder, std::string_view hash);

}  // namespace longhaul::errsum
