#include <algorithm>

#include "diag/format.hpp"
#include "diag/formats/declared.hpp"

namespace longhaul::diag {
namespace {

constexpr const Format* all[] = {
    &declared::ruff,
    &declared::flake8,
    &declared::pycodestyle,
    &declared::pylint,
    &declared::mypy,
    &declared::pyright,
    &declared::pytest,
    &declared::python,
    &declared::yamllint,
    &declared::oxlint,
    &declared::stylelint,
    &declared::eslint,
    &declared::tsc,
    &declared::pnpm,
    &declared::jest,
    &declared::vitest,
    // surer of their lines than the compilers below
    &declared::shellcheck,
    &declared::hadolint,

    &declared::actionlint,
    &declared::markdownlint,
    &declared::ansible_lint,
    &declared::codespell,
    &declared::vulture,
    &declared::tox,
    &declared::luacheck,
    &declared::puppet_lint,
    &declared::dotenv_linter,
    &declared::haml_lint,
    &declared::slim_lint,
    &declared::reek,
    &declared::fasterer,
    &declared::brakeman,
    &declared::sorbet,
    &declared::scalastyle,
    &declared::tslint,
    &declared::surefire,
    &declared::gradle_test,
    &declared::gradle,
    &declared::phpstan,
    &declared::psalm,
    &declared::clang_tidy,
    &declared::cppcheck,
    &declared::cargo,
    &declared::rustc,
    &declared::clippy,
    &declared::staticcheck,
    &declared::golangci_lint,
    &declared::go,
    &declared::kotlinc,
    &declared::scalac,
    &declared::javac,
    &declared::maven,
    &declared::rubocop,
    &declared::ruby,
    &declared::gcc,
    &declared::clang,
    &declared::make,
    &declared::pydocstyle,
    &declared::bandit,
    &declared::black,
    &declared::isort,
    &declared::unittest,
    &declared::biome,

    &declared::prettier,
    &declared::standard,
    &declared::jshint,
    &declared::playwright,
    &declared::mocha,
    &declared::node_test,
    &declared::tap,
    &declared::prove,
    &declared::googletest,
    &declared::ctest,
    &declared::cargo_test,
    &declared::go_test,
    &declared::rspec,
    &declared::minitest,
    &declared::sanitizers,
    &declared::valgrind,
    &declared::java,
    &declared::node,
    &declared::npm,
    &declared::yarn,
    &declared::php,
    &declared::perl,
    &declared::bash,
    &declared::go_panic,
    &declared::dotnet,
    &declared::terraform,
    &declared::pyflakes,
    &declared::sarif,
    &declared::rdjson,
    &declared::checkstyle,
    &declared::pattern,
    &declared::junit,
    &declared::network,
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

const Format& own_pattern() { return declared::pattern; }

}  // namespace longhaul::diag
