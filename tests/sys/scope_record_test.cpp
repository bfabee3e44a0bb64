#include "sys/scope_record.hpp"

#include <doctest/doctest.h>

using namespace longhaul::sys;

namespace {

ScopeRecord example() {
  ScopeRecord record;
  record.id = "12-345";
  record.front = {12, 345};
  record.kind = "slot";
  record.name = "name";
  record.slot = "s";
  record.started = std::chrono::sys_seconds{std::chrono::seconds{1'760'000'000}};
  record.isolation = Isolation::cgroup;
  record.cgroup = "/sys/fs/cgroup/a b\nc\\n";
  record.folder = "/tmp/x";
  record.cleanup = {"/tmp/a b", "/tmp/c"};
  record.command = {"sh", "-c", "two\nlines \\ and a backslash\\n", ""};
  record.usage.processes_peak = 7;
  record.usage.memory_peak = 123456789;
  return record;
}

}  // namespace

TEST_CASE("a record is read as it was written, whatever its values hold") {
  const ScopeRecord read = parse_record(text_of(example()) + guardian_line(13) + stray_line({14, 400}));
  CHECK(read.id == "12-345");
  CHECK(read.front == example().front);
  CHECK(read.kind == "slot");
  CHECK(read.name == "name");
  CHECK(read.slot == "s");
  CHECK(read.started == example().started);
  CHECK(read.isolation == Isolation::cgroup);
  CHECK(read.cgroup == example().cgroup);
  CHECK(read.folder == "/tmp/x");
  CHECK(read.cleanup == example().cleanup);
  CHECK(read.command == example().command);
  CHECK(read.usage.processes_peak == 7);
  CHECK(read.usage.memory_peak == 123456789);
  CHECK(read.guardian == 13);
  REQUIRE(read.strays.size() == 1);
  CHECK(read.strays[0] == longhaul::sys::ProcessId{14, 400});
}

TEST_CASE("a record that is cut off anywhere, or is garbage, is read as far as it goes") {
  const std::string text = text_of(example());
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const ScopeRecord read = parse_record(std::string_view{text}.substr(0, size));
    CHECK((read.id.empty() || read.id == "12-345"));
  }
  CHECK(parse_record("no\n\n  \nguardian x\nstray 1\nusage =\nisolation none\n").strays.empty());
}

TEST_CASE("the line of usage keeps its width, so that it can be written over") {
  ScopeUsage usage;
  CHECK(usage_line(usage).size() == usage_width);
  usage.processes_started = usage.processes_peak = usage.descriptors_first = usage.descriptors_last =
      99'999'999;
  usage.descriptors_peak = usage.sockets_peak = usage.threads_peak = 99'999'999;
  usage.memory_peak = 1ULL << 50U;
  usage.seconds_watched = 99'999'999;
  CHECK(usage_line(usage).size() == usage_width);
  CHECK(usage_line(usage).find('\n') == usage_width - 1);
}

TEST_CASE("the line of the guardian keeps its width") {
  CHECK(guardian_line(0).size() == guardian_line(4'194'304).size());
  CHECK(parse_record(guardian_line(4'194'304)).guardian == 4'194'304);
}

TEST_CASE("an id is a process and its start, and nothing else") {
  CHECK(parse_id("12-345") == longhaul::sys::ProcessId{12, 345});
  CHECK(parse_id("12-345-1") == longhaul::sys::ProcessId{12, 345});
  for (const auto* wrong : {"", "12", "12-", "-345", "12-345x", "x12-345", "12 345", "0-1", "new.12-345",
                            "12-345-", "12-345-x", "12-345-1-2"})
    CHECK_FALSE(parse_id(wrong));
}

TEST_CASE("descriptors have a trend after a minute") {
  ScopeUsage usage;
  usage.descriptors_first = 10;
  usage.descriptors_last = 20;
  usage.seconds_watched = 59;
  CHECK_FALSE(usage.descriptors_per_hour());
  usage.seconds_watched = 3600;
  CHECK(usage.descriptors_per_hour() == doctest::Approx(10));
}
