// What messages have in common once the names in them are masked.
#pragma once

#include <string>
#include <string_view>

namespace longhaul::diag {

// `line` with numbers, hexadecimal ids, paths, quoted strings, times and addresses masked, so that lines that
// differ only in those become equal. At most 200 bytes; valid UTF-8 where the input is.
std::string mask(std::string_view line);

// Masks in `message` the words that another message of the same kind has otherwise. Words in quotes are kept:
// they are the example that a reader wants. Messages of different build are left alone.
void generalise(std::string& message, std::string_view other);

// `message` without what stands in quotes and in brackets at its end, as a name for a kind of finding.
std::string bare_message(std::string_view message);

}  // namespace longhaul::diag
