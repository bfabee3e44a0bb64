#!/bin/sh
# autopilot.sh: the autopilot of this directory, with the tools.
set -u
here=${0%/*}
programs=$here/..
export AGENT="proctrack slot --name agent --max 3 --timeout $AGENT_TIMEOUT --kill-after 200ms -- $programs/agent.sh"
export PREFLIGHT="errsum --state errors.db --save saved --run -- $programs/preflight.sh"
"$here/guard.sh" "$here/keep.sh" |
  logrotd --level info --dedupe 60s --redact --max-size 10MB --max-total 50MB --stats autopilot.jsonl 2>>logrotd.messages
