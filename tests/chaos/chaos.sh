#!/bin/sh
# chaos.sh CHECK CLOCK_JUMP: one check of the chaos harness, in the directory it is called in: that the tools pass it, and
# that broken ones do not.
# shellcheck disable=SC2016 # scripts in quotes
set -eu
CHAOS_CLOCK_JUMP=${2:?}
export CHAOS_CLOCK_JUMP
TMPDIR=$PWD
export TMPDIR

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"
skip_under_sanitizers "${LONGHAUL_BIN:?}/logrotd"
for program in python3 strace zstd unshare flock; do command -v $program >/dev/null || exit 77; done

chaos() { python3 "$LONGHAUL_SOURCE/tests/chaos/chaos.py" "$@"; }
# broken TOOL SCRIPT: tools, of which one is a script that calls the real one as $real.
broken() {
  mkdir tools
  for tool in "$LONGHAUL_BIN"/*; do ln -s "$tool" "tools/$(basename "$tool")"; done
  rm "tools/$1"
  printf '#!/bin/sh\nreal=%s\n%s\n' "$LONGHAUL_BIN/$1" "$2" >"tools/$1"
  chmod +x "tools/$1"
}
# is_found WHAT STATION: the run ends with that broken promise.
is_found() {
  status 1 chaos --bin tools --seed 1 --minutes 1 --only "$2"
  holds "^chaos: broken: $2.*$1" out
  holds '^chaos: repeat it by: ./run chaos --seed 1 --minutes 1 ' out
  holds ' 1 broken invariants' out
}

check_short() {
  chaos --seed 7 --minutes 0.4 >out 2>&1 || fail "$(tail -n 120 out)"
  cat out
  holds '^chaos: seed 7: [1-9][0-9]* injections in [0-9]* s, 0 broken invariants' out
  [ -z "$(find . -name 'chaos-*')" ] || fail "left over: $(find . -name 'chaos-*')"
}

check_the_same_seed_has_the_same_schedule() {
  chaos --seed 3 --list 500 >one
  chaos --seed 3 --list 500 >two
  chaos --seed 4 --list 500 >other
  cmp one two
  [ "$(wc -l <one)" -eq 500 ]
  ! cmp -s one other || fail 'another seed has the same one'
}

check_a_lost_entry_is_found() {
  broken logrotd 'grep -v "\"n\": 77[,}]" | "$real" "$@"'
  is_found 'lost\|is written and not\|not the\|counted\|missing' log
}

check_a_row_that_goes_though_the_rule_keeps_it_is_found() {
  broken dbprune '[ ! -s tasks.db ] || sqlite3 -cmd ".timeout 5000" tasks.db "PRAGMA foreign_keys = ON; DELETE FROM tasks WHERE status = '"'pending'"' AND id NOT IN (SELECT task_id FROM events)"
exec "$real" "$@"'
  is_found 'the rule keeps' database
}

check_a_command_without_a_scope_is_found() {
  broken proctrack '[ "$1" = run ] || exec "$real" "$@"
case "$*" in *--timeout*) exec "$real" "$@" ;; esac
while [ "$1" != -- ]; do shift; done
shift
"$@"'
  is_found 'left over: .*sleep' scope
}

check_an_autopilot_without_a_scope_is_found() {
  broken proctrack 'limit=
case "$*" in
  gc*) exec "$real" "$@" ;;
  *"--name agent"*) limit="timeout --kill-after 0.2 0.3" ;;
esac
while [ "$1" != -- ]; do shift; done
shift
$limit "$@"'
  is_found 'left over: .*sleep' autopilot
}

check_an_entry_of_an_autopilot_that_is_lost_is_found() {
  broken logrotd 'grep -v "\"n\": 377[,}]" | "$real" "$@"'
  is_found ' are lost with ' autopilot
}

check_an_autopilot_that_may_grow_is_found() {
  broken memwatch 'while [ "$1" != -- ]; do shift; done
shift
exec "$@"'
  is_found 'was not held' autopilot
}

check_a_record_that_is_not_exact_is_found() {
  broken errsum '"$real" "$@" >record || status=$?
sed "s/\"errors\":\([0-9]*\)/\"errors\":1\1/" record
exit "${status:-0}"'
  is_found 'errors' summary
}

check_a_budget_that_is_not_held_is_found() {
  broken memwatch 'while [ "$1" != -- ]; do shift; done
shift
exec "$@"'
  is_found 'of a budget of' memory
}

check_a_gate_that_does_not_answer_in_time_is_found() {
  broken healthcheck '[ "$3" = --breaker ] || sleep 13
exec "$real" "$@"'
  is_found 'answers after' gate
}

check_nothing_is_left_where_it_is_killed() {
  python3 "$LONGHAUL_SOURCE/tests/chaos/chaos.py" --seed 5 --minutes 5 >out 2>&1 &
  harness=$!
  wait_for sh -c 'grep -q well chaos-*/timeline'
  group=$(basename chaos-*)
  kill -TERM $harness
  wait $harness || true
  [ -z "$(marked)" ] || fail "left over: $(marked)"
  [ -z "$(find /sys/fs/cgroup -maxdepth 4 -name "$group" 2>/dev/null)" ] || fail 'a control group is left over'
}
# Processes of a run in this directory.
marked() { grep -l -a "CHAOS_RUN=$PWD/chaos-" /proc/[0-9]*/environ 2>/dev/null || true; }

"check_$1"
