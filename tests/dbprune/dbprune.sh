#!/bin/sh
# dbprune.sh CHECK: one end-to-end check of dbprune, in the directory it is called in.
# shellcheck disable=SC2016
set -eu
# shellcheck source=tests/dbprune/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/dbprune/prelude.sh"

check_rows_are_what_sets_say_over_random_schemas() {
  command -v python3 >/dev/null || exit 77
  python3 "$here/oracle.py" "$dbprune" "${ORACLE_RUNS:-1000}"
}

check_usual_rule_prunes_a_task_database() {
  "$here/make_tasks.sh" 5000 tasks.db
  status 0 "$dbprune" --as-of $now -f json tasks.db
  holds '"units":\["tasks.completed_at: ms"\]' out
  is 0 tasks.db "SELECT count(*) FROM tasks WHERE status = 'completed' AND completed_at < ($now - 7 * 86400) * 1000"
  is 0 tasks.db 'SELECT count(*) FROM events WHERE task_id NOT IN (SELECT id FROM tasks)'
  sound tasks.db
  is 0 tasks.db 'PRAGMA freelist_count'
  status 0 "$dbprune" --as-of $now tasks.db
  holds '^tasks.db: 0 rows deleted' out
}

check_dry_run_says_what_a_run_does_and_changes_nothing() {
  "$here/make_tasks.sh" 2000 tasks.db
  chmod 444 tasks.db
  before=$(sha256sum <tasks.db)
  status 0 "$dbprune" -n --as-of $now -f json tasks.db
  [ "$before" = "$(sha256sum <tasks.db)" ] || fail 'it was changed'
  holds 'CREATE INDEX' out
  said=$(sed 's/.*"rows":\([0-9]*\),"tables".*/\1/' out)
  chmod 644 tasks.db
  status 0 "$dbprune" --as-of $now -f json tasks.db
  holds "\"rows\":$said,\"tables\"" out
}

check_others_are_respected() {
  "$here/make_tasks.sh" 1000 tasks.db
  mkfifo hold
  sqlite3 tasks.db <hold >held &
  exec 3>hold
  echo 'BEGIN IMMEDIATE; SELECT 1;' >&3
  wait_for test -s held
  status 75 "$dbprune" --busy-timeout 100ms --as-of $now tasks.db
  holds '^dbprune: tasks.db: locked by another process$' err
  exec 3>&-
  wait
  status 0 "$dbprune" --as-of $now tasks.db
}

check_second_one_says_so() {
  "$here/make_tasks.sh" 1000 tasks.db
  exec 3<tasks.db
  flock -x 3 || exit 77
  status 75 "$dbprune" --as-of $now tasks.db
  holds '^dbprune: tasks.db: another dbprune is at work on it$' err
  exec 3<&-
  status 0 "$dbprune" --as-of $now tasks.db
}

check_what_is_no_database_is_left_alone() {
  echo 'no database, for sure; long enough to be looked at by its header, which is of a hundred bytes at least ..............' >text
  status 2 "$dbprune" text
  holds '^dbprune: text: not a database' err
  status 2 "$dbprune" nowhere.db
  holds '^dbprune: nowhere.db: ' err
  [ ! -e nowhere.db ] || fail 'it was made'
  mkdir folder
  status 2 "$dbprune" folder
  sqlite3 empty.db 'CREATE TABLE t (a)'
  status 2 "$dbprune" empty.db
  holds '^dbprune: --table: is not given' err
  status 2 "$dbprune" --table tt --where 1 empty.db
  holds 'no such table, did you mean t?' err
  status 2 "$dbprune" --table t --where 'b = 1' empty.db
  holds '^dbprune: --where: no such column: b' err
  status 2 "$dbprune" --table t --age-column a --older-than 1x empty.db
  sqlite3 empty.db 'INSERT INTO t VALUES (1)'
  for where in 'a = 1) OR (1' '"statsu" <> 1' 'a = 1; DELETE FROM t' 'a = ?' ''; do
    status 2 "$dbprune" --force --table t --where "$where" empty.db
  done
  is 1 empty.db 'SELECT count(*) FROM t'
}

