#!/bin/bash
# throttle.sh COMMAND: what bounded/throttle.sh does, without the tools, as far as a shell can: by the limits of this moment only,
# with memory that processes share counted for each, and without an end of what a command leaves.
set -eu

tree() {
  echo "$1"
  for child in $(pgrep -P "$1"); do
    tree "$child"
  done
}

# grade VALUE WARNING CRITICAL
grade() {
  if [ "$1" -ge "$3" ]; then
    echo 2
  elif [ "$1" -ge "$2" ]; then
    echo 1
  else
    echo 0
  fi
}

level() {
  pids=$(tree $$)
  processes=$(echo "$pids" | wc -l)
  memory=$(ps -o rss= -p "$(echo "$pids" | paste -sd,)" | awk '{ sum += $1 } END { print sum * 1024 }')
  log=$(du -cb autopilot.jsonl* 2>/dev/null | awk 'END { print $1 }')
  database=$(stat -c %s tasks.db 2>/dev/null || echo 0)
  {
    grade "$processes" 30 50
    grade "$memory" 1050000000 1350000000
    grade "$log" 50000000 100000000
    grade "$database" 10000000 15000000
  } | sort -n | tail -n 1
}

while read -r task; do
  while :; do
    case $(level) in
      0) most=10 delay=0 ;;
      1) most=5 delay=5 ;;
      *) most=2 delay=30 ;;
    esac
    [ "$(jobs -rp | wc -l)" -ge "$most" ] || break
    sleep $((delay + 1))
  done
  "$1" "$task" &
done
wait
