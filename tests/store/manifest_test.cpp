// What is known of archives: measured, written down, read back.
#include "store/manifest.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/error.hpp"
#include "store/archiver.hpp"
#include "store/json_reader.hpp"
#include "store/zstd_reader.hpp"

namespace longhaul::store {
namespace {

namespace fs = std::filesystem;

struct Place {
  fs::path root = fs::temp_directory_path() / ("longhaul_manifest_" + std::to_string(::getpid()));
  std::string log = (root / "log").string();
  std::string manifest = log + ".manifest";

  Place() {
    fs::remove_all(root);
    fs::create_directories(root);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { fs::remove_all(root); }

  std::string archive(int number, const std::string& text, const std::string& ending = "") const {
    std::string path = log + ".20261124T120000Z-000" + std::to_string(number) + ending;
    std::ofstream{path} << text;
    return path;
  }
  void put(const std::string& text) const { std::ofstream{manifest} << text; }
  std::string said() const {
    std::ostringstream text;
    text << std::ifstream{manifest}.rdbuf();
    return text.str();
  }
  std::vector<Archive> archives() const { return Archives{log}.list(); }
};

bool never() { return false; }

std::string compressed(Compression compression, const std::string& text) {
  return std::string{make_compressor(compression, 6)->member(text)};
}

// Runs an archiver until nothing is left to do; what it warned of.
std::string archive_all(const Place& place, Archiver::Policy policy = {}) {
  std::string warnings;
  policy.manifest = true;
  Archiver archiver{place.log, policy, core::system_time, [&](const core::Error& error) {
                      warnings += error.subject + ": " + error.reason + '\n';
                    }};
  archiver.finish(never);
  return warnings;
}

}  // namespace

TEST_CASE("the checksum is that of FIPS 180-4") {
  Sha256 checksum;
  checksum.add("a");
  checksum.add("bc");
  CHECK(checksum.finish() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(Sha256{}.finish() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("an archive is read as it was measured when it was made") {
  const Place place;
  const std::string text = "one\ntwo\n" + std::string(3'000'000, 'x') + "\nrest";
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    place.archive(1, text);
    archive_all(place, {.compression = compression});
    const std::vector<Archive> all = place.archives();
    REQUIRE(all.size() == 1);
    const auto content = content_of(all[0], never);
    REQUIRE(content);
    CHECK(content->lines == 3);
    CHECK(content->bytes == text.size());
    CHECK(content->size == all[0].size);
    JsonReader reader{longest_manifest_line};
    const std::string said = place.said();
    const auto line = read_manifest_line(std::string_view{said}.substr(0, said.size() - 1), reader);
    REQUIRE(line);
    CHECK(line->content == *content);
    fs::remove(all[0].path);
  }
}

TEST_CASE("an archive that is cut short, damaged or empty is no archive") {
  const Place place;
  for (const Compression compression : {Compression::gzip, Compression::zstd}) {
    const std::string whole = compressed(compression, std::string(1000, 'x') + "some words\n");
    const std::string ending{ending_of(compression)};
    std::string flipped = whole;
    flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 0x55);
    const auto is_read = [&](const std::string& bytes) {
      place.archive(1, bytes, ending);
      return content_of(place.archives().front(), never).has_value();
    };
    CHECK(is_read(whole));
    CHECK(is_read(whole + whole));
    for (std::size_t size = 0; size < whole.size(); ++size)
      CHECK_THROWS_AS(is_read(whole.substr(0, size)), core::Error);
    if (compression == Compression::gzip)
      CHECK_THROWS_AS(is_read(flipped), core::Error);  // zstd: no checksum
    CHECK_THROWS_AS(is_read(whole + "garbage"), core::Error);
    fs::remove(place.archives().front().path);
  }
}

TEST_CASE("a line is read as it was written, and what is none is told") {
  JsonReader reader{longest_manifest_line};
  const ManifestLine line{"a \"log\".20261124T120000Z-0001.gz", {3, 4000, 500, std::string(64, 'a')}, {}};
  const std::string json = line.json();
  const auto read = read_manifest_line(json, reader);
  REQUIRE(read);
  CHECK(read->file == line.file);
  CHECK(read->content == line.content);
  for (std::size_t size = 0; size < json.size(); ++size)
    CHECK_FALSE(read_manifest_line(json.substr(0, size), reader));
  for (const char* other : {"", "{}", "[]", "7", "null", R"({"file":"log"})",
                            R"({"file":7,"lines":1,"bytes":1,"size":1,"sha256":""})",
                            R"({"file":"a","lines":-1,"bytes":1,"size":1,"sha256":""})"})
    CHECK_FALSE(read_manifest_line(other, reader));
  CHECK_FALSE(read_manifest_line("{\"file\":\"" + std::string(5000, 'x') + "\"}", reader));
}

TEST_CASE("a manifest that says what is there is left as it is") {
  const Place place;
  for (int i = 1; i <= 5; ++i) place.archive(i, "x\n");
  archive_all(place);
  Manifest manifest{place.log};
  CHECK(manifest.read(place.archives()) == 0);
  CHECK_FALSE(manifest.changed());
  for (const Archive& each : place.archives()) CHECK(manifest.knows(each));
}

TEST_CASE("lines that say something else are mended") {
  const Place place;
  for (int i = 1; i <= 3; ++i) place.archive(i, std::string(static_cast<std::size_t>(i), '\n'));
  archive_all(place);
  const std::string right = place.said();
  const std::size_t second = right.find('\n') + 1;
  std::string other_size = right;
  other_size.replace(right.find("\"size\":") + 7, 1, "9");
  const struct {
    const char* what;
    std::string said;
    bool warned;
  } cases[] = {{"a line is missing", right.substr(second), false},
               {"nothing is there", "", false},
               {"another order", right.substr(second) + right.substr(0, second), false},
               {"a line twice", right + right.substr(0, second), false},
               {"another size", other_size, false},
               {"torn", right.substr(0, right.size() - 20), true},
               {"without its last end", right.substr(0, right.size() - 1), true},
               {"foreign", "something else\n" + right, true},
               {"foreign, without lines", std::string(3'000'000, 'x'), true}};
  for (const auto& each : cases) {
    CAPTURE(each.what);
    place.put(each.said);
    const std::string warnings = archive_all(place);
    CHECK(place.said() == right);
    CHECK((warnings.find("made anew from the archives") != std::string::npos) == each.warned);
  }
  fs::remove(place.archives().front().path);
  archive_all(place);
  CHECK(place.said() == right.substr(second));
}

TEST_CASE("what is to be compressed, or still written, is not listed") {
  const Place place;
  place.archive(1, "x\n");
  fs::create_directory(place.log + ".20261124T120000Z-0001.gz.tmp");
  const std::string warned = archive_all(place);
  CHECK(warned.find("not compressed") != std::string::npos);
  CHECK(place.said().empty());
  archive_all(place, {.compression = Compression::none, .still_written = place.archives().front().path});
  CHECK(place.said().empty());
  archive_all(place, {.compression = Compression::none});
  CHECK(place.said().find("Z-0001\"") != std::string::npos);
}

TEST_CASE("a damaged archive is told once and not listed") {
  const Place place;
  place.archive(1, "this is no gzip", ".gz");
  place.archive(2, "x\n");
  const std::string warnings = archive_all(place);
  CHECK(warnings.find("not listed in the manifest") != std::string::npos);
  CHECK(warnings.find('\n') == warnings.size() - 1);
  CHECK(place.said().find("0001") == std::string::npos);
  CHECK(place.said().find("0002") != std::string::npos);
}

TEST_CASE("a manifest that cannot be written is told once, and written with the next archive") {
  const Place place;
  fs::create_directories(place.manifest + ".tmp/full");
  int warnings = 0;
  Archiver archiver{
      place.log, {.manifest = true}, core::system_time, [&](const core::Error&) { ++warnings; }};
  for (int i = 1; i <= 3; ++i) {
    place.archive(i, "x\n");
    archiver.added();
    archiver.finish(never);
  }
  CHECK(warnings == 1);
  CHECK_FALSE(fs::exists(place.manifest));
  fs::remove_all(place.manifest + ".tmp");
  place.archive(4, "x\n");
  archiver.added();
  archiver.finish(never);
  const std::string said = place.said();
  CHECK(std::count(said.begin(), said.end(), '\n') == 4);
}

TEST_CASE("a line goes with its archive") {
  const Place place;
  Archiver archiver{
      place.log, {.retention = {.count = 2}, .manifest = true}, core::system_time, [](const core::Error&) {}};
  for (int i = 1; i <= 5; ++i) {
    place.archive(i, "x\n");
    archiver.added();
    archiver.finish(never);
  }
  const std::string said = place.said();
  CHECK(std::count(said.begin(), said.end(), '\n') == 2);
  CHECK(said.find("0004.gz") < said.find("0005.gz"));
}

}  // namespace longhaul::store