check_damage_is_found_before_anything_is_done() {
  "$here/make_tasks.sh" 500 tasks.db
  dd if=/dev/zero of=tasks.db bs=4096 seek=20 count=3 conv=notrunc 2>/dev/null
  cp tasks.db before.db
  status 2 "$dbprune" --check --as-of $now tasks.db
  holds '^dbprune: tasks.db: damaged' err
  cmp tasks.db before.db
}

check_most_of_a_table_needs_force() {
  sqlite3 a.db 'CREATE TABLE t (id INTEGER PRIMARY KEY, d); WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO t SELECT i, i > 5 FROM n'
  status 2 "$dbprune" --table t --where d a.db
  holds 'would lose 95 of 100 rows' err
  is 100 a.db 'SELECT count(*) FROM t'
  status 0 "$dbprune" --force --table t --where d a.db
  is 5 a.db 'SELECT count(*) FROM t'
}

check_fail_deletes_nothing_where_rows_are_referred_to() {
  "$here/make_tasks.sh" 500 tasks.db
  status 2 "$dbprune" --on-referenced fail --as-of $now tasks.db
  holds 'referred to by' err
  is 500 tasks.db 'SELECT count(*) FROM tasks'
}

check_newest_rows_are_kept() {
  sqlite3 a.db 'CREATE TABLE cache (k TEXT PRIMARY KEY, last_used, big) WITHOUT ROWID; WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO cache SELECT i, i * 7919 % 101, 0 FROM n'
  status 0 "$dbprune" --force --table cache --max-rows 5 --order-by last_used a.db
  is '96,97,98,99,100' a.db 'SELECT group_concat(last_used) FROM (SELECT last_used FROM cache ORDER BY last_used)'
}

check_expired_rows_go() {
  sqlite3 a.db "CREATE TABLE c (id INTEGER PRIMARY KEY, expires_at); INSERT INTO c VALUES (1, $now - 1), (2, $now), (3, $now + 1), (4, NULL)"
  status 0 "$dbprune" --table c --expired-column expires_at --as-of $now a.db
  is '3,4' a.db 'SELECT group_concat(id) FROM c'
}

check_rules_of_a_file_are_all_applied() {
  "$here/make_tasks.sh" 500 tasks.db
  cat >prune.toml <<END
as-of = "$now"
[[rule]]
table = "events"
age-column = "at"
older-than = "30d"
[[rule]]
table = "quality_metrics"
max-rows = 50
order-by = "at"
END
  status 0 "$dbprune" --config prune.toml tasks.db
  is 500 tasks.db 'SELECT count(*) FROM tasks'
  is 50 tasks.db 'SELECT count(*) FROM quality_metrics'
  is 0 tasks.db "SELECT count(*) FROM events WHERE at < ($now - 30 * 86400) * 1000"
}

check_file_shrinks_to_its_budget_oldest_first() {
  "$here/make_tasks.sh" 10000 tasks.db
  status 0 "$dbprune" --table tasks --where "status = 'completed'" --age-column completed_at --max-size 4MB --as-of $now tasks.db
  [ "$(stat -c %s tasks.db)" -le 4000000 ] || fail "$(stat -c %s tasks.db) bytes"
  [ "$(stat -c %s tasks.db)" -ge 2500000 ] || fail "only $(stat -c %s tasks.db) bytes are left"
  sound tasks.db
  status 1 "$dbprune" --table tasks --where "status = 'completed'" --age-column completed_at --max-size 10kB --as-of $now tasks.db
  holds 'still over --max-size' out
}

check_file_without_auto_vacuum_is_converted_once() {
  "$here/make_tasks.sh" 2000 tasks.db none
  before=$(stat -c %s tasks.db)
  status 0 "$dbprune" --as-of $now tasks.db
  [ "$(stat -c %s tasks.db)" -eq "$before" ] || fail 'it shrank'
  status 0 "$dbprune" --convert --as-of $now tasks.db
  is 2 tasks.db 'PRAGMA auto_vacuum'
  [ "$(stat -c %s tasks.db)" -lt $((before / 2)) ] || fail 'it did not shrink'
  sound tasks.db
}

# nothing_lost ARCHIVE: every row that was in whole.db is in tasks.db or in the archive.
nothing_lost() {
  cp tasks.db check.db
  "$dbprune" -q --restore "$1" check.db >/dev/null 2>err || fail "the archive cannot be read: $(cat err)"
  everything check.db | cmp - before || fail 'rows are in neither'
}

