#include "store/xml_reader.hpp"

#include <expat.h>

#include <algorithm>
#include <new>
#include <string>

namespace longhaul::store {
namespace {

struct Free {
  void operator()(XML_ParserStruct* parser) const { XML_ParserFree(parser); }
};

}  // namespace

struct XmlReader::State {
  XmlHandler& handler;
  std::unique_ptr<XML_ParserStruct, Free> parser{};
  std::size_t depth = 0;    // within the element around all
  std::size_t unread = 0;   // bytes since something was read
  std::string declaration;  // what stands before the first element, as far as it is known
  bool in_document = false;
  bool is_done = false;

  // All pieces of a text are fed until it ends, and nothing behind it is lost: an end stops the parser.
  static void XMLCALL begin_element(void* self, const char* name, const char** attributes) {
    auto& state = *static_cast<State*>(self);
    state.unread = 0;
    if (state.depth++ != 0) state.handler.begin(name, XmlHandler::Attributes{attributes});
  }
  static void XMLCALL end_element(void* self, const char* name) {
    auto& state = *static_cast<State*>(self);
    state.unread = 0;
    if (--state.depth == 0) return;
    state.handler.end(name);
    if (state.depth == 1) {
      state.is_done = true;
      XML_StopParser(state.parser.get(), XML_FALSE);
    }
  }
  static void XMLCALL text(void* self, const char* piece, int length) {
    auto& state = *static_cast<State*>(self);
    state.unread = 0;
    if (state.depth > 1) state.handler.text({piece, static_cast<std::size_t>(length)});
  }

  bool parse(std::string_view piece) const {
    return XML_Parse(parser.get(), piece.data(), static_cast<int>(piece.size()), XML_FALSE) == XML_STATUS_OK;
  }

  // The part of the text that is behind "<?xml ...?>" and "<!DOCTYPE ...>"; nothing where that is still to
  // come.
  std::string_view document(std::string_view piece) {
    if (in_document) return piece;
    declaration += piece;
    std::string_view rest = declaration;
    while (true) {
      rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
      if (rest.size() < 2) return {};
      if (rest[1] != '?' && rest[1] != '!') break;
      const auto end = rest.find('>');
      if (end == std::string_view::npos) return {};
      rest.remove_prefix(end + 1);
    }
    in_document = true;
    return rest;
  }
};

bool XmlHandler::Attributes::has(std::string_view name) const {
  for (const char* const* pair = pairs_; *pair != nullptr; pair += 2)
    if (name == *pair) return true;
  return false;
}

std::string_view XmlHandler::Attributes::operator[](std::string_view name) const {
  for (const char* const* pair = pairs_; *pair != nullptr; pair += 2)
    if (name == *pair) return pair[1];
  return {};
}

XmlReader::XmlReader(XmlHandler& handler)
    : state_{std::make_unique<State>(State{.handler = handler, .declaration = {}})} {}
XmlReader::~XmlReader() = default;

void XmlReader::begin() {
  State& state = *state_;
  state.parser.reset(XML_ParserCreate("UTF-8"));
  if (!state.parser) throw std::bad_alloc{};
  XML_SetUserData(state.parser.get(), &state);
  XML_SetElementHandler(state.parser.get(), State::begin_element, State::end_element);
  XML_SetCharacterDataHandler(state.parser.get(), State::text);
  state.depth = state.unread = 0;
  state.declaration.clear();
  state.in_document = state.is_done = false;
  (void)state.parse("<all>");
}

XmlReader::Status XmlReader::feed(std::string_view text) {
  State& state = *state_;
  const std::string_view piece = state.document(text);
  state.unread += text.size();
  const bool is_well_formed = piece.empty() || state.parse(piece);
  if (state.in_document) state.declaration = {};
  if (state.is_done) return Status::done;
  return is_well_formed && state.unread <= longest_tag ? Status::more : Status::malformed;
}

}  // namespace longhaul::store
