#!/bin/sh
# told.sh CHECK: one end-to-end check of what memwatch tells: its record, state file, answer and plot, in the directory it is called in.
set -eu
# shellcheck source=tests/memwatch/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/memwatch/prelude.sh"

check_a_log_that_nobody_reads_holds_up_nothing() {
  mkfifo pipe
  status 125 timeout 10 "$memwatch" -b 1GB --log pipe -- true
  sleep 300 &
  pid=$!
  # A reader that reads nothing.
  "$memwatch" --pid $pid -b 10MB --interval 2ms | (exec sleep 2) &
  sleep 0.2
  kill -9 $pid
  wait $!
}

check_what_is_no_file_is_not_replaced_by_a_state_file() {
  mkfifo pipe
  status 125 "$memwatch" -b 100MB --state-file pipe -- touch ran
  holds '^memwatch: pipe: is no file, and would be replaced by one$' err
  [ -p pipe ] || fail 'it was replaced'
  [ ! -e ran ] || fail 'the command ran'
}

check_the_state_file_is_always_whole() {
  "$memwatch" -b 100MB --state-file state.now --interval 5ms -- python3 "$here/grow.py" 1e8 95e6 0.2 &
  watch=$!
  wait_for test -s state.now
  while runs $watch; do cat state.now 2>/dev/null || true; done >seen
  wait $watch
  [ -e state.now ] && fail 'it is left'
  ! grep -Evx '(ok|warning|critical) [0-9]+ 100000000 [0-9]+ [0-9]+ [0-9]+' seen || fail 'a torn line'
  for state in ok warning critical; do grep -q "^$state " seen || fail "never $state"; done
  [ -z "$(find . -name 'state.now.*')" ] || fail 'a file is left'
}

check_once_answers_by_its_status() {
  python3 "$here/grow.py" 1e9 80e6 300 &
  pid=$!
  wait_for is_large
  status 0 "$memwatch" --once --pid $pid -b 200MB
  holds '^ok: .* of 200MB (4.%), 1 process, private$' out
  status 1 "$memwatch" --once --pid $pid -b 110MB
  status 2 "$memwatch" --once --pid $pid -b 95MB --format json --top 3
  python3 - out $pid <<'END'
import json, sys
look = json.load(open(sys.argv[1]))
assert look['state'] == 'critical' and look['metric'] == 'private' and look['errorBytes'] == 0, look
assert look['top'][0]['pid'] == int(sys.argv[2]) and look['top'][0]['bytes'] == look['bytes'], look
END
  for metric in pss rss swap; do
    status 0 "$memwatch" --once --pid $pid -b 200MB --metric $metric
    holds "$metric" out
  done
  status 0 "$memwatch" --once --pid $pid -b 200MB --metric rss
  holds 'shared pages counted in each process' out
  kill -9 $pid
}
is_large() { [ "$(awk '{ print $2 * 4096 }' "/proc/$pid/statm")" -gt 85000000 ]; }

check_a_guard_goes_on_without_a_reader() {
  python3 "$here/grow.py" 5e7 150e6 300 &
  pid=$!
  "$memwatch" --pid $pid -b 100MB --action kill --interval 20ms 2>said | head -n 1 >/dev/null
  wait_for gone $pid
  holds '^memwatch: warning: stdout: cannot be written to any more' said
  python3 "$here/grow.py" 5e7 150e6 300 &
  pid=$!
  "$memwatch" --pid $pid -b 100MB --action kill --interval 20ms >/dev/full 2>said || fail "status $?"
  wait_for gone $pid
  holds '^memwatch: warning: stdout: cannot be written to any more' said
}

check_a_record_is_drawn() {
  "$memwatch" -b 100MB --log record -- python3 "$here/grow.py" 1e8 68e6 0.2
  COLUMNS=60 LC_ALL=C.UTF-8 status 0 "$memwatch" --plot record
  [ "$(wc -l <out)" -eq 17 ] || fail "$(cat out)"
  holds '█' out
  holds '; peak .* of a budget of 100MB; warnings 1, criticals 0, actions 0$' out
  COLUMNS=60 LC_ALL=C status 0 "$memwatch" --plot record
  holds '#' out
  head -c 500 record >torn
  status 0 "$memwatch" --plot torn
  holds 'warning: torn: 1 lines are none of a record' err
}

check_shadow_does_nothing_and_records() {
  LONGHAUL_SHADOW_LOG=$PWD/shadow
  export LONGHAUL_SHADOW_LOG
  LONGHAUL_MEMWATCH=shadow status 0 "$memwatch" -b 60MB --action kill --on-critical 'echo >ran' --state-file now --log record -- \
    python3 "$here/grow.py" 1e9 80e6 0.2
  for file in ran now record; do [ ! -e $file ] || fail "something was done: $file"; done
  python3 -c 'import json; line = json.loads(open("shadow").read())
shadow = line["shadow"]
assert line["tool"] == "memwatch" and shadow["criticals"] == 1 and shadow["peakBytes"] > 80e6, line
assert shadow["wouldAct"] == 1 and shadow["wouldRunHooks"] == 1, line'
  LONGHAUL_MEMWATCH=off status 5 "$memwatch" -b 1 --action kill -- sh -c 'exit 5'
  LONGHAUL_MEMWATCH=off status 0 "$memwatch" --once --pid $$ -b 1
}

check_a_limit_of_file_sizes_ends_the_record_and_not_the_watch() {
  status 5 sh -c 'ulimit -f 0; exec "$@"' sh "$memwatch" -b 400MB --log record -- sh -c 'sleep 0.1; exit 5'
}

"check_$1"
