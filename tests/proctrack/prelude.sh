# What the end-to-end scripts of proctrack share. Sourced, in a fresh directory.
# shellcheck shell=sh disable=SC2034
proctrack=${LONGHAUL_BIN:?}/proctrack
here=${LONGHAUL_SOURCE:?}/tests/proctrack
LONGHAUL_STATE=$PWD/state
TMPDIR=$PWD/tmp
export LONGHAUL_STATE TMPDIR
mkdir tmp
# What a failed check leaves would hold its output open.
end_all() {
  for id in $([ ! -d state/scopes ] || ls state/scopes); do "$proctrack" stop --kill "$id" >/dev/null 2>&1 || true; done
  "$proctrack" gc -q || true
}
trap end_all EXIT

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"
python() { command -v python3 >/dev/null || exit 77; python3 "$@"; }
runs() { [ -e "/proc/$1/stat" ] && [ "$(sed 's/.*) //; s/ .*//' "/proc/$1/stat")" != Z ]; }
gone() { ! runs "$1"; }
nothing_left() { [ -z "$(ls tmp)" ] && [ -z "$(ls state/scopes)" ]; }
# pid_in FILE: the number that a command has written there.
pid_in() { wait_for test -s "$1"; cat "$1"; }
# guardian_of PID, children_of PID
children_of() { cat "/proc/$1/task/$1/children"; }
guardian_of() { children_of "$1" | cut -d' ' -f1; }
# a_scope WORD...: starts one in the background whose command never ends by itself; $scope is its process, and
# the number of a child that it left in a session of its own is in the file left.
a_scope() {
  rm -f left
  "$proctrack" run "$@" -- sh -c 'setsid sh -c "echo \$\$ >left.new; mv left.new left; exec sleep 300" & wait' &
  scope=$!
  wait_for test -s left
}
# kill_both_keepers: of the scope $scope.
kill_both_keepers() {
  guardian=$(guardian_of "$scope")
  kill -STOP "$scope" "$guardian"
  kill -9 "$scope" "$guardian"
  wait "$scope" || true
  wait_for gone "$guardian"
}
