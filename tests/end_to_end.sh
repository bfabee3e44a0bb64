# What the end-to-end scripts of all tools share. Sourced, in a fresh directory.
# shellcheck shell=sh

fail() { printf '%s\n' "$*" >&2; exit 1; }
# status WANTED COMMAND...: the command ends so, with standard input as it is; its output is in ./out and ./err.
status() {
  wanted=$1
  shift
  got=0
  "$@" >out 2>err || got=$?
  [ "$got" -eq "$wanted" ] || fail "status $got and not $wanted: $* ($(cat err))"
}
holds() { grep -q -e "$1" "$2" || fail "no '$1' in $2: $(head -c 1000 "$2")"; }
lacks() { ! grep -q -e "$1" "$2" || fail "'$1' in $2: $(head -c 1000 "$2")"; }
# wait_for COMMAND...: until it succeeds, ten seconds at most.
wait_for() {
  tries=0
  until "$@" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 1000 ] || fail "waited in vain: $*"
    sleep 0.01
  done
}
# skip_under_sanitizers TOOL: ends the check as skipped where the tool has tables of a sanitizer, which are larger
# than any limit of address space.
skip_under_sanitizers() {
  # shellcheck disable=SC3045 # dash and bash both have ulimit -v
  (ulimit -v 400000 && "$1" --version >out 2>err) || exit 77
}
