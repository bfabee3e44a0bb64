// The formats, each defined beside its like.
#pragma once

#include "diag/format.hpp"

namespace longhaul::diag::declared {

extern const Format ruff, flake8, pycodestyle, pylint;           // python_linters.cpp
extern const Format mypy, pyright;                               // python_types.cpp
extern const Format pytest, python;                              // python_runs.cpp
extern const Format eslint, tsc;                                 // javascript.cpp
extern const Format jest, vitest, playwright;                    // javascript_tests.cpp
extern const Format gcc, clang, make;                            // compilers.cpp
extern const Format clang_tidy, cppcheck, sanitizers, valgrind;  // native_checkers.cpp
extern const Format googletest, ctest, cargo_test, go_test;      // native_tests.cpp
extern const Format rustc, clippy, cargo, go, staticcheck, golangci_lint, javac, maven, java, go_panic,
    dotnet, terraform, surefire, junit;                                                // languages.cpp
extern const Format kotlinc, scalac, scalastyle, gradle, gradle_test;                  // jvm_languages.cpp
extern const Format phpstan, psalm;                                                    // php_checkers.cpp
extern const Format rubocop, rspec, ruby, php, perl, bash;                             // scripts.cpp
extern const Format reek, fasterer, brakeman, sorbet, haml_lint, slim_lint, minitest;  // ruby_checkers.cpp
extern const Format luacheck, puppet_lint, dotenv_linter;                              // configuration.cpp
extern const Format shellcheck, hadolint, yamllint, actionlint, markdownlint;          // shell_and_data.cpp
extern const Format pydocstyle, bandit, black, isort, pyflakes, unittest;              // python_more.cpp
extern const Format biome, oxlint, stylelint, prettier, standard, jshint, tslint;      // javascript_more.cpp
extern const Format codespell, ansible_lint;                                           // shell_and_data.cpp
extern const Format vulture, tox;                                                      // python_more.cpp
extern const Format node, npm, pnpm, yarn, mocha, node_test, tap, prove;               // node.cpp
extern const Format sarif, rdjson, checkstyle, pattern;                                // reports.cpp
extern const Format network;                                                           // network.cpp

}  // namespace longhaul::diag::declared
