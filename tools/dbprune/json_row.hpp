// A row as a line of JSON, without any loss: {"table":"tasks","rowid":7,"row":{"id":"a","at":1.5}}. What JSON
// does not have is an object with one member: {"base64":"…"} a blob, {"text64":"…"} text that is not UTF-8,
// {"real":"inf"}.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "archive.hpp"
#include "store/json_reader.hpp"

namespace longhaul::dbprune {

inline constexpr std::string_view row_begins = "{\"table\":";
void append_json_row(std::string& out, const Table& table, const std::vector<store::Value>& key,
                     const std::vector<store::Value>& values);

// Nothing where the line is no such row.
std::optional<ArchivedRow> parse_json_row(store::JsonReader& reader, std::string_view line);

}  // namespace longhaul::dbprune
