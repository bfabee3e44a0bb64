// The formats, each defined beside its like.
#pragma once

#include "diag/format.hpp"

namespace longhaul::diag::declared {

extern const Format ruff, flake8, pylint;  // python_linters.cpp
extern const Format mypy, pyright;         // python_types.cpp
extern const Format pytest, python;        // python_runs.cpp
extern const Format eslint, tsc;           // javascript.cpp
extern const Format jest, vitest;          // javascript_tests.cpp
extern const Format gcc, clang, make;      // compilers.cpp

}  // namespace longhaul::diag::declared
