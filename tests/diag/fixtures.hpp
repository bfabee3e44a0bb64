// The outputs of real tools under tests/fixtures, and what is true of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diag/summary.hpp"

namespace longhaul::diag::test {

struct Fixture {
  std::string name;   // "ruff/concise"
  std::string text;   // what the tool printed
  std::string truth;  // JSON; tests/fixtures/README.md says what is in it
};

// The folders of tests/fixtures, sorted.
std::vector<std::string> fixture_folders();
// The cases of one folder, sorted by name.
std::vector<Fixture> fixtures_of(const std::string& folder);
std::vector<Fixture> all_fixtures();

// The file of that path under the source tree.
std::string source_file(std::string_view path);

// The summary of a text that is fed at once.
Summary summary_of(std::string_view text);

}  // namespace longhaul::diag::test
