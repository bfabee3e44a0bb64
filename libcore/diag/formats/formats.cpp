#include <algorithm>

#include "diag/format.hpp"
#include "diag/formats/declared.hpp"

namespace longhaul::diag {
namespace {

constexpr const Format* all[] = {
    &declared::ruff,   &declared::flake8, &declared::pylint, &declared::mypy, &declared::pyright,
    &declared::pytest, &declared::python, &declared::eslint, &declared::tsc,  &declared::jest,
    &declared::vitest, &declared::gcc,    &declared::clang,  &declared::make,
};

constexpr KindName kind_names[kind_count] = {
    {"build_failure", "build error", "build errors"},
    {"runtime_error", "uncaught exception", "uncaught exceptions"},
    {"network_error", "network error", "network errors"},
    {"test_failure", "failed test", "failed tests"},
    {"typecheck", "type error", "type errors"},
    {"linter", "linting error", "linting errors"},
    {"unknown", "error", "errors"},
};

}  // namespace

std::span<const Format* const> formats() { return all; }

const Format* find_format(std::string_view name) {
  const auto found = std::find_if(std::begin(all), std::end(all),
                                  [&](const Format* format) { return format->name == name; });
  return found == std::end(all) ? nullptr : *found;
}

const KindName& name_of(Kind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

}  // namespace longhaul::diag
