#!/bin/sh
# standing_aside.sh CHECK: a tool that is off, or in the shadow, is as good as what was there before it.
# shellcheck disable=SC2015,SC2016 # conditions before fail, text for other shells
set -eu
bin=${LONGHAUL_BIN:?}
LONGHAUL_STATE=$PWD/state
LONGHAUL_SHADOW_LOG=$PWD/recorded.jsonl
export LONGHAUL_STATE LONGHAUL_SHADOW_LOG

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"

# both COMMAND...: once with the tools off, once in their shadow.
both() {
  for LONGHAUL in off shadow; do
    export LONGHAUL
    "$@"
  done
  unset LONGHAUL
}

make_database() {
  rm -f tasks.db
  sqlite3 tasks.db "CREATE TABLE tasks (id INTEGER PRIMARY KEY, at INTEGER);
    INSERT INTO tasks VALUES (1, 1700000000), (2, strftime('%s', 'now'))"
}

keeps_entries_whatever_the_configuration() {
  rm -f a.log
  printf 'a\nb\n' | status 0 "$bin/logrotd" --config "$1" a.log
  [ "$(tr '\n' ' ' <a.log)" = 'a b ' ] || fail "$(cat a.log)"
  status 0 "$bin/proctrack" run --config "$1" -- true
  status 0 "$bin/memwatch" --budget 1GB --config "$1" -- true
  [ "$LONGHAUL" = shadow ] || status 7 "$bin/memwatch" --config "$1" -- sh -c 'exit 7'
  [ "$LONGHAUL" = shadow ] || status 7 "$bin/proctrack" slot --config "$1" -- sh -c 'exit 7'
  status 0 "$bin/healthcheck" --config "$1"
}

check_a_wrong_configuration_is_only_said() {
  echo 'no-such-key = 1' >wrong.toml
  both keeps_entries_whatever_the_configuration wrong.toml
  both keeps_entries_whatever_the_configuration nowhere.toml
  holds 'warning: nowhere.toml' err
  status 3 "$bin/healthcheck" --config wrong.toml
}

passes_a_pattern_that_is_none() {
  printf 'a\n' | status 0 "$bin/errsum" --pattern '('
  [ "$(cat out)" = a ] || fail "$(cat out)"
  rm -f a.log
  printf 'a\n' | status 0 "$bin/logrotd" --redact-pattern '(' a.log
  holds '^a$' a.log
  status 7 "$bin/memwatch" --budget 1GB --action kill --protect '(' -- sh -c 'exit 7'
}

check_the_older_name_of_the_switch_counts() {
  printf 'a\n' | SMART_TELEMETRY=0 status 0 "$bin/logrotd" --config nowhere.toml a.log
  [ ! -e a.log.lock ] || fail 'it was on'
  printf 'b\n' | SMART_TELEMETRY=1 LONGHAUL=off status 0 "$bin/logrotd" a.log
  [ ! -e a.log.lock ] || fail 'the variable of all tools does not count more'
}

check_a_wrong_pattern_stops_nothing() {
  both passes_a_pattern_that_is_none
}

restores_and_looks() {
  make_database
  archive=$LONGHAUL.jsonl
  LONGHAUL=on "$bin/dbprune" --quiet --force --table tasks --age-column at --older-than 1d --archive "$archive" tasks.db
  [ "$(sqlite3 tasks.db 'SELECT count(*) FROM tasks')" = 1 ]
  status 0 "$bin/dbprune" --restore "$archive" tasks.db
  [ "$(sqlite3 tasks.db 'SELECT count(*) FROM tasks')" = 2 ] || fail 'not restored'
  status 0 "$bin/dbprune" --dry-run --table tasks --age-column at --older-than 1d tasks.db
  holds 'would delete 1 row$' out
}

check_rows_come_back_and_can_be_looked_at() {
  both restores_and_looks
}

fails_for_nobody() {
  status 0 "$bin/dbprune" --table tasks --age-column at --older-than 1d nowhere.db
  [ ! -s err ] || fail "$(cat err)"
  status 0 "$bin/memwatch" --once --pid 999999999 --budget 1GB
  sleep 0.2 &
  status 0 "$bin/memwatch" --pid $! --budget 1
}

check_what_would_fail_is_recorded_and_told_to_nobody() {
  LONGHAUL=shadow fails_for_nobody
  holds '"database":"nowhere.db","failed":' recorded.jsonl
  "$bin/healthcheck" --shadow-report >out
  holds 'runs that would have failed: 1$' out
}

merges_what_is_no_record() {
  printf 'a.py:1:1: F401 unused\n' | "$bin/errsum" --format json --max 0 | "$bin/errsum" --merge >out
  [ "$(cat out)" = 'a.py:1:1: F401 unused' ] || fail "$(cat out)"
}

check_the_pipe_of_a_merge_passes_on() {
  both merges_what_is_no_record
}

keeps_streams_apart() {
  status 0 "$bin/errsum" --run -- sh -c 'echo out; echo err >&2'
  [ "$(cat out)" = out ] && [ "$(cat err)" = err ] || fail "$(cat out err)"
}

check_the_streams_of_a_command_stay_apart() {
  both keeps_streams_apart
}

check_the_shadow_of_errsum_keeps_nothing() {
  printf 'a.py:1:1: F401 unused\n' |
    LONGHAUL=shadow status 0 "$bin/errsum" --state memory.db --save saved --fix-task tasks.jsonl --task-id T --tee
  [ ! -s err ] && [ ! -e memory.db ] && [ ! -e saved ] && [ ! -e tasks.jsonl ] || fail "$(ls) $(cat err)"
}

# gets_signal WRAPPER...: the command gets what is sent to the wrapper.
gets_signal() {
  rm -f got ready
  "$@" sh -c 'trap "echo got >got; exit 7" USR1; : >ready; while :; do sleep 0.01; done' >out 2>err &
  wrapper=$!
  wait_for test -e ready
  kill -USR1 $wrapper
  got=0
  wait $wrapper || got=$?
  [ $got -eq 7 ] && [ -e got ] || fail "status $got: $*"
}

check_signals_reach_the_command() {
  both gets_signal "$bin/proctrack" run --
  both gets_signal "$bin/errsum" --run --
  gets_signal "$bin/errsum" --run --
}

makes_a_file_for_itself() {
  file=$(TMPDIR=$PWD "$bin/proctrack" tmp --suffix .json)
  [ -f "$file" ] && [ "${file##*.}" = json ] || fail "$file"
}

check_a_temporary_file_needs_no_scope() {
  both makes_a_file_for_itself
}

check_more_processes_than_allowed_are_recorded() {
  LONGHAUL=shadow status 0 "$bin/proctrack" run --max-procs 2 --on-limit kill -- \
    sh -c 'sleep 0.3 & sleep 0.3 & sleep 0.3 & wait'
  holds '"wouldPassLimit":true' recorded.jsonl
  "$bin/healthcheck" --shadow-report >out
  holds 'commands that had more processes than --max-procs: 1$' out
}

"check_${1:?}"
