#include "cli/command_line.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "cli/settings.hpp"

using namespace longhaul;

namespace {

enum class Format { text, json };

// A small tool's settings, and the reading of a command line into them.
struct Tool {
  std::uint64_t max = 500;
  Format format = Format::text;
  std::string name = "unset";
  std::vector<std::string> tags;
  bool quiet = false;
  bool run = false;
  int level = 0;
  std::chrono::nanoseconds wait{};
  std::vector<std::string> files;
  std::vector<std::string> command;
  bool takes_files = true;

  void describe(cli::Options& options) {
    options.size("--max", max, "");
    options.choice("-f,--format", format, {{"text", Format::text}, {"json", Format::json}}, "");
    options.text("-n,--name", name, "NAME", "");
    options.list("-t,--tag", tags, "TAG", "");
    options.flag("-q,--quiet", quiet, "");
    options.flag("--run", run, "");
    options.number("--level", level, "N", "");
    options.duration("--wait", wait, "");
    if (takes_files) options.files("FILE", files, "");
    options.command(command, "", &run);
  }

  void read(std::vector<const char*> words) {
    words.insert(words.begin(), "tool");
    cli::Options options;
    describe(options);
    cli::apply(options, cli::read_command_line(options, static_cast<int>(words.size()), words.data()));
  }

  // The message of the usage error, or nothing.
  std::string problem(const std::vector<const char*>& words) {
    try {
      read(words);
      return {};
    } catch (const core::Error& error) {
      return error.message;
    }
  }
};

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("without options the defaults stay") {
  Tool tool;
  tool.read({});
  CHECK(tool.max == 500);
  CHECK(tool.name == "unset");
  CHECK(tool.files.empty());
}

TEST_CASE("values are taken in all usual forms") {
  Tool tool;
  tool.read({"--max=4k", "-fjson", "-n", "-x", "--level", "-3", "--wait", "1h30m", "-q"});
  CHECK(tool.max == 4000);
  CHECK(tool.format == Format::json);
  CHECK(tool.name == "-x");
  CHECK(tool.level == -3);
  CHECK(tool.wait == std::chrono::minutes{90});
  CHECK(tool.quiet);
}

TEST_CASE("short flags may be joined, the last with its value") {
  Tool tool;
  tool.read({"-qnx"});
  CHECK(tool.quiet);
  CHECK(tool.name == "x");
}

TEST_CASE("an option given twice counts the last time") {
  Tool tool;
  tool.read({"--max", "1", "--max", "2"});
  CHECK(tool.max == 2);
}

TEST_CASE("an empty value does not swallow the next word, and is refused") {
  Tool tool;
  CHECK_THROWS_WITH(tool.read({"--name=", "a.log"}), "--name: is empty");
  CHECK_THROWS_WITH(tool.read({"--name", "", "a.log"}), "--name: is empty");
  tool.read({"--name", "--name="});
  CHECK(tool.name == "--name=");
}

TEST_CASE("a list takes one value each time and no operand") {
  Tool tool;
  tool.read({"--tag", "a", "one.log", "-t", "b", "[c,d]", "two.log"});
  CHECK(tool.tags == Words{"a", "b"});
  CHECK(tool.files == Words{"one.log", "[c,d]", "two.log"});
}

TEST_CASE("after -- a word is an operand even if it looks like an option") {
  Tool tool;
  tool.read({"a", "-", "--", "-q", "--", "--max"});
  CHECK(tool.files == Words{"a", "-", "-q", "--", "--max"});
  CHECK_FALSE(tool.quiet);
}

TEST_CASE("a command is kept verbatim") {
  Tool tool;
  tool.read({"--run", "--", "make", "-q", "--", "--max=1", "--name="});
  CHECK(tool.command == Words{"make", "-q", "--", "--max=1", "--name="});
  CHECK_FALSE(tool.quiet);
  CHECK(Tool{}.problem({"--run"}) == "--run: needs a command after --");
  CHECK(Tool{}.problem({"--run", "a", "--", "make"}) == "a: unexpected operand before the command");
}

TEST_CASE("a command that is always wanted stands after --, and may have operands before it") {
  std::vector<std::string> command;
  std::vector<std::string> files;
  bool quiet = false;
  const auto problem = [&](bool takes_files, std::vector<const char*> words) -> std::string {
    words.insert(words.begin(), "tool");
    cli::Options options;
    options.flag("-q,--quiet", quiet, "");
    options.command(command, "");
    if (takes_files) options.files("FILE", files, "");
    try {
      cli::apply(options, cli::read_command_line(options, static_cast<int>(words.size()), words.data()));
    } catch (const core::Error& error) {
      return error.message;
    }
    return {};
  };
  CHECK(problem(false, {"-q", "--", "make", "-q"}) == "");
  CHECK(command == Words{"make", "-q"});
  CHECK(problem(false, {}) == "needs a command after --");
  CHECK(problem(false, {"--"}) == "needs a command after --");
  CHECK(problem(false, {"make"}) == "make: unexpected operand: the command stands after --");
  CHECK(problem(false, {"make", "-j4"}) == "make: unexpected operand: the command stands after --");
  CHECK(problem(false, {"-j4", "make"}) == "-j: unknown option");
  CHECK(problem(true, {"a.log", "--", "make"}) == "");
  CHECK(files == Words{"a.log"});
  CHECK(problem(true, {"a.log"}) == "needs a command after --");
}

TEST_CASE("usage errors name the option and what was wrong") {
  CHECK(Tool{}.problem({"--max", "12q"}).starts_with("--max: '12q' is not a size (accepted: "));
  CHECK(Tool{}.problem({"--max"}) == "--max: needs a value");
  CHECK(Tool{}.problem({"-f"}) == "--format: needs a value");
  CHECK(Tool{}.problem({"--quiet=yes"}) == "--quiet: takes no value");
  CHECK(Tool{}.problem({"--fromat", "x"}) == "--fromat: unknown option, did you mean --format?");
  CHECK(Tool{}.problem({"--form=json"}) == "--form: unknown option, did you mean --format?");
  CHECK(Tool{}.problem({"--zzzzzz"}) == "--zzzzzz: unknown option");
  CHECK(Tool{}.problem({"-qz"}) == "-z: unknown option");
  CHECK(Tool{}.problem({"-5"}) == "-5: unknown option");
  CHECK(Tool{}.problem({"--format", "jsno"}) ==
        "--format: 'jsno' is not one of: text, json, did you mean json?");
  CHECK(Tool{}.problem({"--level", "3x"}) == "--level: '3x' is not a whole number");
  CHECK(Tool{}.problem({"--level", "3000000000"}) == "--level: '3000000000' is out of range");
  CHECK(Tool{}.problem({"--wait", "soon"}).starts_with("--wait: 'soon' is not a duration (accepted: "));
}

TEST_CASE("a tool without operands refuses them") {
  Tool tool;
  tool.takes_files = false;
  CHECK(tool.problem({"a.log"}) == "a.log: unexpected operand");
}
