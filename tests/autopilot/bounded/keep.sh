#!/bin/sh
# keep.sh: the orchestrator within its budget, started anew should it die, with a page that shows how it is. Should memwatch die, its
# scope ends the orchestrator: two at one time would do the same tasks.
set -u
healthcheck --config "${0%/*}/health.toml" --pid $$ --budget "$BUDGET" --watch "$LOOK_EVERY" --format html --output dashboard.html &
until proctrack gc -q; proctrack run --name orchestrator -- \
  memwatch --budget "$BUDGET" --warning 0.6 --signal-warning USR2 --action term --log memory.jsonl -- "${0%/*}/../orchestrator.py"; do
  echo $? >>crashes
  sleep "$RESTART_DELAY"
done
