#include "store/json_reader.hpp"

#include "store/load_simdjson.hpp"

namespace longhaul::store {

std::optional<simdjson::dom::element> JsonReader::read(std::string_view document) {
  load_simdjson();
  simdjson::dom::element root;
  if (parser_.parse(document.data(), document.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  return root;
}

bool JsonWalker::begin(std::string_view document, simdjson::ondemand::document& walk) {
  if (document.size() > largest_) return false;
  load_simdjson();
  const simdjson::padded_string_view padded{document, document.size() + simdjson::SIMDJSON_PADDING};
  return parser_.iterate(padded).get(walk) == simdjson::SUCCESS;
}

bool is_utf8(std::string_view text) {
  load_simdjson();
  const simdjson::implementation* const best = simdjson::get_active_implementation();
  return best->validate_utf8(text.data(), text.size());
}

}  // namespace longhaul::store