check_killed_at_any_moment_nothing_is_lost() {
  "$here/make_tasks.sh" 3000 whole.db
  everything whole.db >before
  rounds=${KILL_ROUNDS:-40}
  for i in $(seq "$rounds"); do
    rm -f tasks.db* a.jsonl.gz
    cp whole.db tasks.db
    "$dbprune" --as-of $now --max-stall 4ms --archive a.jsonl.gz tasks.db >/dev/null 2>&1 &
    pid=$!
    sleep "0.$(printf '%03d' $((i * 7919 % 400)))"
    # What a power cut leaves: the files as they are while it runs.
    kill -STOP $pid 2>/dev/null && { cp tasks.db cut.db; cp tasks.db-wal cut.db-wal 2>/dev/null || :; }
    kill -KILL $pid 2>/dev/null || :
    wait $pid 2>/dev/null || :
    sound tasks.db
    if [ -f cut.db ]; then sound cut.db; fi
    rm -f cut.db*
    # An archive that was cut short is finished by the next run, which goes on.
    status 0 "$dbprune" --as-of $now --archive a.jsonl.gz tasks.db
    sound tasks.db
    nothing_lost a.jsonl.gz
  done
}

check_full_disk_leaves_both_whole() {
  [ "$(id -u)" -eq 0 ] || exit 77
  mkdir small
  mount -t tmpfs -o size=12m tmpfs small 2>/dev/null || exit 77
  trap 'umount small' EXIT
  "$here/make_tasks.sh" 3000 whole.db
  everything whole.db >before
  for left in 20 60 200 500; do
    rm -f small/*
    cp whole.db small/tasks.db
    dd if=/dev/zero of=small/filler bs=1k 2>/dev/null || :
    truncate -s "-${left}k" small/filler
    got=0
    "$dbprune" --as-of $now --archive small/a.jsonl.gz small/tasks.db >out 2>err || got=$?
    [ $got -eq 0 ] || holds 'no space left on device' err
    rm small/filler
    cp small/tasks.db tasks.db
    cp small/tasks.db-wal tasks.db-wal 2>/dev/null || :
    sound tasks.db
    status 0 "$dbprune" --as-of $now --archive small/a.jsonl.gz small/tasks.db
    sound small/tasks.db
    cp small/a.jsonl.gz .
    rm -f tasks.db*
    cp small/tasks.db .
    nothing_lost a.jsonl.gz
  done
}

check_time_that_is_over_ends_it_and_the_next_run_goes_on() {
  "$here/make_tasks.sh" 5000 tasks.db
  status 1 "$dbprune" --max-time 20ms --max-stall 2ms --as-of $now tasks.db
  holds 'the next run goes on' out
  sound tasks.db
  status 0 "$dbprune" --as-of $now tasks.db
  sound tasks.db
}

check_signal_ends_it_between_two_transactions() {
  "$here/make_tasks.sh" 20000 tasks.db
  "$dbprune" --max-stall 2ms --as-of $now tasks.db >out 2>err &
  pid=$!
  wait_for sh -c '[ "$(sqlite3 -cmd ".timeout 5000" tasks.db "SELECT count(*) FROM tasks")" -lt 20000 ]'
  kill -TERM $pid
  got=0
  wait $pid || got=$?
  [ $got -eq 143 ] || fail "status $got"
  sound tasks.db
}

check_rebuild_leaves_what_pruning_leaves() {
  "$here/make_tasks.sh" 2000 tasks.db
  ask tasks.db 'CREATE VIEW open AS SELECT * FROM tasks WHERE completed_at IS NULL; PRAGMA user_version = 7;
    CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO counted (x) VALUES (1), (2); DELETE FROM counted WHERE id = 2;
    CREATE VIRTUAL TABLE words USING fts5(body); INSERT INTO words VALUES (1), ("some words")'
  cp tasks.db other.db
  status 0 "$dbprune" --as-of $now other.db
  status 0 "$dbprune" --rebuild --as-of $now --archive a.jsonl.gz tasks.db
  sound tasks.db
  everything other.db >wanted
  everything tasks.db | cmp - wanted
  # the statistics of PRAGMA optimize are the pruned one's alone
  ask other.db .schema | grep -v sqlite_stat | sort >wanted
  ask tasks.db .schema | sort | cmp - wanted
  is 7 tasks.db 'PRAGMA user_version'
  is wal tasks.db 'PRAGMA journal_mode'
  is 2 tasks.db "SELECT seq FROM sqlite_sequence WHERE name = 'counted'"
  is 1 tasks.db "SELECT count(*) FROM words WHERE words MATCH 'words'"
  [ ! -e tasks.db.rebuild.tmp ] || fail 'its file is left'
  [ "$(zcat a.jsonl.gz | wc -l)" -gt 1000 ] || fail 'nothing was archived'
}

check_rebuild_wants_it_alone() {
  "$here/make_tasks.sh" 1000 tasks.db
  mkfifo hold
  sqlite3 tasks.db <hold >held &
  exec 3>hold
  echo 'SELECT count(*) FROM tasks;' >&3
  wait_for test -s held
  status 75 "$dbprune" --rebuild --as-of $now tasks.db
  holds 'has it open' err
  exec 3>&-
  wait
  is 1000 tasks.db 'SELECT count(*) FROM tasks'
}

check_writers_go_on_while_it_prunes() {
  command -v python3 >/dev/null || exit 77
  "$here/make_tasks.sh" 10000 tasks.db
  trap 'touch stop' EXIT
  python3 "$here/probe.py" tasks.db stop >probe &
  wait_for sh -c '[ "$(sqlite3 -cmd ".timeout 5000" tasks.db "SELECT count(*) FROM events WHERE type = '\''probe'\''")" -gt 3 ]'
  status 0 "$dbprune" --as-of $now -f json tasks.db
  touch stop
  wait
  sound tasks.db
  # as many as were reported written are there
  is "$(sed 's/^writes \([0-9]*\),.*/\1/' probe)" tasks.db "SELECT count(*) FROM events WHERE type = 'probe'"
}

