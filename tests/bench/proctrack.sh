#!/bin/sh
# proctrack.sh: what a scope, a slot and a call of a pool cost beside a bare start of the same command, and beside tini,
# dumb-init, timeout, unshare and sem. One table: what, proctrack's or the peer's figure, that of the bare start, their
# ratio, the bar. Medians of alternating runs.
set -eu
here=$(dirname "$(readlink -f "$0")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
echo 'int main(void) { return 0; }' >"$folder/static.c"
cc -O2 -static -o "$folder/static" "$folder/static.c"
python3 "$here/proctrack.py" "${LONGHAUL_BIN:?}/proctrack" "$folder"
