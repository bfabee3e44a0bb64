# What the end-to-end scripts of memwatch share. Sourced, in a fresh directory.
# shellcheck shell=sh disable=SC2034 # the scripts use them
memwatch=${LONGHAUL_BIN:?}/memwatch
here=${LONGHAUL_SOURCE:?}/tests/memwatch
LONGHAUL_STATE=$PWD/state
export LONGHAUL_STATE

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"
command -v python3 >/dev/null || exit 77
# What a failed check leaves would hold its output open: all that it started is in its session.
[ "${LONGHAUL_IN_SESSION:-}" ] || LONGHAUL_IN_SESSION=1 exec setsid -w "$0" "$@"
end_all() {
  for stat in /proc/[0-9]*/stat; do
    words=$(sed 's/.*) //' "$stat" 2>/dev/null) || continue
    # shellcheck disable=SC2086
    set -- $words
    pid=${stat#/proc/}
    [ "${4:-}" != $$ ] || [ "${pid%/stat}" = $$ ] || kill -9 "${pid%/stat}" 2>/dev/null || true
  done
}
trap end_all EXIT
runs() { [ -e "/proc/$1/stat" ] && [ "$(sed 's/.*) //; s/ .*//' "/proc/$1/stat")" != Z ]; }
gone() { ! runs "$1"; }
# record QUERY: python over the lines of the record in the file record.
record() { python3 -c "
import json
lines = [json.loads(line) for line in open('record')]
of = lambda event: [line for line in lines if line['event'] == event]
$1" || fail "$(cat record)"; }
