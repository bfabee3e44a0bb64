#!/bin/sh
# maintenance.sh: rotates, sweeps and prunes; from cron, in the directory of the autopilot.
exec 9>maintenance.lock
flock --nonblock 9 || exit 0
status=0
touch runs.jsonl memory.jsonl
logrotd --once --max-size 1MB --keep 5 runs.jsonl memory.jsonl || status=$?
proctrack gc || status=$?
dbprune --quiet --convert --table tasks --age-column completed_at \
  --older-than 30d --max-size "${DATABASE_SIZE:-10MB}" --archive pruned.jsonl.gz tasks.db || status=$?
exit "$status"
