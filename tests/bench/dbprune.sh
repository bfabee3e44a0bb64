#!/bin/sh
# dbprune.sh [BYTES]: dbprune beside the sqlite3 shell doing the same deletions in one transaction and in batches of 500,
# over a task database of about so many bytes (1 GB where nothing is said) and one of 27 MB, while a writer commits every
# 5 ms; then dbprune --rebuild beside a bare copy of what stays. One table: what, dbprune's figure, the peer's, their
# ratio, the bar.
set -eu
here=$(dirname "$(readlink -f "$0")")
bytes=${1:-1000000000}
case $bytes in '' | *[!0-9]*) echo "dbprune.sh: '$bytes' is not a number of bytes" >&2; exit 2 ;; esac
folder=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
"$here/../dbprune/make_tasks.sh" $((bytes / 1050)) "$folder/large.db"
"$here/../dbprune/make_tasks.sh" 25700 "$folder/small.db"
python3 "$here/dbprune.py" "${LONGHAUL_BIN:?}/dbprune" "$folder"
