#!/bin/sh
# healthcheck.sh: what one look costs that measures a tree of 20 processes, three logs, a database and all else, with its
# history, beside check_procs and check_disk (monitoring-plugins) and one cycle of monit, which measures less. One table:
# what, milliseconds (median), the ratio to check_disk, the bar.
set -eu
here=$(dirname "$(readlink -f "$0")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
LONGHAUL_STATE=$folder/state python3 "$here/healthcheck.py" "${LONGHAUL_BIN:?}" "$folder"
