// The directories that a suggestion names: as narrow as they can be, and never outside the findings.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "diag/common_paths.hpp"

namespace longhaul::diag::test {
namespace {

using Paths = std::vector<std::string>;

Paths narrowest(const Paths& files, std::size_t most = 4) {
  CommonPaths paths;
  for (const std::string& file : files) paths.add_file(file);
  return paths.narrowest(most);
}

TEST_CASE("one file is named itself") {
  CHECK(narrowest({"apps/api/models.py"}) == Paths{"apps/api/models.py"});
  CHECK(narrowest({"setup.py"}) == Paths{"setup.py"});
  CHECK(narrowest({"apps/a.py", "apps/a.py"}) == Paths{"apps/a.py"});
}

TEST_CASE("files of one directory are that directory") {
  CHECK(narrowest({"apps/api/a.py", "apps/api/b.py"}) == Paths{"apps/api"});
  CHECK(narrowest({"apps/api/a.py", "apps/web/b.py"}) == Paths{"apps"});
  CHECK(narrowest({"apps/api/a.py", "apps/api/v1/b.py", "apps/api/v1/c.py"}) == Paths{"apps/api"});
  CHECK(narrowest({"apps/a.py", "apps/api/v1/b.py"}) == Paths{"apps"});
}

TEST_CASE("a directory whose name begins as another's is another") {
  CHECK(narrowest({"apps/web/a.py", "apps/website/b.py"}) == Paths{"apps"});
  CHECK(narrowest({"app/a.py", "apps/b.py"}) == Paths{"app/a.py", "apps/b.py"});
}

TEST_CASE("several roots are named each") {
  CHECK(narrowest({"lib/x.py", "apps/api/a.py", "apps/web/b.py"}) == Paths{"apps", "lib/x.py"});
  CHECK(narrowest({"setup.py", "apps/a.py", "apps/b.py"}) == Paths{"apps", "setup.py"});
}

TEST_CASE("more roots than wanted are none, which stands for the working directory") {
  CHECK(narrowest({"a/x", "b/x", "c/x", "d/x", "e/x"}).empty());
  CHECK(narrowest({"a/x", "b/x", "c/x", "d/x"}).size() == 4);
  CHECK(narrowest({"a/x", "b/x"}, 1).empty());
  Paths many;
  for (int i = 0; i < 100; ++i) many.push_back("root" + std::to_string(i) + "/x");
  CHECK(narrowest(many, 1000).empty());
}

TEST_CASE("absolute paths, and those above the working directory") {
  CHECK(narrowest({"/srv/app/a.py", "/srv/app/b/c.py"}) == Paths{"/srv/app"});
  CHECK(narrowest({"/srv/app/a.py", "/home/x/b.py"}) == Paths{"/home/x/b.py", "/srv/app/a.py"});
  CHECK(narrowest({"../lib/a.py", "../lib/b.py"}) == Paths{"../lib"});
  CHECK(narrowest({"../../a/x.py", "../../a/y.py"}) == Paths{"../../a"});
}

TEST_CASE("a leading ./ is no other root") {
  CHECK(narrowest({"./apps/a.py", "apps/b.py"}) == Paths{"apps"});
  CHECK(narrowest({"./setup.py", "setup.py"}) == Paths{"setup.py"});
}

bool holds(const std::string& directory, const std::string& file) {
  return directory == file || file.starts_with(directory == "/" ? directory : directory + '/');
}

TEST_CASE("of any files each is held by a path that is named, and each path holds all its files and no wider "
          "than needed") {
  std::mt19937 random{13};
  const Paths parts{"a", "b", "ab", "lib", "x.py", "y z.py", "größe"};
  for (int round = 0; round < 5'000; ++round) {
    Paths files;
    for (std::size_t n = 1 + random() % 6; n > 0; --n) {
      std::string file = random() % 5 == 0 ? "/" : "";
      for (std::size_t depth = 1 + random() % 4; depth > 0; --depth)
        file += parts[random() % parts.size()] + (depth > 1 ? "/" : "");
      files.push_back(file);
    }
    const Paths paths = narrowest(files, 100);
    REQUIRE_FALSE(paths.empty());
    for (const std::string& file : files) {
      CAPTURE(file);
      // A file may itself be a directory of another here: then the narrowest one lies above.
      CHECK(std::any_of(paths.begin(), paths.end(),
                        [&](const std::string& path) { return path == "." || holds(path, file); }));
    }
    for (const std::string& path : paths) {
      CAPTURE(path);
      CHECK(std::any_of(files.begin(), files.end(),
                        [&](const std::string& file) { return path == "." || holds(path, file); }));
    }
  }
}

TEST_CASE("directories count the findings in them") {
  CommonPaths paths;
  paths.add_findings("apps/api/a.py", 2);
  paths.add_to_last(3);
  paths.add_findings("apps/api/b.py", 1);
  paths.add_findings("setup.py", 1);
  REQUIRE(paths.directories().size() == 2);
  CHECK(paths.directories()[0].path == "apps/api");
  CHECK(paths.directories()[0].count == 6);
  CHECK(paths.directories()[1].path.empty());
  CHECK(paths.directories()[1].count == 1);
}

TEST_CASE("directories past the bound are left out, and no other counts for them") {
  CommonPaths paths;
  for (std::size_t i = 0; i < CommonPaths::max_directories + 50; ++i) {
    paths.add_findings("d" + std::to_string(i) + "/x.py", 1);
    paths.add_to_last(1);
  }
  CHECK(paths.directories().size() == CommonPaths::max_directories);
  for (const CommonPaths::Directory& directory : paths.directories()) CHECK(directory.count == 2);
}

}  // namespace
}  // namespace longhaul::diag::test
