#include "cli/config_file.hpp"

#include <doctest/doctest.h>

#include <deque>
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

TEST_CASE("the keys of TOML are read in their order") {
  const auto config = cli::parse_config("# a comment\r\n"
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
  const auto& entries = config.entries;
  REQUIRE(entries.size() == 8);
  CHECK(entries[0].key == "max");
  CHECK(entries[0].values == Words{"10MB"});
  CHECK(entries[0].line == 2);
  CHECK(entries[1].values == Words{"1000"});
  CHECK(entries[2].values == Words{"-1500"});
  CHECK(entries[3].values == Words{"true"});
  CHECK(entries[4].values == Words{"C:\\dir # no comment"});
  CHECK(entries[5].values == Words{"a\tb\"c\\"});
  CHECK(entries[6].values == Words{"a, b", "c"});
  CHECK(entries[7].values.empty());
  CHECK(entries[7].line == 11);
}

TEST_CASE("anything else is refused with its line") {
  for (const std::string_view wrong :
       {"a", "= 1", "a = word", "a = ", "a = \"x", "a = \"x\ny\"", "a = \"\\q\"", "a = 1 2", "a = [1",
        "a = [", "a = 1\na = 2", "a = 2026-01-01"})
    CHECK_MESSAGE(problem(wrong).starts_with("c.toml:"), wrong);
  CHECK(problem("a = 1\nb = \"x").starts_with("c.toml:2: "));
  CHECK(problem("a = 1\na = 2").find('\n') == std::string::npos);
  CHECK(problem("[a]\n[a.b]\nc = 1\n") == "c.toml:2: 'b' is a section within a section");
  CHECK(problem(std::string_view{"\0", 1}).starts_with("c.toml:1: "));
}

TEST_CASE("sections come one by one, each with its own keys") {
  const auto config = cli::parse_config("a = 1\n[[rule]]\nb = 2\n[[rule]]\nb = 3\nc = 4\n", "c.toml");
  CHECK(config.entries.size() == 1);
  REQUIRE(config.sections.size() == 2);
  CHECK(config.sections[0].name == "rule");
  CHECK(config.sections[1].entries.size() == 2);
  CHECK(config.sections[1].entries[1].line == 6);
}

TEST_CASE("a group has sections of two names, and is one itself where it has keys") {
  constexpr std::string_view groups[] = {"pool"};
  const auto config = cli::parse_config(
      "[pool.start]\na = 1\n[pool.stop]\n[run]\n[[pool.each]]\n[[pool.each]]\n", "c.toml", groups);
  std::vector<std::string> names;
  for (const auto& section : config.sections) names.push_back(section.name);
  CHECK(names == Words{"pool.start", "pool.stop", "run", "pool.each", "pool.each"});
  const auto own = cli::parse_config("[pool]\nb = 1\nstop.c = 2\n", "c.toml", groups);
  REQUIRE(own.sections.size() == 2);
  CHECK(own.sections[0].name == "pool");
  CHECK(own.sections[0].entries.size() == 1);
  CHECK(own.sections[1].name == "pool.stop");
  CHECK_THROWS_AS(cli::parse_config("[pool.start.more]\n", "c.toml", groups), core::Error);
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

TEST_CASE("each section fills a variable of its own, and an unknown one is named") {
  std::vector<std::string> names;
  const auto read = [&](std::string_view text) -> std::string {
    const std::string file = "longhaul_section_test.toml";
    std::ofstream{file} << text;
    const char* words[] = {"tool", "--config", file.c_str()};
    std::string config;
    std::deque<std::string> rules;
    cli::Options options;
    options.text("--config", config, "FILE", "");
    options.section("rule", "",
                    [&](cli::Options& keys) { keys.text("--name", rules.emplace_back(), "NAME", ""); });
    std::string said;
    try {
      cli::apply(options, cli::read_command_line(options, 3, words));
    } catch (const core::Error& error) {
      said = error.message;
    }
    std::remove(file.c_str());
    names.assign(rules.begin(), rules.end());
    return said;
  };
  CHECK(read("[[rule]]\nname = 'x'\n[[rule]]\n[[rule]]\nname = 'y'\n") == "");
  CHECK(names == Words{"x", "", "y"});
  CHECK(read("[[rul]]\n") == "longhaul_section_test.toml:1: unknown section 'rul', did you mean rule?");
  CHECK(read("[[rule]]\nnam = 'x'\n") ==
        "longhaul_section_test.toml:2: unknown key 'nam', did you mean name?");
}

TEST_CASE("what does not fit is a usage error that names the line") {
  CHECK(Tool{}.read("\nmx = 1\n") == "longhaul_config_test.toml:2: unknown key 'mx', did you mean max?");
  CHECK(Tool{}.read("config = \"x\"\n") == "longhaul_config_test.toml:1: unknown key 'config'");
  CHECK(Tool{}.read("max = [1, 2]\n") == "longhaul_config_test.toml:1: 'max' takes one value, not an array");
  CHECK(Tool{}.read("quiet = 1\n") == "longhaul_config_test.toml:1: 'quiet' is true or false");
  CHECK(Tool{}.read("max = \"x\"\n").starts_with("longhaul_config_test.toml:1: max: 'x' is not a size"));
}
