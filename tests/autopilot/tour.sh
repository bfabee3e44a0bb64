#!/bin/bash
# tour.sh CHECK: ./run main and ./run soak as their user has them, in short: what they show, and that they leave nothing.
# shellcheck disable=SC2015 # conditions before fail
set -eu
here=${LONGHAUL_SOURCE:?}/tests/autopilot

# shellcheck source=tests/end_to_end.sh
. "$LONGHAUL_SOURCE/tests/end_to_end.sh"

# program NAME ARGUMENT...: in the directory "both", with the tools of $bin.
bin=${LONGHAUL_BIN:?}
program() { "$here/$1.py" "$bin" both "${@:2}"; }
short() { program tour --hours 1 --speed 1200; }
# start NAME ARGUMENT...: the same in the background, as process $!, until it is at work.
start() {
  "$here/$1.py" "$bin" both "${@:2}" >out.started 2>err.started &
  wait_for runs
}

# marked: the processes of both ways in this directory, by their numbers.
marked() { grep -lsza "^AUTOPILOT_SIMULATION=$PWD/both/" /proc/[0-9]*/environ | grep -o '[0-9]*'; }
# runs: tasks are at work both ways, with the tools over them.
runs() { [ -s both/legacy/tasks.db ] && [ -s both/bounded/tasks.db ] && [ "$(marked | wc -l)" -ge 8 ]; }
leaves_nothing() { ! marked >left || fail "left: $(xargs ps -o pid,args -p <left)"; }
one_line() { [ "$(wc -l <"$1")" -eq 1 ] || fail "not one line: $(cat "$1")"; }

# verdict_of FILE: what the last line has to say by the cells of the table, each a value and a bound on the tools' column.
verdict_of() {
  awk -F '  +' '
    $4 ~ /^[<>=]/ {
      split($3, value, " "); split($4, bound, " ")
      v = value[1] + 0; limit = bound[2] + 0; relation = bound[1]
      holds = relation == "<" ? v < limit : relation == "<=" ? v <= limit : relation == "=" ? v == limit : v >= limit
      all++; held += holds
      if (holds == ($5 == "does not hold")) print "this row is marked wrongly: " $0
    }
    END { printf "with the tools: %d of %d bounds hold\n", held, all }' "$1"
}

# shows_all FILE
shows_all() {
  for row in 'logs on disk, a day' 'longest entry' 'memory of the job, at most' 'processes of the job, on average' \
    'processes of the job, at most' 'processes left behind' 'temporary files left behind' 'database, at most' 'crashes' \
    'tasks done' 'memory of the tools, at most' 'processes of the tools, at most' 'processor time'; do
    holds "^$row  .*[0-9].*  [0-9]" "$1"
  done
}

check_both_ways_are_shown_with_a_verdict() {
  got=0
  short >out 2>err || got=$?
  shows_all out
  [ "$(tail -n 1 out)" = "$(verdict_of out)" ] || fail "not $(verdict_of out): $(cat out)"
  all_hold=0
  grep -q ': \([0-9]*\) of \1 bounds hold$' out || all_hold=1
  [ $got -eq $all_hold ] || fail "status $got: $(cat out err)"
  holds 'The job allocates 1/10 ' out
  holds "stay in $PWD/both ([0-9]* MB)" out
  page=$(sed -n 's/^Open this page.*: //p' out)
  [ "$(head -c 15 "$page")" = '<!doctype html>' ] || fail "no page: $page"
  [ "$(wc -l <err)" -ge 2 ] || fail "silent without a terminal: $(cat err)"
  leaves_nothing
}

