#!/bin/sh
# archives.sh CHECK: one end-to-end check of what dbprune keeps before it goes, and puts back, in the directory it is called in.
# shellcheck disable=SC2016
set -eu
# shellcheck source=tests/dbprune/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/dbprune/prelude.sh"

check_archive_and_restore_are_one_round() {
  "$here/make_tasks.sh" 2000 tasks.db
  ask tasks.db "UPDATE tasks SET metadata = x'00ff' WHERE rowid % 3 = 0; UPDATE tasks SET title = CAST(x'ff41' AS TEXT) WHERE rowid % 5 = 0"
  cp tasks.db whole.db
  everything whole.db >before
  for archive in a.jsonl.gz a.jsonl a.db; do
    cp whole.db tasks.db
    status 0 "$dbprune" --as-of $now --archive $archive tasks.db
    is 0 tasks.db "SELECT count(*) FROM tasks WHERE status = 'completed' AND completed_at < ($now - 7 * 86400) * 1000"
    status 0 "$dbprune" --restore $archive tasks.db
    everything tasks.db | cmp - before || fail "not the same after $archive"
    sound tasks.db
    status 0 "$dbprune" --restore $archive tasks.db
    holds ' 0 rows restored' out
  done
}

check_restore_takes_what_is_asked_for() {
  "$here/make_tasks.sh" 1000 tasks.db
  status 0 "$dbprune" --as-of $now --archive a.jsonl.gz tasks.db
  one=$(zcat a.jsonl.gz | sed -n 's/.*"table":"tasks".*"id":"\([^"]*\)".*/\1/p' | head -n 1)
  before=$(ask tasks.db 'SELECT count(*) FROM tasks')
  status 0 "$dbprune" --restore a.jsonl.gz --table tasks --where "id = '$one'" tasks.db
  is $((before + 1)) tasks.db 'SELECT count(*) FROM tasks'
}

check_archive_keeps_rows_whose_keys_come_again() {
  for archive in a.jsonl.gz a.db; do
    rm -f a.db.one
    sqlite3 a.db.one 'CREATE TABLE t (id INTEGER PRIMARY KEY, v, d); INSERT INTO t VALUES (1, "first", 1)'
    status 0 "$dbprune" --force --table t --where d --archive $archive a.db.one
    ask a.db.one 'INSERT INTO t VALUES (1, "second", 1)'
    status 0 "$dbprune" --force --table t --where d --archive $archive a.db.one
    case $archive in
      *.db) is 'first,second' $archive 'SELECT group_concat(v) FROM t' ;;
      *) [ "$(zcat $archive | grep -c -e first -e second)" -eq 2 ] || fail 'not both' ;;
    esac
    status 1 "$dbprune" --restore $archive a.db.one
    holds '1 rows restored, 1 not: another row has their key' out
  done
}

check_archive_without_a_row_is_no_file() {
  "$here/make_tasks.sh" 100 tasks.db
  : >empty.jsonl.gz
  for archive in a.jsonl.gz a.jsonl a.db; do
    status 0 "$dbprune" --table events --where 0 --archive $archive tasks.db
    [ ! -e $archive ] || fail "$archive was made"
    status 2 "$dbprune" --table events --where 0 --archive nowhere/$archive tasks.db
    holds "nowhere/$archive: no such file or directory$" err
  done
  status 0 "$dbprune" --table events --where 0 --archive empty.jsonl.gz tasks.db
  [ "$(stat -c %s empty.jsonl.gz)" = 0 ] || fail 'a file that was there is another'
}

check_what_is_no_archive_is_left_as_it_is() {
  "$here/make_tasks.sh" 200 tasks.db
  printf 'line\nprecious' >notes.jsonl
  cp notes.jsonl before
  status 2 "$dbprune" --table events --where 1 --force --archive notes.jsonl tasks.db
  holds '^dbprune: notes.jsonl: is no archive$' err
  cmp notes.jsonl before || fail 'it was written to'
  ln -s tasks.db link.db
  for archive in tasks.db link.db; do
    status 2 "$dbprune" --archive $archive tasks.db
    holds '--archive: .*\.db is the database$' err
  done
  cp tasks.db other.db
  status 2 "$dbprune" --archive a.jsonl tasks.db other.db
  status 2 "$dbprune" -n --restore notes.jsonl tasks.db
}

check_a_line_that_is_no_row_is_told_by_the_status() {
  "$here/make_tasks.sh" 200 tasks.db
  status 0 "$dbprune" --force --as-of $now --archive a.jsonl tasks.db
  sed -i '2s/^.../???/' a.jsonl
  status 1 "$dbprune" --restore a.jsonl tasks.db
  holds 'a.jsonl:2: no whole row$' err
}

check_archive_is_cut_only_where_its_end_is_missing() {
  "$here/make_tasks.sh" 1000 tasks.db
  status 0 "$dbprune" --as-of $now --archive a.jsonl.gz tasks.db
  cp a.jsonl.gz whole.gz
  printf 'X' | dd of=a.jsonl.gz bs=1 seek=$(($(stat -c %s a.jsonl.gz) / 2)) conv=notrunc 2>/dev/null
  cp a.jsonl.gz damaged.gz
  status 2 "$dbprune" --table events --where 1 --force --archive a.jsonl.gz tasks.db
  cmp a.jsonl.gz damaged.gz || fail 'it was cut'
  head -c -5 whole.gz >a.jsonl.gz
  cp tasks.db copy.db
  status 0 "$dbprune" --restore a.jsonl.gz copy.db
  holds 'cut short' err
}

"check_$1"