check_a_log_that_is_not_moved_does_not_grow_without_bound() {
  command -v python3 >/dev/null || exit 77
  "$here/make_tasks.sh" 20000 tasks.db
  trap 'touch stop' EXIT
  python3 "$here/hold_checkpoints.py" tasks.db stop >held &
  wait_for test -s held
  status 75 "$dbprune" --as-of $now --busy-timeout 200ms tasks.db
  holds '^dbprune: tasks.db: a reader holds the write-ahead log, which would grow without bound$' err
  [ "$(stat -c %s tasks.db-wal)" -lt 32000000 ] || fail "$(stat -c %s tasks.db-wal) bytes of log"
  touch stop
  wait
  status 0 "$dbprune" --as-of $now tasks.db
  is 0 tasks.db "SELECT count(*) FROM tasks WHERE status = 'completed' AND completed_at < ($now - 7 * 86400) * 1000"
  sound tasks.db
}

check_triggers_run_and_may_forbid() {
  sqlite3 a.db 'CREATE TABLE t (id INTEGER PRIMARY KEY, d); CREATE TABLE log (id);
    CREATE TRIGGER told AFTER DELETE ON t BEGIN INSERT INTO log VALUES (old.id); END;
    CREATE TRIGGER never BEFORE DELETE ON t WHEN old.id = 2 BEGIN SELECT RAISE(ABORT, "no"); END;
    CREATE TRIGGER ignored BEFORE DELETE ON t WHEN old.id = 3 BEGIN SELECT RAISE(IGNORE); END;
    INSERT INTO t VALUES (1, 1), (2, 1), (3, 1), (4, 1), (5, 0)'
  status 0 "$dbprune" --table t --where d a.db
  is '2,3,5' a.db 'SELECT group_concat(id) FROM t'
  is '1,4' a.db 'SELECT group_concat(id) FROM log'
  holds '2 rows kept by triggers or constraints' out
}