check_a_bound_that_does_not_hold_ends_it_with_1() {
  mkdir tools
  ln -s "$LONGHAUL_BIN"/* tools
  rm tools/logrotd
  # shellcheck disable=SC2016 # for the other shell
  printf '#!/bin/sh\nfor log; do :; done\nexec cat >>"$log"\n' >tools/logrotd
  chmod +x tools/logrotd
  bin=tools status 1 short
  holds '^logs on disk, a day .*< 50 MB  does not hold$' out
  [ "$(tail -n 1 out)" = "$(verdict_of out)" ] || fail "not $(verdict_of out): $(cat out)"
}

check_what_the_caller_exports_for_the_tools_changes_nothing() {
  LONGHAUL=off LONGHAUL_MAX_TOTAL=nonsense short >out 2>err || true
  holds '^logs on disk, a day .*< 50 MB$' out
  lacks 'processes of the tools, at most  *0  *0$' out
}

check_a_terminal_is_80_columns_wide() {
  command -v script >out || exit 77
  script -qec "stty cols 80; $here/tour.py $LONGHAUL_BIN both --hours 1 --speed 1200" typescript >out </dev/null || true
  tr '\r' '\n' <out | grep '^hour ' >lines || fail "no line: $(cat out)"
  holds 'tools log .*, RAM ' lines
  ! grep '^.\{84\}' lines || fail 'too long' # with the four characters that clear the rest
}

# ended_by SIGNAL STATUS PROGRAM ARGUMENT...
ended_by() {
  set -m # what a shell starts in the background ignores ^C otherwise
  start "${@:3}"
  kill -s "$1" $!
  got=0
  wait $! || got=$?
  [ $got -eq "$2" ] || fail "status $got after $1: $(cat err.started)"
  leaves_nothing
  one_line err.started
  holds "^\./run .*: ended by SIG$1" err.started
}

check_term_leaves_nothing() {
  ended_by TERM 143 tour
}

check_hup_leaves_nothing() {
  ended_by HUP 129 tour
}

check_int_leaves_nothing() {
  ended_by INT 130 tour
}

check_term_to_the_soak_leaves_nothing() {
  ended_by TERM 143 soak
}

check_what_forks_while_it_is_ended_goes_too() {
  # shellcheck disable=SC2016 # for the other shell
  printf '#!/bin/sh\nsleep 0.02\nsetsid "$0" &\n' >chain
  chmod +x chain
  mark=AUTOPILOT_SIMULATION=$PWD/both/legacy
  for _ in 1 2 3 4 5 6; do env "$mark" ./chain & done
  wait_for marked
  PYTHONPATH=$here python3 -c 'import sys, marked; marked.end(sys.argv[1])' "$mark"
  leaves_nothing
}

check_one_that_was_killed_is_cleared_away_by_the_next() {
  start tour
  kill -KILL $!
  wait $! || true
  marked >before || fail 'the killed one left nothing: there is nothing to test'
  short >out 2>err || true
  holds ' bounds hold$' out
  leaves_nothing
}

check_a_reader_that_is_gone_ends_it_quietly() {
  { program tour 2>err || echo $? >ended; } | head -n 1 >out
  one_line out
  [ "$(cat ended)" -eq 141 ] || fail "status $(cat ended): $(cat err)"
  [ ! -s err ] || fail "$(cat err)"
  leaves_nothing
}

check_the_second_of_two_is_refused() {
  start tour
  first=$!
  status 75 short
  one_line err
  holds '^./run main: another one runs' err
  [ ! -s out ] || fail "$(cat out)"
  runs || fail 'the first one lost its own'
  kill "$first"
  wait "$first" || true
  leaves_nothing
}

check_usage_errors_are_one_line() {
  for arguments in '--hours 0' '--hours -1' '--hours nan' '--hours 1e-9' '--speed 0' '--speed -5' '--speed inf' '--speed nonsense' \
    '--memory-scale 0' '--hours 0.5 --speed 1800' '--nonsense' 'nonsense'; do
    # shellcheck disable=SC2086 # words
    status 2 program tour $arguments
    one_line err
    holds '^\./run main: .' err
  done
  status 2 program soak --hours 2 --speed 1800
  one_line err
  holds '^\./run soak: 2 hours .* are needed$' err
  [ ! -e both ] || fail 'something was begun'
}

# What is here of the checkout cannot be built.
check_wrong_options_and_help_do_not_wait_for_a_build() {
  cp "$LONGHAUL_SOURCE/run" .
  mkdir tests
  ln -s "$here" "$LONGHAUL_SOURCE/tests/chaos" tests
  for arguments in 'main --hours 0' 'soak --speed nonsense' 'chaos --minutes 0' 'chaos --only nobody'; do
    # shellcheck disable=SC2086 # words
    status 2 ./run $arguments
    holds 'is not \|invalid choice' err
  done
  status 0 ./run main --help
  holds '^usage: ./run main ' out
  status 0 ./run chaos --seed 3 --list 5
  [ "$(wc -l <out)" -eq 5 ] || fail "$(cat out)"
  [ ! -e build ] || fail 'a build was begun'
}

check_a_directory_that_cannot_be_is_one_line() {
  echo file >both
  status 2 short
  one_line err
  holds "both: Not a directory" err
  [ "$(cat both)" = file ] || fail 'the file is gone'
  status 2 "$here/tour.py" "$LONGHAUL_BIN" /proc/nowhere/both
  one_line err
  status 2 "$here/tour.py" "$PWD" elsewhere
  one_line err
}

"check_${1:?}"
