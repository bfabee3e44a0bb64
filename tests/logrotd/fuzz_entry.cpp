// Whatever goes in, what comes out is valid JSON where it was, and never longer.
#include <cstdlib>
#include <string>

#include "pipeline.hpp"
#include "store/json_reader.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace longhaul;
  using namespace longhaul::logrotd;
  if (size < 1) return 0;
  Rules rules;
  rules.max_value = data[0] & 1U ? 40 : 500;
  rules.redact = (data[0] & 2U) != 0;
  std::string line{reinterpret_cast<const char*>(data) + 1, size - 1};
  for (char& c : line)
    if (c == '\n') c = ' ';
  line += '\n';
  const std::size_t whole = line.size();
  line.append(EntryReader::padding, ' ');
  std::string out;
  Statistics statistics;
  Pipeline pipeline{rules, statistics, core::system_time, [&](std::string_view lines) { out += lines; },
                    [](const core::Error&) { std::abort(); }};
  pipeline.lines(std::string_view{line}.substr(0, whole));
  require(out.size() <= whole);
  require(out.ends_with('\n'));
  store::JsonReader reader{std::size_t{1} << 20U};
  const bool was_json = reader.read(std::string_view{line}.substr(0, whole - 1)).has_value();
  if (was_json) require(reader.read(std::string_view{out}.substr(0, out.size() - 1)).has_value());
  return 0;
}
