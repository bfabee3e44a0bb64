// The record does not depend on how the input arrives.
#include "diag/analyser.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "diag/render.hpp"
#include "fixtures.hpp"

namespace longhaul::diag::test {
namespace {

// About sixty, of every tool, none so long that byte by byte takes seconds.
std::vector<Fixture> some_fixtures() {
  std::vector<Fixture> all = all_fixtures();
  std::erase_if(all, [](const Fixture& each) { return each.text.size() > 60'000; });
  std::vector<Fixture> some;
  const std::size_t step = std::max<std::size_t>(all.size() / 60, 1);
  for (std::size_t i = 0; i < all.size(); i += step) some.push_back(all[i]);
  return some;
}

std::string record_in_chunks(std::string_view text, std::size_t chunk) {
  Analyser analyser;
  for (std::size_t at = 0; at < text.size(); at += chunk) analyser.feed(text.substr(at, chunk));
  return render_json(analyser.finish(), 0);
}

TEST_CASE("any chunking of the input gives the same record") {
  for (const Fixture& fixture : some_fixtures()) {
    const std::string whole = render_json(summary_of(fixture.text), 0);
    for (const std::size_t chunk : {7U, 1000U, 4096U})
      CHECK_MESSAGE(record_in_chunks(fixture.text, chunk) == whole, fixture.name << " by " << chunk);
  }
}

TEST_CASE("the record is the same byte by byte") {
  for (const Fixture& fixture : some_fixtures()) {
    CHECK_MESSAGE(record_in_chunks(fixture.text, 1) == render_json(summary_of(fixture.text), 0),
                  fixture.name);
  }
}

TEST_CASE("line ends of either kind give the same counts") {
  for (const Fixture& fixture : some_fixtures()) {
    std::string text;
    for (const char c : fixture.text) {
      if (c == '\n' && !text.ends_with('\r')) text += '\r';
      text += c;
    }
    const Summary lf = summary_of(fixture.text);
    const Summary crlf = summary_of(text);
    CHECK_MESSAGE(crlf.total == lf.total, fixture.name);
    CHECK_MESSAGE(crlf.errors == lf.errors, fixture.name);
    CHECK_MESSAGE(crlf.files == lf.files, fixture.name);
    CHECK_MESSAGE(crlf.groups.size() == lf.groups.size(), fixture.name);
  }
}

}  // namespace
}  // namespace longhaul::diag::test
