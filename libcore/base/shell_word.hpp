// A text as one word of a shell command.
#pragma once

#include <string>
#include <string_view>

namespace longhaul::core {

// In quotes where it needs them. Nothing in it is run, expanded or divided by a POSIX shell, eval included.
std::string shell_word(std::string_view text);
// The same for a path that a command takes as an operand: "./-x" for "-x".
std::string shell_path(std::string_view path);

}  // namespace longhaul::core
