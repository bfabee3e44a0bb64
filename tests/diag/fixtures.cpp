#include "fixtures.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "diag/analyser.hpp"

namespace longhaul::diag::test {
namespace {

namespace fs = std::filesystem;

const fs::path source_tree = LONGHAUL_SOURCE_TREE;

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

std::vector<std::string> fixture_folders() {
  std::vector<std::string> folders;
  for (const auto& entry : fs::directory_iterator(source_tree / "tests/fixtures"))
    if (entry.is_directory()) folders.push_back(entry.path().filename().string());
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::vector<Fixture> fixtures_of(const std::string& folder) {
  std::vector<Fixture> fixtures;
  const fs::path cases = source_tree / "tests/fixtures" / folder / "cases";
  if (!fs::is_directory(cases)) return fixtures;
  for (const auto& entry : fs::directory_iterator(cases)) {
    fs::path path = entry.path();
    if (path.extension() != ".json") continue;
    const std::string truth = contents(path);
    fixtures.push_back(
        {folder + '/' + path.stem().string(), contents(path.replace_extension(".txt")), truth});
  }
  std::sort(fixtures.begin(), fixtures.end(),
            [](const Fixture& a, const Fixture& b) { return a.name < b.name; });
  return fixtures;
}

std::vector<Fixture> all_fixtures() {
  std::vector<Fixture> all;
  for (const std::string& folder : fixture_folders())
    for (Fixture& fixture : fixtures_of(folder)) all.push_back(std::move(fixture));
  return all;
}

std::string source_file(std::string_view path) { return contents(source_tree / path); }

Summary summary_of(std::string_view text) {
  Analyser analyser;
  analyser.feed(text);
  return analyser.finish();
}

}  // namespace longhaul::diag::test
