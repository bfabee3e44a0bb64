#!/bin/sh
# guard.sh COMMAND [ARGUMENT...]: what bounded/guard.sh does, without the tools, as far as a shell can: what leaves the process
# group stays behind, and so does everything where this script is killed.
set -eu
exec 9>autopilot.lock
if ! flock --nonblock 9; then
  echo 'guard: an autopilot runs already' >&2
  exit 75
fi

end_group() {
  kill -TERM -- "-$1" 2>/dev/null || return 0
  for _ in 1 2 3 4 5; do
    kill -0 -- "-$1" 2>/dev/null || return 0
    sleep 1
  done
  kill -KILL -- "-$1" 2>/dev/null || true
}

if [ -s autopilot.group ]; then
  end_group "$(cat autopilot.group)"
fi
available=$(awk '/^MemAvailable:/ { printf "%.0f", $2 * 1024 }' /proc/meminfo)
if [ "$available" -lt "$ADMIT" ]; then
  echo "guard: $ADMIT bytes do not fit: $available are free" >&2
  exit 75
fi

work=$(mktemp -d)
group=
# shellcheck disable=SC2317 # called by the trap
finish() {
  [ -z "$group" ] || end_group "$group"
  rm -rf "$work" autopilot.group
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
started=$(date +%s)
TMPDIR=$work setsid "$@" 9>&- &
group=$!
echo "$group" >autopilot.group
status=0
wait "$group" || status=$?
printf '{"command":"%s","seconds":%d,"status":%d}\n' "$1" $(($(date +%s) - started)) "$status" >>runs.jsonl
exit "$status"
