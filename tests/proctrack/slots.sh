#!/bin/sh
# slots.sh CHECK: one end-to-end check of slots, in the directory it is called in.
set -eu
# shellcheck source=tests/proctrack/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/proctrack/prelude.sh"

check_slots_are_few() {
  for _ in $(seq 30); do
    # shellcheck disable=SC2016
    "$proctrack" slot --name s --max 3 -- sh -c '
      mkdir in.$$; set -- in.*; [ $# -le 3 ] || echo $# >>too-many
      echo >>ran; sleep 0.02; rmdir in.$$' &
  done
  wait
  [ ! -e too-many ] || fail "too many at one time: $(cat too-many)"
  [ "$(wc -l <ran)" -eq 30 ] || fail "$(wc -l <ran) of 30 have run"
}

check_who_comes_first_to_a_slot_is_first() {
  for i in $(seq 12); do
    "$proctrack" slot --name s -- sh -c "echo $i >>order; sleep 0.05" &
    # The next one comes when this one has its number.
    number=$i
    wait_for has_drawn
  done
  wait
  seq 12 | cmp - order || fail "order: $(tr '\n' ' ' <order)"
}
has_drawn() { [ "$(od -An -tu8 state/slots/s/lock | tr -d ' ')" -ge "$number" ]; }

check_a_dead_holder_frees_its_slot() {
  "$proctrack" slot --name s -- sh -c 'setsid sh -c "echo \$\$ >left; exec sleep 300" & wait' &
  holder=$!
  left=$(pid_in left)
  status 75 "$proctrack" slot --name s --wait 0 -- true
  holds '^proctrack: s: no slot was free within ' err
  "$proctrack" slot --name s -- sh -c "echo in >second" &
  waiting=$!
  kill -9 $holder
  wait $waiting
  wait $holder || true
  holds in second
  gone "$left" || fail 'the slot was free before the scope had ended'
  wait_for nothing_left
  status 0 "$proctrack" slot --name s --wait 0 -- true
}

check_a_waiter_that_goes_lets_others_pass() {
  "$proctrack" slot --name s -- sh -c 'echo >ready; while [ ! -e go ]; do sleep 0.01; done' &
  wait_for test -s ready
  "$proctrack" slot --name s -- true &
  waiter=$!
  number=2
  wait_for has_drawn
  "$proctrack" slot --name s -- sh -c 'echo >third' &
  third=$!
  number=3
  wait_for has_drawn
  kill -9 $waiter
  wait $waiter || true
  status 0 "$proctrack" list
  holds '^slot s: 1 held, 1 waiting$' out
  echo >go
  wait $third
  [ -s third ] || fail 'it never came'
  wait
}

"check_$1"
