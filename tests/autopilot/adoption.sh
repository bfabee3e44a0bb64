#!/bin/bash
# adoption.sh CHECK: the three scripts that a team can take as they are (tests/autopilot/bounded), at work.
# shellcheck disable=SC2015,SC2317 # conditions before fail, functions for wait_for
set -eu
here=${LONGHAUL_SOURCE:?}/tests/autopilot
PATH=${LONGHAUL_BIN:?}:$PATH
LONGHAUL_STATE=$PWD/state
ADMIT=10MB
DATABASE_SIZE=300kB
export PATH LONGHAUL_STATE ADMIT DATABASE_SIZE

# shellcheck source=tests/end_to_end.sh
. "$LONGHAUL_SOURCE/tests/end_to_end.sh"

code_lines() { grep -vc '^ *\(#.*\)\?$' "$1"; }

check_each_is_half_as_long_as_by_hand() {
  for script in guard maintenance throttle; do
    with=$(code_lines "$here/bounded/$script.sh")
    without=$(code_lines "$here/by_hand/$script.sh")
    [ $((2 * with)) -le "$without" ] || fail "$script: $with lines with the tools, $without without"
  done
}

check_the_man_page_has_them_as_they_are() {
  sed 's/\\e$/\\/' "$LONGHAUL_SOURCE/man/longhaul.7" >page
  for file in guard.sh maintenance.sh throttle.sh health.toml; do
    # A default that a test may override is a plain word there.
    sed 's/"${[A-Z_]*:-\([^}]*\)}"/\1/; /^#/d' "$here/bounded/$file" >text
    python3 -c 'import sys; sys.exit(open("text").read() not in open("page").read())' || fail "$file is another in longhaul(7)"
  done
}

check_each_is_clean_for_shellcheck() {
  command -v shellcheck >out || exit 77
  cd "$LONGHAUL_SOURCE"
  shellcheck -x tests/autopilot/*.sh tests/autopilot/*/*.sh
}

check_guard_starts_one_at_a_time() {
  "$here/bounded/guard.sh" sleep 1000 &
  guard=$!
  slot_is_held() { proctrack list --format json | grep -q '"slot":"autopilot"'; }
  wait_for slot_is_held
  status 75 "$here/bounded/guard.sh" true
  kill "$guard"
  wait "$guard" || true
  status 0 "$here/bounded/guard.sh" true
}

check_guard_holds_back_what_does_not_fit() {
  ADMIT=1000TB status 75 "$here/bounded/guard.sh" touch started
  [ ! -e started ] || fail 'it was started'
}

check_an_orchestrator_whose_watch_dies_is_not_started_beside_itself() {
  mkdir bounded
  cp "$here/bounded/keep.sh" bounded
  echo '[memory]' >bounded/health.toml
  cat >orchestrator.py <<'END'
#!/bin/sh
exec 8>alone
flock --nonblock 8 || echo >not-alone
echo $$ >>started
exec sleep 1000
END
  chmod +x orchestrator.py
  BUDGET=100MB LOOK_EVERY=1m RESTART_DELAY=0.1 proctrack run --name kept -- bounded/keep.sh 2>err &
  kept=$!
  wait_for test -s started
  kill -KILL "$(sed 's/.*) //' "/proc/$(cat started)/stat" | cut -d ' ' -f 2)" # its parent
  is_started_anew() { [ "$(wc -l <started)" -eq 2 ]; }
  wait_for is_started_anew
  kill $kept
  wait $kept || true
  [ ! -e not-alone ] || fail 'two at one time'
  [ "$(cat crashes)" = 137 ] || fail "crashes: $(cat crashes)"
}

check_guard_leaves_nothing_behind() {
  # shellcheck disable=SC2016 # for the other shell
  status 3 "$here/bounded/guard.sh" sh -c 'setsid sleep 1000 & echo $! >left; mktemp >name; exit 3'
  ! kill -0 "$(cat left)" 2>err || fail 'a process was left'
  [ ! -e "$(cat name)" ] || fail 'a file was left'
}

make_tasks() {
  sqlite3 tasks.db "CREATE TABLE tasks (id INTEGER PRIMARY KEY, status TEXT, completed_at INTEGER, result TEXT);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
    INSERT INTO tasks SELECT i, 'completed', strftime('%s', 'now') - i, hex(zeroblob(1000)) FROM n"
}

check_maintenance_rotates_and_prunes() {
  make_tasks
  yes '{"event":"sample"}' | head -c 2000000 >memory.jsonl
  status 0 "$here/bounded/maintenance.sh"
  [ "$(stat -c %s tasks.db)" -le 300000 ] || fail "the database has $(stat -c %s tasks.db) bytes"
  left=$(sqlite3 tasks.db 'SELECT count(*) FROM tasks')
  [ $((left + $(zcat pruned.jsonl.gz | wc -l))) -eq 500 ] || fail 'rows are neither in the database nor in the archive'
  [ "$(cat memory.jsonl.*.gz | zcat | wc -c)" -eq 2000000 ] || fail "not rotated: $(ls)"
}

check_maintenance_runs_once_at_a_time() {
  make_tasks
  exec 9>maintenance.lock
  flock --nonblock 9
  status 0 "$here/bounded/maintenance.sh" 9>&-
  [ "$(sqlite3 tasks.db 'SELECT count(*) FROM tasks')" -eq 500 ] || fail 'it pruned beside another'
}

# Each command notes how many run with it, and takes a moment.
make_command() {
  cat >work.sh <<'END'
#!/bin/sh
mktemp -p running task.XXXXXX >"name.$1"
ls running | wc -l >>together
sleep 0.2
rm "$(cat "name.$1")"
echo "$1" >>done
END
  chmod +x work.sh
  mkdir running
}

check_throttle_runs_each_task_once() {
  make_command
  echo '[[metric]]
name = "queue"
command = "echo 0"' >health.toml
  seq 12 | status 0 "$here/bounded/throttle.sh" ./work.sh
  [ "$(sort -n 'done' | tr '\n' ' ')" = '1 2 3 4 5 6 7 8 9 10 11 12 ' ] || fail "done: $(cat 'done')"
  [ "$(sort -n together | tail -n 1)" -gt 1 ] || fail 'one after the other'
}

check_throttle_runs_fewer_where_it_is_critical() {
  make_command
  echo 'agents = 8
[[metric]]
name = "queue"
command = "cat queue"
warning = 1
critical = 2' >health.toml
  echo 5 >queue
  seq 3 | "$here/bounded/throttle.sh" ./work.sh >out 2>err &
  throttle=$!
  # Two may run while it is critical, and half a minute is between their starts.
  wait_for test -e 'done'
  [ "$(sort -n together | tail -n 1)" -le 2 ] || fail "$(cat together)"
  kill "$throttle"
  wait "$throttle" || true
}

"check_${1:?}"
