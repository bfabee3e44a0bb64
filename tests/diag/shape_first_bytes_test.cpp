// The index finds a shape by a line's first byte, so what first_bytes() says must hold for whatever matches.
#include <doctest/doctest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "diag/format.hpp"
#include "diag/plain_text.hpp"
#include "fixtures.hpp"

namespace longhaul::diag::test {
namespace {

bool may_begin(const Shape& shape, char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (shape.first_bytes()[byte / 64] >> byte % 64U & 1U) != 0;
}

void check_agreement(const Shape& shape, std::string_view line) {
  Fields fields;
  if (line.empty() || shape.head() != LineHead::Kind::none ||
      !shape.match(line, find_line_head(line), fields))
    return;
  CHECK_MESSAGE(may_begin(shape, line.front()), "'" << shape.text() << "' matches '" << line << "'");
}

std::vector<const Shape*> all_shapes() {
  std::vector<const Shape*> shapes;
  for (const Format* format : formats())
    for (const Rule& rule : format->rules) shapes.push_back(&rule.shape);
  return shapes;
}

TEST_CASE(
    "a line that a shape matches begins with one of the shape's first bytes: all lines of all fixtures") {
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

TEST_CASE(
    "a line that a shape matches begins with one of the shape's first bytes: lines made from the shapes") {
  std::mt19937 random{11};
  for (const Shape* shape : all_shapes())
    for (int i = 0; i < 300; ++i) check_agreement(*shape, line_of(shape->text(), random));
}

TEST_CASE("an exception's name may begin with any letter") {
  for (const Shape* shape : all_shapes())
    check_agreement(*shape, "\xC3\x89"
                            "checError: x");
}

TEST_CASE("first bytes are as few as the shape allows") {
  constexpr Shape literal{"Found {total} errors"};
  CHECK(may_begin(literal, 'F'));
  CHECK_FALSE(may_begin(literal, 'f'));
  constexpr Shape optional{"{?[}{total}"};
  CHECK(may_begin(optional, '['));
  CHECK(may_begin(optional, '7'));
  CHECK_FALSE(may_begin(optional, 'a'));
  constexpr Shape code{"{code:A9}"};
  CHECK(may_begin(code, 'Z'));
  CHECK_FALSE(may_begin(code, 'z'));
  constexpr Shape blanks{"{~}x"};
  CHECK(may_begin(blanks, ' '));
  CHECK(may_begin(blanks, '\t'));
  CHECK(may_begin(blanks, 'x'));
  CHECK_FALSE(may_begin(blanks, 'y'));
}

}  // namespace
}  // namespace longhaul::diag::test
