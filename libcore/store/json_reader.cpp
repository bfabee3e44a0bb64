#include "store/json_reader.hpp"

#include "store/load_simdjson.hpp"

namespace longhaul::store {

std::optional<simdjson::dom::element> JsonReader::read(std::string_view document) {
  load_simdjson();
  simdjson::dom::element root;
  if (parser_.parse(document.data(), document.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  return root;
}

bool is_utf8(std::string_view text) {
  load_simdjson();
  const simdjson::implementation* const best = simdjson::get_active_implementation();
  return best->validate_utf8(text.data(), text.size());
}

}  // namespace longhaul::store
