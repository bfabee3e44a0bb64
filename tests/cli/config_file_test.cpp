#include "cli/config_file.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "base/error.hpp"
#include "cli/command_line.hpp"
#include "cli/settings.hpp"

using namespace longhaul;

namespace {

using Words = std::vector<std::string>;

std::string problem(std::string_view text) {
  try {
    cli::parse_config(text, "c.toml");
    return {};
  } catch (const core::Error& error) {
    return error.message;
  }
}

// Options of a tool, read from a configuration file and a command line.
struct Tool {
  std::uint64_t max = 500;
  std::vector<std::string> tags;
  bool quiet = false;
  std::string config;
  std::string file = "longhaul_config_test.toml";

  std::string read(std::string_view text, std::vector<const char*> words = {}) {
    std::ofstream{file} << text;
    words.insert(words.begin(), {"tool", "--config", file.c_str()});
    cli::Options options;
    options.size("--max", max, "");
    options.list("--tag", tags, "TAG", "");
    options.flag("--quiet", quiet, "");
    options.text("--config", config, "FILE", "");
    std::string said;
    try {
      cli::apply(options, cli::read_command_line(options, static_cast<int>(words.size()), words.data()));
    } catch (const core::Error& error) {
      said = error.message;
    }
    std::remove(file.c_str());
    return said;
  }
};

}  // namespace

TEST_CASE("the flat part of TOML is read") {
  const auto entries = cli::parse_config("# a comment\r\n"
                                         "max = \"10MB\"  # another\n"
                                         "\n"
                                         "count = 1_000\n"
                                         "rate = -1.5e3\n"
                                         "quiet = true\n"
                                         "'single' = 'C:\\dir # no comment'\n"
                                         "\"quoted\" = \"a\\tb\\\"c\\\\\"\n"
                                         "tag = [ \"a, b\",  # first\n  'c', ]\n"
                                         "none = []",
                                         "c.toml");
  REQUIRE(entries.size() == 8);
  CHECK(entries[0].key == "max");
  CHECK(entries[0].values == Words{"10MB"});
  CHECK(entries[0].line == 2);
  CHECK(entries[1].values == Words{"1000"});
  CHECK(entries[2].values == Words{"-1.5e3"});
  CHECK(entries[3].values == Words{"true"});
  CHECK(entries[4].values == Words{"C:\\dir # no comment"});
  CHECK(entries[5].values == Words{"a\tb\"c\\"});
  CHECK(entries[6].values == Words{"a, b", "c"});
  CHECK(entries[7].values.empty());
  CHECK(entries[7].line == 11);
}

TEST_CASE("anything else is refused with its line") {
  CHECK(problem("a = 1\n[table]\n") == "c.toml:2: tables are not used here, only key = value");
  CHECK(problem("a").starts_with("c.toml:1: 'a' has no value"));
  CHECK(problem("= 1").starts_with("c.toml:1: a line is"));
  CHECK(problem("a = word").starts_with("c.toml:1: a value is"));
  CHECK(problem("a = ").starts_with("c.toml:1: a value is"));
  CHECK(problem("a = \"x") == "c.toml:1: a quote is not closed");
  CHECK(problem("a = \"x\ny\"") == "c.toml:1: a quote is not closed");
  CHECK(problem("a = \"\\q\"").starts_with("c.toml:1: an escape is"));
  CHECK(problem("a = 1 2").starts_with("c.toml:1: more text after"));
  CHECK(problem("a = [1").starts_with("c.toml:1: an array ends"));
  CHECK(problem("a = [").starts_with("c.toml:1: a value is"));
  CHECK(problem("a = 1\na = 2") == "c.toml:2: 'a' is given twice");
  CHECK(problem(std::string_view{"\0", 1}).starts_with("c.toml:1: a line is"));
}

TEST_CASE("options are read from the file, and the command line wins") {
  Tool tool;
  CHECK(tool.read("max = \"4k\"\ntag = [\"a\", \"b\"]\nquiet = true\n", {"--max", "7"}) == "");
  CHECK(tool.max == 7);
  CHECK(tool.tags == Words{"a", "b"});
  CHECK(tool.quiet);
}

TEST_CASE("a list on the command line replaces the file's") {
  Tool tool;
  CHECK(tool.read("tag = [\"a\"]\n", {"--tag", "z"}) == "");
  CHECK(tool.tags == Words{"z"});
}

TEST_CASE("what does not fit is a usage error that names the line") {
  CHECK(Tool{}.read("\nmx = 1\n") == "longhaul_config_test.toml:2: unknown key 'mx', did you mean max?");
  CHECK(Tool{}.read("config = \"x\"\n") == "longhaul_config_test.toml:1: unknown key 'config'");
  CHECK(Tool{}.read("max = [1, 2]\n") == "longhaul_config_test.toml:1: 'max' takes one value, not an array");
  CHECK(Tool{}.read("quiet = 1\n") == "longhaul_config_test.toml:1: 'quiet' is true or false");
  CHECK(Tool{}.read("max = \"x\"\n").starts_with("longhaul_config_test.toml:1: max: 'x' is not a size"));
}
