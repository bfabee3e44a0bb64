#include "json_row.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/base64.hpp"
#include "base/utf8.hpp"
#include "store/json_writer.hpp"

namespace longhaul::dbprune {
namespace {

using store::append_json_string;
using store::Blob;
using store::Value;

bool is_utf8_text(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = core::utf8_sequence(text, at);
    if (size == 0) return false;
    at += size;
  }
  return true;
}

void append_real(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out.append("{\"real\":\"").append(number > 0 ? "inf" : "-inf").append("\"}");
    return;
  }
  std::array<char, 32> digits{};
  const std::string_view text{digits.data(), std::to_chars(digits.begin(), digits.end(), number).ptr};
  out += text;
  // A whole number would be read as an integer.
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void append_value(std::string& out, const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    out += std::to_string(*whole);
  } else if (const auto* real = std::get_if<double>(&value)) {
    append_real(out, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    if (is_utf8_text(*text))
      append_json_string(out, *text);
    else
      out.append("{\"text64\":\"").append(core::base64(*text)).append("\"}");
  } else if (const auto* blob = std::get_if<Blob>(&value)) {
    out.append("{\"base64\":\"").append(core::base64(blob->bytes)).append("\"}");
  } else {
    out += "null";
  }
}

bool parse_special(simdjson::dom::object object, Value& value) {
  for (const auto& [kind, content] : object) {
    std::string_view text;
    if (content.get(text) != simdjson::SUCCESS) return false;
    if (kind == "real") {
      constexpr double infinity = std::numeric_limits<double>::infinity();
      value = text == "-inf" ? -infinity : infinity;
      return true;
    }
    auto bytes = core::from_base64(text);
    if (!bytes || (kind != "base64" && kind != "text64")) return false;
    if (kind == "base64")
      value = Blob{std::move(*bytes)};
    else
      value = std::move(*bytes);
    return true;
  }
  return false;
}

bool parse_value(simdjson::dom::element element, Value& value) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::INT64: value = element.get_int64().value_unsafe(); return true;
    case element_type::DOUBLE: value = element.get_double().value_unsafe(); return true;
    case element_type::STRING: value = std::string{element.get_string().value_unsafe()}; return true;
    case element_type::NULL_VALUE: value = std::monostate{}; return true;
    case element_type::OBJECT: return parse_special(element.get_object().value_unsafe(), value);
    default: return false;
  }
}

}  // namespace

void append_json_row(std::string& out, const Table& table, const std::vector<Value>& key,
                     const std::vector<Value>& values) {
  out += row_begins;
  append_json_string(out, table.name);
  if (table.has_rowid && !table.rowid_is_column) {
    out += ",\"rowid\":";
    append_value(out, key.front());
  }
  out += ",\"row\":{";
  bool first = true;
  auto value = values.begin();
  for (const Column& column : table.columns) {
    if (column.generated) continue;
    if (!first) out += ',';
    first = false;
    append_json_string(out, column.name);
    out += ':';
    append_value(out, *value++);
  }
  out += "}}\n";
}

std::optional<ArchivedRow> parse_json_row(store::JsonReader& reader, std::string_view line) {
  const auto document = reader.read(line);
  if (!document) return std::nullopt;
  ArchivedRow row;
  std::string_view table;
  simdjson::dom::object members;
  if ((*document)["table"].get(table) != simdjson::SUCCESS ||
      (*document)["row"].get(members) != simdjson::SUCCESS)
    return std::nullopt;
  row.table = table;
  std::int64_t rowid = 0;
  if ((*document)["rowid"].get(rowid) == simdjson::SUCCESS) row.rowid = rowid;
  for (const auto& [name, element] : members) {
    row.columns.emplace_back(name);
    if (!parse_value(element, row.values.emplace_back())) return std::nullopt;
  }
  return row;
}

}  // namespace longhaul::dbprune
