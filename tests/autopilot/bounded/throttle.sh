#!/bin/bash
# throttle.sh COMMAND: runs the command for each task, a line of standard input; as many at a time as the health allows.
set -eu
while read -r task || [ -n "$task" ]; do
  until eval "$(healthcheck --config health.toml --format shell)" &&
    [ "$(jobs -rp | wc -l)" -lt "$MAX_AGENTS" ]; do
    sleep 1
  done
  proctrack run -- "$1" "$task" &
  sleep "$DELAY"
done
wait
