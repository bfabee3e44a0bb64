#!/bin/sh
# logrotd.sh [BYTES]: logrotd beside cat, rotatelogs, cronolog, s6-log, multilog, svlogd and jq, over a generated bad
# day of an autopilot (bad_day.py; 667 MB where nothing is said). One table: what, logrotd's figure, the peer's, their
# ratio, the bar.
set -eu
here=$(dirname "$(readlink -f "$0")")
bytes=${1:-667000000}
case $bytes in '' | *[!0-9]*) echo "logrotd.sh: '$bytes' is not a number of bytes" >&2; exit 2 ;; esac
folder=$(mktemp -d -p "${TMPDIR:-/var/tmp}")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
python3 "$here/bad_day.py" "$bytes" >"$folder/day"
# The same without the dumps, as often as it takes.
awk 'length < 10000' "$folder/day" >"$folder/part"
: >"$folder/small"
while [ "$(wc -c <"$folder/day")" -gt "$(wc -c <"$folder/small")" ]; do cat "$folder/part" >>"$folder/small"; done
python3 "$here/logrotd.py" "${LONGHAUL_BIN:?}/logrotd" "$folder"
