#!/bin/sh
# exits.sh CHECK: one end-to-end check of how the ends of scopes are remembered, in the directory it is called in.
set -eu
# shellcheck source=tests/proctrack/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/proctrack/prelude.sh"

# exit_is STATUS ENDING: what is remembered of the scopes named one, and was within the last minute; forgets it.
exit_is() {
  ended=$(sed -n 's/^ended \([0-9]*\)\..*/\1/p' state/exits/one)
  [ $(($(date +%s) - ended)) -le 60 ] || fail "when: $(cat state/exits/one)"
  [ "$(tail -n 2 state/exits/one | tr '\n' ' ')" = "status $1 ending $2 " ] || fail "not $*: $(cat state/exits/one)"
  rm state/exits/one
}

check_the_last_exit_of_a_name_is_remembered() {
  for isolation in subreaper auto pidns; do
    status 3 "$proctrack" run --name one --isolate $isolation -- sh -c 'exit 3'
    exit_is 3 exited
  done
  status 0 "$proctrack" run --name one -- true
  exit_is 0 exited
  # shellcheck disable=SC2016
  status 139 "$proctrack" run --name one -- sh -c 'ulimit -c 0; kill -SEGV $$'
  exit_is 139 signal
  status 124 "$proctrack" run --name one --timeout 200ms -- sleep 300
  exit_is 124 timeout
  status 127 "$proctrack" run --name one -- no-such-command
  exit_is 127 exited
  status 137 "$proctrack" run --name one --max-procs 1 --on-limit kill -- sh -c 'sleep 300 & wait'
  exit_is 137 killed
  a_scope --name one
  kill -9 "$(children_of "$(guardian_of $scope)")"
  wait $scope || true
  exit_is 137 signal
  # Nothing is where the scope has no name.
  status 3 "$proctrack" run -- sh -c 'exit 3'
  status 3 "$proctrack" slot --name one -- sh -c 'exit 3'
  [ -z "$(ls -A state/exits)" ] || fail "$(ls -A state/exits)"
}

check_an_end_that_was_asked_for_is_remembered_as_one() {
  a_scope --name one
  status 0 "$proctrack" stop one
  wait $scope || true
  exit_is 143 stopped
  for signal in TERM HUP; do
    "$proctrack" run --name one -- sh -c "trap 'exit 3' $signal; echo >ready; while :; do sleep 0.01; done" &
    scope=$!
    wait_for test -s ready
    kill -s $signal $scope
    wait $scope || true
    exit_is 3 stopped
    rm ready
  done
  # To the group: the command may have ended before the keepers have heard of it.
  for trap in "trap 'exit 3' TERM;" ''; do
    setsid "$proctrack" run --name one -- sh -c "$trap echo >ready; while :; do sleep 0.01; done" &
    scope=$!
    wait_for test -s ready
    kill -s TERM -- "-$scope"
    wait $scope || true
    if [ -n "$trap" ]; then exit_is 3 stopped; else exit_is 143 stopped; fi
    rm ready
  done
  # What had crashed before was not stopped.
  # shellcheck disable=SC2016
  "$proctrack" run --name one --kill-after 2s -- \
    sh -c '(trap "" TERM; echo >deaf; sleep 300) & while [ ! -s deaf ]; do sleep 0.01; done; echo $$ >crashes; ulimit -c 0; kill -SEGV $$' &
  scope=$!
  crashed=$(pid_in crashes)
  wait_for gone "$crashed"
  sleep 0.1 # its parent knows
  status 0 "$proctrack" stop one
  wait $scope || true
  exit_is 139 signal
}

check_the_end_of_a_keeper_is_remembered() {
  a_scope --name one
  kill -9 $scope
  wait $scope || true
  wait_for nothing_left
  exit_is 137 killed
  a_scope --name one
  kill -9 "$(guardian_of $scope)"
  wait $scope || true
  exit_is 125 killed
  a_scope --name one
  kill_both_keepers
  status 0 "$proctrack" gc --dry-run
  [ ! -e state/exits/one ] || fail 'a dry run records'
  status 0 "$proctrack" gc
  exit_is 137 killed
  # A later end of the name is not written over.
  a_scope --name one
  kill_both_keepers
  sleep 1
  status 3 "$proctrack" run --name one -- sh -c 'exit 3'
  status 0 "$proctrack" gc
  holds '^cleared 1 dead scope' out
  exit_is 3 exited
}

check_gc_forgets_exits_of_long_ago() {
  for name in old new; do status 0 "$proctrack" run --name $name -- true; done
  touch -d '31 days ago' state/exits/old
  status 0 "$proctrack" gc --dry-run
  [ -e state/exits/old ] || fail 'a dry run forgets'
  status 0 "$proctrack" gc
  [ "$(ls -A state/exits)" = new ] || fail "$(ls -A state/exits)"
}

check_an_exit_that_cannot_be_remembered_is_no_failure() {
  mkdir state
  echo x >state/exits
  status 3 "$proctrack" run --name one -- sh -c 'exit 3'
  [ ! -s err ] || fail "$(cat err)"
  nothing_left
}

"check_$1"
