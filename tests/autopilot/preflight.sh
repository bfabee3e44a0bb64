#!/bin/sh
# preflight.sh TASK: what the linters, typecheckers and tests of the project say, as real ones have said it.
set -eu
fixtures=${0%/*}/../fixtures
case $(($1 % 4)) in
  0) cat "$fixtures/ruff/cases/hundreds-full.txt" ;;
  1) cat "$fixtures/mypy/cases/hundreds.txt" ;;
  2) cat "$fixtures/pytest/cases/default.txt" ;;
  3) cat "$fixtures/eslint/cases/hundreds-9.txt" ;;
esac
exit 1
