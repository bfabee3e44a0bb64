// Where findings are: the narrowest directories that hold them all, and which directory holds how many.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "diag/key_index.hpp"

namespace longhaul::diag {

class CommonPaths {
 public:
  static constexpr std::size_t max_roots = 16;
  static constexpr std::size_t max_directories = 128;

  struct Directory {
    std::string path;
    std::uint64_t count = 0;
  };

  // A file that was not seen before.
  void add_file(std::string_view file);
  // `count` findings in a file.
  void add_findings(std::string_view file, std::uint64_t count);
  // `count` more in the file of the last call.
  void add_to_last(std::uint64_t count) {
    if (last_ != KeyIndex::none) directories_[last_].count += count;
  }

  // For each first component the narrowest directory (or the one file) that holds all its files; empty where
  // there are more than `most` of them, since the common one is then the working directory.
  std::vector<std::string> narrowest(std::size_t most) const;
  const std::vector<Directory>& directories() const { return directories_; }

 private:
  struct Root {
    std::string common;
    bool single = true;
  };
  std::vector<Root> roots_;
  std::vector<Directory> directories_;
  KeyIndex by_path_{max_directories};
  std::size_t last_ = KeyIndex::none;
  bool too_many_ = false;
};

}  // namespace longhaul::diag
