#!/bin/sh
# readme.sh CHECK: what README.md shows of the tools is what they say.
set -eu
readme=${LONGHAUL_SOURCE:?}/README.md
dumped=$LONGHAUL_SOURCE/tests/fixtures/ruff/cases/hundreds-full.txt

# shellcheck source=tests/end_to_end.sh
. "$LONGHAUL_SOURCE/tests/end_to_end.sh"

# shown TEXT: the lines of the block behind the line that has this text, to its end.
shown() {
  awk -v text="$1" 'is_block && !/^    / { if (NR > from + 1) exit; next } is_block { print substr($0, 5) }
    index($0, text) { is_block = 1; from = NR }' "$readme"
}

check_summaries_are_what_errsum_says() {
  # shellcheck disable=SC2016 # as README has it
  shown '    $ errsum < ' >wanted
  [ -s wanted ] || fail 'there is none'
  status 1 "$LONGHAUL_BIN/errsum" <"$dumped"
  diff wanted out >&2 || fail 'README.md shows another one'
  # shellcheck disable=SC2016
  shown '    $ errsum --format json < ' >wanted
  status 1 "$LONGHAUL_BIN/errsum" --format json <"$dumped"
  diff wanted out >&2 || fail 'README.md shows another record'
  holds "^The same as a record for a log, one line of $(wc -c <out) bytes" "$readme"
}

check_the_entry_is_what_logrotd_writes() {
  command -v python3 >/dev/null || exit 77
  python3 -c 'import json, sys
print(json.dumps({"time": "2026-01-01T00:00:02Z", "level": "error", "msg": "preflight", "err": {"stack": sys.stdin.read()}, "tail": 1}))' \
    <"$dumped" >entry
  "$LONGHAUL_BIN/logrotd" log <entry
  shown 'and what logrotd writes of it:' >wanted
  sed 's/"originalHash":"[0-9a-f]*"/"originalHash":"…"/' log | diff wanted - >&2 || fail 'README.md shows another one'
}

"check_${1:?}"
