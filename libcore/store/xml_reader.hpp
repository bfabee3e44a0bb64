// Reads XML as it streams in, by expat: elements, attributes and texts, one after the other.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace longhaul::store {

// What is read, in the order it stands there. The views are valid during the call.
class XmlHandler {
 public:
  class Attributes {
   public:
    explicit Attributes(const char* const* pairs) : pairs_{pairs} {}
    // Empty where there is none.
    [[nodiscard]] std::string_view operator[](std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const;

   private:
    const char* const* pairs_;
  };

  virtual void begin(std::string_view element, const Attributes& attributes) = 0;
  virtual void text(std::string_view piece) = 0;
  virtual void end(std::string_view element) = 0;

 protected:
  ~XmlHandler() = default;
};

// Elements side by side are read like those of one document: what stands around them may be missing. What
// declares an encoding or a document type is passed over; UTF-8 is assumed.
class XmlReader {
 public:
  // A tag is no longer, and what is longer is not well-formed here.
  static constexpr std::size_t longest_tag = std::size_t{1} << 20U;

  enum class Status { more, done, malformed };

  // The handler outlives this object.
  explicit XmlReader(XmlHandler& handler);
  ~XmlReader();
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  void begin();
  // Done where the first element has ended.
  Status feed(std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace longhaul::store
