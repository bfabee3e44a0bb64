#!/bin/sh
# autopilot.sh: the autopilot of this directory, as it was: a log without an end, children of which only the first is known,
# and a loop that starts it anew when it has died.
set -u
programs=${0%/*}/..
export AGENT="$programs/agent.sh" PREFLIGHT="$programs/preflight.sh"
until "$programs/orchestrator.py" >>autopilot.jsonl; do
  echo $? >>crashes
  sleep "$RESTART_DELAY"
done
