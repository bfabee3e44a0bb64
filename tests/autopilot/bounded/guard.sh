#!/bin/sh
# guard.sh COMMAND [ARGUMENT...]: starts an autopilot where there is none, what a dead one left is gone, and its memory fits.
proctrack gc -q
exec proctrack slot --name autopilot --max 1 --wait 0 -- \
  proctrack run --name autopilot --report runs.jsonl -- \
  memwatch --admit "${ADMIT:-400MB}" -- "$@"
