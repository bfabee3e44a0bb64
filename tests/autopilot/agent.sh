#!/bin/sh
# agent.sh TASK: a child of the autopilot. Works for two minutes of simulated time; one in ten does not end, and one leaves a server
# of its own behind. Each leaves a temporary file.
set -eu
task=$1
head -c 100000 /dev/zero >"$(mktemp "${TMPDIR:-/tmp}/agent.XXXXXX")"
case $((task % 10)) in
  3) trap '' TERM; sleep 1000000 ;;
  7) setsid sleep 1000000 >/dev/null 2>&1 & ;;
esac
sleep "$(awk "BEGIN { print 120 / $SPEED }")"
[ $((task % 5)) -ne 4 ]
