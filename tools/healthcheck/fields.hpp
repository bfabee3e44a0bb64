// Lines of fields that may hold anything: in the history, and between the processes of this program.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longhaul::healthcheck {

// One word for a text: %XX stands for blanks, '=', '%' and what a line cannot hold. An empty text is "%".
std::string escaped(std::string_view text);
std::string unescaped(std::string_view word);

// The words between single blanks.
std::vector<std::string_view> words_of(std::string_view line);
std::optional<double> number_of(std::string_view word);

}  // namespace longhaul::healthcheck