check_cycle_with_a_row_that_stays_is_kept_whole() {
  sqlite3 a.db 'CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES b (id), d); CREATE TABLE b (id INTEGER PRIMARY KEY, a REFERENCES a (id));
    CREATE TABLE z (id INTEGER PRIMARY KEY, a REFERENCES a (id));
    CREATE TRIGGER never BEFORE DELETE ON z BEGIN SELECT RAISE(ABORT, "no"); END;
    INSERT INTO a VALUES (1, 1, 1), (2, 2, 1), (3, NULL, 0); INSERT INTO b VALUES (1, 1), (2, 2); INSERT INTO z VALUES (1, 1)'
  status 0 "$dbprune" --force --table a --where d a.db
  is '1,3' a.db 'SELECT group_concat(id) FROM a'
  is 1 a.db 'SELECT group_concat(id) FROM b'
  sound a.db
}

check_triggers_that_delete_leave_no_orphans() {
  sqlite3 a.db 'CREATE TABLE a (id INTEGER PRIMARY KEY, d); CREATE TABLE b (id INTEGER PRIMARY KEY); CREATE TABLE c (b REFERENCES b (id));
    CREATE TRIGGER more AFTER DELETE ON a BEGIN DELETE FROM b WHERE id = old.id; END;
    INSERT INTO a VALUES (1, 1), (2, 0); INSERT INTO b VALUES (1), (2); INSERT INTO c VALUES (1)'
  status 2 "$dbprune" --table a --where d a.db
  holds 'FOREIGN KEY' err
  sound a.db
  is 2 a.db 'SELECT count(*) FROM a'
}

check_keys_compare_as_the_parent_says() {
  sqlite3 a.db 'CREATE TABLE p (id INTEGER PRIMARY KEY, u TEXT UNIQUE COLLATE NOCASE, d); CREATE TABLE c (u REFERENCES p (u)); CREATE INDEX cu ON c (u);
    CREATE TABLE i (id INTEGER PRIMARY KEY, d); CREATE TABLE j (x REFERENCES i (id)); CREATE INDEX jx ON j (x);
    INSERT INTO p VALUES (1, "Abc", 1), (2, "x", 0); INSERT INTO c VALUES ("aBC"), ("X"); INSERT INTO i VALUES (1, 1), (2, 0); INSERT INTO j VALUES ("1"), (2)'
  status 0 "$dbprune" --table p --where d a.db
  status 0 "$dbprune" --table i --where d a.db
  is 1 a.db 'SELECT count(*) FROM c'
  is 1 a.db 'SELECT count(*) FROM j'
  sound a.db
}

check_time_and_signals_end_the_planning_too() {
  "$here/make_tasks.sh" 20000 tasks.db
  status 1 "$dbprune" --max-time 1ms --as-of $now tasks.db
  holds '0 rows deleted' out
  is 20000 tasks.db 'SELECT count(*) FROM tasks'
}

check_budget_takes_no_more_than_it_has_to() {
  "$here/make_tasks.sh" 10000 tasks.db
  used=$(ask tasks.db 'SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size')
  status 0 "$dbprune" --table tasks --where "status = 'completed'" --age-column completed_at --max-size $((used * 9 / 10)) --as-of $now tasks.db
  [ "$(ask tasks.db 'SELECT count(*) FROM tasks')" -gt 8000 ] || fail "only $(ask tasks.db 'SELECT count(*) FROM tasks') are left"
}

check_every_runs_until_a_signal() {
  "$here/make_tasks.sh" 1000 tasks.db
  "$dbprune" --every 50ms --as-of $now tasks.db >out 2>err &
  pid=$!
  wait_for sh -c '[ "$(wc -l <out)" -ge 3 ]'
  kill -TERM $pid
  got=0
  wait $pid || got=$?
  [ $got -eq 143 ] || fail "status $got"
}

check_report_shows_where_the_bytes_are() {
  "$here/make_tasks.sh" 500 tasks.db none
  status 0 "$dbprune" --pragma-report tasks.db
  holds 'events: ' out
  holds 'dbprune --convert' out
  holds 'CREATE INDEX "tasks_epic_id" ON "tasks" ("epic_id");' out
}

check_memory_is_bounded() {
  skip_under_sanitizers "$dbprune"
  command -v python3 >/dev/null || exit 77
  "$here/make_tasks.sh" 100000 tasks.db
  python3 - "$dbprune" --as-of $now tasks.db <<'END' || fail 'too much memory'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(kib, 'KiB')
sys.exit(kib > 64 * 1024)
END
}

"check_$1"
