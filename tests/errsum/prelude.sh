# What the end-to-end scripts of errsum share. Sourced, in a fresh directory.
# shellcheck shell=sh disable=SC2034,SC2016 # the scripts use them; text for other programs in quotes
errsum=${LONGHAUL_BIN:?}/errsum
cases=${LONGHAUL_SOURCE:?}/tests/fixtures
ruff=$cases/ruff/cases/full-present.txt

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"
# One finding of ruff in a file of its own: finding FILE.
finding() { printf '%s:1:8: F401 [*] `os` imported but unused\n' "$1"; }
