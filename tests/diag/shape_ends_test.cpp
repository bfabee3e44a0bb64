// The index finds a shape by how a line begins and ends, so what a shape says of that must hold for whatever
// matches.
#include <doctest/doctest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "diag/format.hpp"
#include "diag/line_forms.hpp"
#include "diag/plain_text.hpp"
#include "fixtures.hpp"

namespace longhaul::diag::test {
namespace {

bool may_begin(const Shape& shape, std::string_view line) {
  const std::size_t ink = indent_of(line);
  return ink < line.size() && (ink == 0 ? shape.at_margin() : shape.indented()).has(line[ink]);
}

void check_agreement(const Shape& shape, std::string_view line) {
  line = trim_end(line);
  Fields fields;
  if (line.empty() || !shape.match(line, find_line_head(line), fields)) return;
  CHECK_MESSAGE(shape.last().has(line.back()), "'" << shape.text() << "' matches '" << line << "'");
  if (shape.head() == LineHead::Kind::none)
    CHECK_MESSAGE(may_begin(shape, line), "'" << shape.text() << "' matches '" << line << "'");
}

std::vector<const Shape*> all_shapes() {
  std::vector<const Shape*> shapes;
  for (const Format* format : formats())
    for (const Rule& rule : format->rules) shapes.push_back(&rule.shape);
  return shapes;
}

TEST_CASE("a line that a shape matches begins and ends as the shape says: all lines of all fixtures") {
  // Lines whose beginning was seen with the same shape's outcome add nothing: one of each first 40 bytes is
  // enough.
  std::set<std::string> lines;
  std::string scratch;
  for (const Fixture& fixture : all_fixtures()) {
    std::string_view text = fixture.text;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      lines.emplace(plain_text(text.substr(0, std::min<std::size_t>(end, 200)), scratch));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }
  CHECK(lines.size() > 1000);
  std::mt19937 random{7};
  const auto shapes = all_shapes();
  std::size_t looked_at = 0;
  for (const std::string& line : lines) {
    if (random() % 8 != 0) continue;  // an eighth, to stay fast
    ++looked_at;
    for (const Shape* shape : shapes) check_agreement(*shape, line);
  }
  CHECK(looked_at > 200);
}

// A line made from the text of a shape, its fields replaced by something.
std::string line_of(std::string_view shape, std::mt19937& random) {
  static const std::vector<std::string> pieces{"",     " ",   "3",   "a",       "F401", "error", "-Wx",
                                               "a.py", "TS1", "gcc", "reportX", "=",    "  x y"};
  std::string line;
  while (!shape.empty()) {
    const std::size_t brace = shape.find('{');
    line += shape.substr(0, brace);
    if (brace == std::string_view::npos) break;
    const std::size_t end = shape.find('}', brace);
    const std::string_view field = shape.substr(brace + 1, end - brace - 1);
    const std::size_t text = field.starts_with("?")      ? 1
                             : field.starts_with("fix:") ? 4
                             : field.starts_with("*:")   ? 2
                                                         : field.size();
    line += text < field.size() && random() % 2 == 0 ? std::string{field.substr(text)}
                                                     : pieces[random() % pieces.size()];
    shape.remove_prefix(end + 1);
  }
  return line;
}

TEST_CASE("a line that a shape matches begins and ends as the shape says: lines made from the shapes") {
  std::mt19937 random{11};
  for (const Shape* shape : all_shapes())
    for (int i = 0; i < 300; ++i) check_agreement(*shape, line_of(shape->text(), random));
}

TEST_CASE("an exception's name may begin with any letter") {
  for (const Shape* shape : all_shapes())
    check_agreement(*shape, "\xC3\x89"
                            "checError: x");
}

TEST_CASE("how a line begins and ends is as narrow as the shape allows") {
  constexpr Shape literal{"Found {total} errors"};
  CHECK(may_begin(literal, "F"));
  CHECK_FALSE(may_begin(literal, "f"));
  CHECK_FALSE(may_begin(literal, " F"));
  CHECK(literal.last().has('s'));
  CHECK_FALSE(literal.last().has('r'));
  constexpr Shape optional{"{?[}{total}"};
  CHECK(may_begin(optional, "["));
  CHECK(may_begin(optional, "7"));
  CHECK_FALSE(may_begin(optional, "a"));
  CHECK_FALSE(may_begin(optional, " 7"));
  CHECK(optional.last().has('7'));
  CHECK_FALSE(optional.last().has('a'));
  constexpr Shape code{"{code:A9}{?]}"};
  CHECK(may_begin(code, "Z"));
  CHECK_FALSE(may_begin(code, "z"));
  CHECK(code.last().has('1'));
  CHECK(code.last().has(']'));
  CHECK_FALSE(code.last().has('Z'));
  constexpr Shape maybe_indented{"{~}x"};
  CHECK(may_begin(maybe_indented, " x"));
  CHECK(may_begin(maybe_indented, "\tx"));
  CHECK(may_begin(maybe_indented, "x"));
  CHECK_FALSE(may_begin(maybe_indented, "y"));
  CHECK_FALSE(may_begin(maybe_indented, " y"));
  constexpr Shape indented{"  {count} of"};
  CHECK(may_begin(indented, "  1"));
  CHECK_FALSE(may_begin(indented, "1"));
  CHECK_FALSE(may_begin(indented, "  o"));
  constexpr Shape path{"{file}: no"};
  CHECK(may_begin(path, "a"));
  CHECK_FALSE(may_begin(path, " a"));
}

}  // namespace
}  // namespace longhaul::diag::test
