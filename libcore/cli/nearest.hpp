#pragma once

#include <span>
#include <string>
#include <string_view>

namespace longhaul::cli {

// The name most like the word, or empty where none is like it: a typing error or a shortened form, not a
// guess.
std::string_view nearest(std::string_view word, std::span<const std::string_view> names);

// ", did you mean --format?" or nothing: the end of a message.
std::string suggestion(std::string_view word, std::span<const std::string_view> names);

}  // namespace longhaul::cli
