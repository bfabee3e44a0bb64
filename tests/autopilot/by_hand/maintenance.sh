#!/bin/sh
# maintenance.sh: what bounded/maintenance.sh does, without the tools, as far as a shell can: a line that is written between the
# copy and the truncation of a log is lost, and writers of the database wait for a portion at a time.
set -eu
exec 9>maintenance.lock
flock --nonblock 9 || exit 0

rotate() {
  [ -f "$1" ] && [ "$(stat -c %s "$1")" -gt 1000000 ] || return 0
  rm -f "$1.5.gz"
  for number in 4 3 2 1; do
    [ ! -f "$1.$number.gz" ] || mv "$1.$number.gz" "$1.$((number + 1)).gz"
  done
  gzip -c "$1" >"$1.1.gz.new"
  : >"$1"
  mv "$1.1.gz.new" "$1.1.gz"
}
rotate memory.jsonl

sql() { sqlite3 -cmd '.timeout 5000' tasks.db "$@"; }
size() { sql 'SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size'; }
limit=$(numfmt --from=si "${DATABASE_SIZE%B}")
if [ "$(sql 'PRAGMA auto_vacuum')" -ne 2 ]; then
  sql 'PRAGMA auto_vacuum = INCREMENTAL' 'VACUUM'
fi
while [ "$(size)" -gt "$limit" ]; do
  oldest='SELECT id FROM tasks ORDER BY id LIMIT 20'
  sql -json "SELECT * FROM events WHERE task IN ($oldest)" "SELECT * FROM tasks WHERE id IN ($oldest)" | gzip >>pruned.json.gz
  sql "BEGIN IMMEDIATE; DELETE FROM events WHERE task IN ($oldest); DELETE FROM tasks WHERE id IN ($oldest); COMMIT"
done
sql 'PRAGMA incremental_vacuum' 'PRAGMA wal_checkpoint(TRUNCATE)'

find "${TMPDIR:-/tmp}" -maxdepth 1 -user "$(id -u)" -name 'agent.*' -mmin +60 -delete
for pid in $(pgrep -u "$(id -u)" -P 1 -f 'agent\.sh' || true); do
  kill "$pid" 2>/dev/null || true
done
