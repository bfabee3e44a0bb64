// JSON in: the one place that includes simdjson, and knows how it gets into the program.
//
// simdjson comes as a shared library only, and to load it, with the C++ library that it needs, takes twice as
// long as the rest of a tool's start. Most runs read no JSON: tools are linked without it, and the first
// document loads it.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string_view>

namespace longhaul::store {

class JsonReader {
 public:
  // Documents may have up to `largest` bytes.
  explicit JsonReader(std::size_t largest) : parser_{largest} {}

  // The document, valid until the next call; nothing where it is not valid JSON or too large. Throws
  // core::Error where simdjson cannot be loaded.
  std::optional<simdjson::dom::element> read(std::string_view document);

 private:
  simdjson::dom::parser parser_;
};

// The same without building a tree: the document is walked once, in its order, and where its tokens stand is
// told.
class JsonWalker {
 public:
  explicit JsonWalker(std::size_t largest) : largest_{largest} {}

  // Begins at the document; false where it is too large or not JSON at first sight. What is wrong further
  // inside shows while walking. SIMDJSON_PADDING bytes behind the document must be readable. Throws as
  // JsonReader::read does.
  bool begin(std::string_view document, simdjson::ondemand::document& walk);

 private:
  std::size_t largest_;
  simdjson::ondemand::parser parser_{largest_};
};

// Throws as JsonReader::read does.
bool is_utf8(std::string_view text);

}  // namespace longhaul::store
