// XML, however it is cut on its way.
#include "store/xml_reader.hpp"

#include <doctest/doctest.h>

#include <string>

namespace longhaul::store {
namespace {

using Status = XmlReader::Status;

// "<a x=1>text</a>" as "a(x=1)text/"
class Told final : public XmlHandler {
 public:
  std::string all;

  void begin(std::string_view element, const Attributes& attributes) override {
    all.append(element);
    if (attributes.has("x")) all.append("(x=").append(attributes["x"]).append(")");
  }
  void text(std::string_view piece) override { all.append(piece); }
  void end(std::string_view) override { all += '/'; }
};

struct Result {
  std::string told;
  Status status;
};

Result read(std::string_view text, std::size_t piece) {
  Told told;
  XmlReader reader{told};
  reader.begin();
  Status status = Status::more;
  for (std::size_t at = 0; at < text.size() && status == Status::more; at += piece)
    status = reader.feed(text.substr(at, piece));
  return {told.all, status};
}

TEST_CASE("a document is read to its end, whatever the pieces are") {
  constexpr std::string_view text =
      "<?xml version='1.0' encoding='latin1'?>\n<!DOCTYPE all>\n<all x='&lt;1&gt;'><one>a &amp; b</one>"
      "<two><![CDATA[<no tag>]]></two></all>behind it";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    const auto [told, status] = read(text, piece);
    CHECK(told == "all(x=<1>)onea & b/two<no tag>//");
    CHECK(status == Status::done);
  }
}

TEST_CASE("what is cut is read as far as it goes") {
  const auto [told, status] = read("<all><one>a</one><two", 100);
  CHECK(told == "allonea/");
  CHECK(status == Status::more);
}

TEST_CASE("what is not well-formed is told") {
  CHECK(read("<all><one></all>", 4).status == Status::malformed);
  CHECK(read("<all>a & b</all>", 4).status == Status::malformed);
  CHECK(read("<all>&unknown;</all>", 4).status == Status::malformed);
}

TEST_CASE("a tag without end is given up, and not kept") {
  CHECK(read("<all x='" + std::string(2 * XmlReader::longest_tag, 'x'), 4096).status == Status::malformed);
  CHECK(read("<?xml " + std::string(2 * XmlReader::longest_tag, 'x'), 4096).status == Status::malformed);
}

}  // namespace
}  // namespace longhaul::store
