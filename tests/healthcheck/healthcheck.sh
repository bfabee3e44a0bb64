#!/bin/sh
# healthcheck.sh CHECK: one end-to-end check of healthcheck, in the directory it is called in.
# shellcheck disable=SC2015,SC2016 # conditions before fail, and text for other shells
set -eu
healthcheck=${LONGHAUL_BIN:?}/healthcheck
LONGHAUL_STATE=$PWD/state
export LONGHAUL_STATE

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"

check_the_worst_level_is_the_status() {
  echo entry >a.log
  status 0 "$healthcheck" --log a.log
  holds '^OK       log:a.log: 6 (warning 50MB, critical 100MB): 1 file$' out
  status 1 "$healthcheck" --log a.log --metric 'queue:5:9=echo 5'
  holds '^WARNING  metric:queue: 5 (warning 5, critical 9)$' out
  status 2 "$healthcheck" --metric 'queue:5:9=echo 9' --metric 'other:5:9=echo 6'
  status 3 "$healthcheck" --log a.log --log none.log
  holds '^UNKNOWN  log:none.log: no such file$' out
  status 1 "$healthcheck" --log none.log --metric 'queue:5:9=echo 5'
  status 2 "$healthcheck" --log none.log --metric 'queue:5:9=echo 10'
}

check_the_tree_of_the_caller_is_measured_where_nothing_is_named() {
  status 0 "$healthcheck"
  for check in memory processes zombies descriptors; do holds "^OK       $check: " out; done
  sleep 30 & sleeper=$!
  status 0 "$healthcheck" --pid $$ --format json
  holds '"name":"processes","level":"ok","value":2,' out
  kill $sleeper
}

check_a_tree_over_its_budget_is_critical() {
  command -v python3 >/dev/null || exit 77
  mkfifo pipe
  python3 -c 'data = b"x" * 60_000_000; print("up", flush=True); import time; time.sleep(20)' >up & hog=$!
  wait_for test -s up
  status 2 "$healthcheck" --pid $hog --budget 50MB --skip processes
  holds '^CRITICAL memory: [67][0-9.]*MB (warning 35MB, critical 45MB): 1 process$' out
  holds 'throttle 3, at most 0 agents, pause_execution because of memory' out
  status 1 "$healthcheck" --pid $hog --budget 90MB
  holds 'reduce_agents' out
  status 0 "$healthcheck" --pid $hog --budget 1GB
  printf '[memory]\nwarning = "10MB"\ncritical = "20MB"\nalert = "30MB"\n' >health.toml
  status 2 "$healthcheck" --config health.toml --pid $hog
  holds 'restart because of memory: proctrack stop' out
  kill $hog
}

check_a_pid_that_is_gone_is_unknown() {
  status 3 "$healthcheck" --pid 99999999
  holds '^UNKNOWN  memory: process 99999999: there is no such process$' out
}

check_zombies_are_counted_with_who_does_not_wait() {
  command -v python3 >/dev/null || exit 77
  python3 -c '
import os, time
for _ in range(6):
    if os.fork() == 0: os._exit(0)
print("up", flush=True)
time.sleep(30)' >up & parent=$!
  wait_for test -s up
  wait_for sh -c "'$healthcheck' --pid $parent | grep -q 'WARNING  zombies: 6 .*: process $parent does not wait for python3'"
  kill $parent
}

check_logs_are_summed_and_the_largest_is_named() {
  mkdir -p logs/deep
  head -c 30000000 /dev/zero >logs/a.jsonl
  head -c 25000000 /dev/zero >logs/deep/b.jsonl
  status 0 "$healthcheck" --log 'logs/*.jsonl'
  status 1 "$healthcheck" --log 'logs/**/*.jsonl'
  holds 'log:logs/\*\*/\*.jsonl: 55MB .*: 2 files, the largest logs/a.jsonl with 30MB' out
  holds "rotate_logs because of .*: find logs/ -name '\*.jsonl' -exec logrotd --once {} +$" out
  status 1 "$healthcheck" --log 'logs/**/*.jsonl' --format shell
  # What is advised helps, with a PATH that has the tools.
  eval "$(cat out)"
  PATH=${LONGHAUL_BIN}:$PATH sh -c "$COMMAND" >out 2>err || fail "$(cat err)"
  status 0 "$healthcheck" --log 'logs/**/*.jsonl'
  mkdir 'l[1'
  head -c 60000000 /dev/zero >'l[1/2.log'
  status 1 "$healthcheck" --log 'l[[]1/[0-9].log'
  holds ': logrotd --once l\[\[\]1/\[0-9\].log$' out
  status 3 "$healthcheck" --log 'logs/*.txt'
  holds 'log:logs/\*.txt: no file matches$' out
  ln -s nowhere logs/dangling.jsonl
  status 0 "$healthcheck" --log 'logs/*.jsonl'
}

check_ten_thousand_files_under_a_pattern() {
  mkdir logs
  (cd logs && seq 10000 | sed 's/$/.log/' | xargs touch)
  status 2 "$healthcheck" --log 'logs/*.log' --temp logs --format json
  holds '"note":"10000 files' out
}

check_a_database_in_any_state() {
  command -v sqlite3 >/dev/null || exit 77
  sqlite3 tasks.db 'CREATE TABLE tasks (id); INSERT INTO tasks VALUES (1), (2)'
  printf '[[database]]\npath = "tasks.db"\ntable = "tasks"\nrows-warning = 2\n' >health.toml
  status 1 "$healthcheck" --config health.toml
  holds '^WARNING  rows:tasks.db:tasks: 2 (warning 2)$' out
  holds 'prune_database because of rows:tasks.db:tasks: dbprune tasks.db$' out
  status 3 "$healthcheck" --database none.db
  holds '^UNKNOWN  database:none.db: no such file or directory$' out
  [ ! -e none.db ] || fail 'the database was made'
  head -c 100000 /dev/urandom >not.db
  status 3 "$healthcheck" --database not.db
  holds '^UNKNOWN  freelist:not.db: .*not a database' out
  printf '[[database]]\npath = "tasks.db"\ntable = "none"\n' >health.toml
  status 3 "$healthcheck" --config health.toml
  holds '^UNKNOWN  rows:tasks.db:none: no such table: none' out
}

check_a_locked_database_is_unknown_in_time() {
  command -v python3 >/dev/null || exit 77
  sqlite3 tasks.db 'CREATE TABLE tasks (id)'
  mkfifo pipe
  python3 -c '
import sqlite3
one = sqlite3.connect("tasks.db", isolation_level=None)
one.execute("PRAGMA locking_mode=EXCLUSIVE")
one.execute("BEGIN EXCLUSIVE")
print("up", flush=True)
import time; time.sleep(20)' >up & holder=$!
  wait_for test -s up
  status 3 timeout 10 "$healthcheck" --database tasks.db --timeout 500ms
  holds '^UNKNOWN  freelist:tasks.db: locked by another process' out
  holds '^OK       database:tasks.db: ' out
  kill $holder
}

check_a_metric_that_hangs_floods_or_fails_is_unknown() {
  status 3 timeout 10 "$healthcheck" --timeout 300ms --metric 'a=sleep 60' --metric 'b=yes' --metric 'c=exit 3' \
    --metric 'd=echo many' --metric 'e=true' --metric 'f=echo 1' --metric 'g=sleep 60.071 & echo 1' --metric 'h=nosuch'
  holds '^UNKNOWN  metric:a: the command did not end in time$' out
  holds '^UNKNOWN  metric:b: the command prints without end$' out
  holds '^UNKNOWN  metric:c: the command ends with status 3$' out
  holds "^UNKNOWN  metric:d: the command prints no number: 'many'$" out
  holds '^UNKNOWN  metric:e: the command prints nothing$' out
  holds '^OK       metric:f: 1$' out
  holds '^UNKNOWN  metric:g: the command did not end in time$' out
  holds '^UNKNOWN  metric:h: the command ends with status 127$' out
  # No other test has this number.
  ! pgrep -f '^sleep 60\.071$' >/dev/null || fail 'a command was left'
}

check_a_check_that_hangs_in_the_kernel_does_not_hang_the_gate() {
  skip_under_sanitizers "$healthcheck"
  command -v strace >/dev/null || exit 77
  echo 1 >hung.log
  echo 1 >good.log
  strace -o trace -e trace=none true 2>/dev/null || exit 77
  # Any stat of the file takes five seconds.
  begun=$(date +%s)
  status 3 timeout 30 strace -f -qq -o trace -P "$PWD/hung.log" -e inject=newfstatat,stat,lstat,statx:delay_enter=5000000 \
    "$healthcheck" --timeout 300ms --log "$PWD/hung.log" --log good.log
  holds '^UNKNOWN  log:.*/hung.log: did not answer in time$' out
  holds '^OK       log:good.log' out
  [ $(($(date +%s) - begun)) -lt 20 ] || fail 'it hung'
}

check_heartbeats_age() {
  touch beat
  status 0 "$healthcheck" --heartbeat beat
  touch -d '3 minutes ago' beat
  status 1 "$healthcheck" --heartbeat beat
  touch -d '1 hour ago' beat
  status 2 "$healthcheck" --heartbeat beat
  holds '^CRITICAL heartbeat:beat: 1h (warning 2m, critical 5m)' out
  holds 'restart because of heartbeat:beat' out
  status 3 "$healthcheck" --heartbeat none
}

check_how_a_scope_ended() {
  proctrack=${LONGHAUL_BIN:?}/proctrack
  status 3 "$healthcheck" --exit job
  holds 'exit:job: no scope of this name has ended yet$' out
  "$proctrack" run --name job -- true
  status 0 "$healthcheck" --exit job
  "$proctrack" run --name job -- false || true
  status 1 "$healthcheck" --exit job
  # shellcheck disable=SC2016
  "$proctrack" run --name job -- sh -c 'kill -SEGV $$' || true
  status 2 "$healthcheck" --exit job
  holds '^CRITICAL exit:job: 2 .*: signal, status 139$' out
}

check_a_scope_is_a_tree() {
  proctrack=${LONGHAUL_BIN:?}/proctrack
  "$proctrack" run --name job -- sleep 30 & scope=$!
  wait_for sh -c "'$healthcheck' --scope job | grep -q '^OK       processes: 1 '"
  status 3 "$healthcheck" --scope none
  holds 'there is no such scope' out
  kill $scope
  wait $scope || true
}

check_a_misspelled_key_has_the_nearest_right_name() {
  printf 'histroy = "x"\n' >health.toml
  status 3 "$healthcheck" --config health.toml
  holds "^healthcheck: health.toml:1: unknown key 'histroy', did you mean history?" err
  [ ! -s out ] || fail 'something was printed'
  printf '[memroy]\nwarning = "1GB"\n' >health.toml
  status 3 "$healthcheck" --config health.toml
  holds "unknown section 'memroy', did you mean memory?" err
  printf '[[database]]\npath = "x"\nwal-warnin = "1MB"\n' >health.toml
  status 3 "$healthcheck" --config health.toml
  holds "health.toml:3: unknown key 'wal-warnin', did you mean wal-warning?" err
  printf '[[log]]\npath = "x"\nwarning = "much"\n' >health.toml
  status 3 "$healthcheck" --config health.toml
  holds "health.toml:3: warning: 'much'" err
}

check_the_printed_configuration_is_one() {
  "$healthcheck" --print-config >health.toml
  status 0 "$healthcheck" --config health.toml
  # Every key of it is known, whatever becomes of a value that may not fit it.
  grep -E '^#[a-z-]+ = |^#\[\[' health.toml | sed 's/^#//' >keys
  [ "$(wc -l <keys)" -gt 60 ] || fail 'there are few keys'
  section=
  while read -r line; do
    case $line in
      '[['*) section=$line ;;
      *)
        printf '%s\n%s = "x"\n' "$section" "${line%% = *}" >one.toml
        timeout 20 "$healthcheck" --config one.toml >out 2>err || true
        lacks 'unknown key\|unknown section\|not TOML' err
        printf '%s\nno%s = "x"\n' "$section" "${line%% = *}" >one.toml
        status 3 "$healthcheck" --config one.toml
        holds 'unknown key' err
        ;;
    esac
  done <keys
}

check_bad_usage_is_said() {
  status 3 "$healthcheck" --horizon -1
  holds '^healthcheck: --horizon: must not be below 0$' err
  status 3 "$healthcheck" --agents 0
  for options in '--metric x' '--metric =1' '--metric :1:2=x' '--metric q:1:2:3=x' '--confirm 3/2' '--confirm x' '--timeout 0' '--keep 0' '--skip memroy' 'allow' \
    '--breaker b frob' '--predict' '--pid 1 --scope x' '--warning 0.9 --critical 0.5' '--metric q:9:5=echo'; do
    # shellcheck disable=SC2086
    status 3 "$healthcheck" $options
    [ "$(wc -l <err)" -eq 1 ] || fail "$options: $(cat err)"
    [ ! -s out ] || fail "$options: something was printed"
  done
  status 3 "$healthcheck" --skip memroy
  holds "'memroy' is no check, did you mean memory?" err
}

check_a_gate_in_a_script_a_makefile_and_a_pipe() {
  echo entry >a.log
  printf 'all: gate\n\t@echo built\ngate:\n\t@"%s" -q --log a.log --metric "q:1:$(LIMIT)=echo 5"\n' "$healthcheck" >Makefile
  if command -v make >/dev/null; then
    status 2 make -s LIMIT=4
    lacks built out
  fi
  # shellcheck disable=SC2016
  status 2 sh -ec '"$0" --metric "q::4=echo 5"; echo went on' "$healthcheck"
  lacks 'went on' out
  "$healthcheck" --log a.log --format json | head -c 10 >out
  holds '{"time"' out
  status 3 sh -c '"$0" --log a.log >/dev/full' "$healthcheck"
  holds 'no space left on device' err
}

check_what_was_foreseen_warns() {
  now=$(date +%s)
  { echo 'longhaul-healthcheck 1'
    seq 60 | awk -v now="$now" '{ printf "s %d000 ok metric:q=%g\n", now - 3600 + 60 * ($1 - 1), 10 + $1 }'; } >history
  echo 71 >value
  status 1 "$healthcheck" --history history --metric 'q:none:75=cat value' --explain
  holds '^WARNING  metric:q: 71 (critical 75); passes critical in about ' out
  holds 'why: rising by ' out
  status 0 "$healthcheck" --history history --metric 'q:none:75=cat value' --horizon 1
}

check_a_filter_of_forecasts() {
  seq 60 | awk '{ print $1 * 60, 300 + 10 * $1 }' >leak
  status 0 "$healthcheck" --predict --limit 880 <leak
  [ "$(wc -l <out)" -eq 60 ] || fail "$(wc -l <out) lines"
  [ "$(sed -n 1p out) $(sed -n 56p out) $(sed -n 58p out)" = 'inf 2 0' ] || fail "$(cat out)"
  # What comes later changes nothing of what was said.
  head -n 50 leak >part
  head -n 50 out >wanted
  status 0 "$healthcheck" --predict --limit 880 <part
  cmp wanted out
  status 0 "$healthcheck" --predict --method linear --limit 880 <leak
  [ "$(sed -n 50p out)" = 8 ] || fail "$(sed -n 50p out)"
  sed 's/ / -/' leak >falling
  status 0 "$healthcheck" --predict --below --limit -880 --explain <falling
  [ "$(sed -n 56p out)" = '2 falling by 10 a minute, seen over 56 samples' ] || fail "$(sed -n 56p out)"
  printf '1 2\n3 x\n' | status 3 "$healthcheck" --predict --limit 5
  holds "^healthcheck: stdin:2: is not a time and a value: '3 x'$" err
}

check_a_filter_answers_at_once() {
  mkfifo in answers
  "$healthcheck" --predict --limit 5 <in >answers & filter=$!
  exec 3>in 4<answers
  echo '1 2' >&3
  read -r answer <&4
  [ "$answer" = inf ] || fail "$answer"
  echo '2 6' >&3
  read -r answer <&4
  [ "$answer" = 0 ] || fail "$answer"
  exec 3>&-
  wait $filter
}

check_quiet_says_nothing_where_all_is_well() {
  status 0 "$healthcheck" -q --metric 'q:5:9=echo 1'
  [ ! -s out ] || fail "$(cat out)"
  status 1 "$healthcheck" -q --metric 'q:5:9=echo 5'
  [ -s out ] || fail 'nothing is said'
}

check_a_watch_looks_again_and_ends_by_a_signal() {
  "$healthcheck" --watch 50ms --metric 'q=echo 1' >out 2>err & watch=$!
  wait_for sh -c 'test "$(grep -c "^OK       metric:q: 1$" out)" -ge 3'
  kill -TERM $watch
  got=0
  wait $watch || got=$?
  [ $got -eq 143 ] || fail "status $got"
  printf 'watch = "1s"\nmetric = ["q=echo 1"]\n' >health.toml
  status 0 timeout 10 "$healthcheck" --config health.toml --once
}

zombies_of() { ps --ppid "$1" -o stat= | awk '/Z/ { count++ } END { print count + 0 }'; }

check_a_watch_reaps_its_children() {
  mkfifo tasks.db
  "$healthcheck" --watch 20ms --timeout 10ms --database tasks.db --metric 'q=echo 1' >out 2>err & watch=$!
  wait_for sh -c 'test "$(grep -c "metric:q" out)" -ge 12'
  left=$(zombies_of $watch)
  kill -TERM $watch
  wait $watch || true
  [ "$left" -le 3 ] || fail "$left zombies"
}

check_a_watch_goes_on_where_its_file_cannot_be_written() {
  mkdir there
  "$healthcheck" --watch 20ms --metric 'q=echo 1' --output there/out 2>err & watch=$!
  wait_for test -s there/out
  rm -r there
  wait_for test -s err
  mkdir there
  wait_for test -s there/out
  kill -TERM $watch
  wait $watch || [ $? -eq 143 ] || fail 'it ended by itself'
}

check_a_watch_without_a_reader_ends_with_the_last_level() {
  mkfifo pipe
  head -n 1 pipe >first & reader=$!
  status_of_watch=0
  "$healthcheck" --watch 20ms --metric 'q:1:2=echo 3' >pipe || status_of_watch=$?
  wait $reader
  [ $status_of_watch -eq 2 ] || fail "status $status_of_watch"
}

# ended_with_its_command SIGNAL ARGUMENT...: the command, a sleep that holds a lock, ends too.
ended_with_its_command() {
  signal=$1
  shift
  : >lock
  "$healthcheck" "$@" >out 2>err & one=$!
  wait_for sh -c '! flock -n lock true'
  kill -"$signal" $one
  got=0
  wait $one || got=$?
  [ $got -eq 143 ] || [ $got -eq 137 ] || fail "status $got"
  wait_for flock -n lock true
}

check_a_signal_ends_the_commands_too() {
  ended_with_its_command TERM --timeout 50s --metric 'q=flock lock sleep 60 | cat'
  ended_with_its_command KILL --timeout 50s --metric 'q=flock lock sleep 60 | cat'
  ended_with_its_command TERM --metric 'q:1=echo 2' --hook-timeout 50s --on-warning 'flock lock sleep 60 | cat'
  ended_with_its_command TERM --watch 1s --metric 'q:1=echo 2' --hook-timeout 50s --on-warning 'flock lock sleep 60 | cat'
}

check_temporary_files_are_counted_whatever_happens_beside() {
  mkdir -p t-1/a/.b t-2
  head -c 1000 /dev/zero >t-1/a/.b/one
  head -c 500 /dev/zero >t-2/two
  ln -s .. t-1/up
  status 0 "$healthcheck" --temp 't-*'
  holds '^OK       temp:t-\*: 1.5kB .*2 files' out
  status 3 "$healthcheck" --temp none
  mkfifo fifo
  status 3 "$healthcheck" --temp fifo
  if [ "$(id -u)" -ne 0 ]; then
    chmod 0 t-2
    status 3 "$healthcheck" --temp t-2
    holds 'permission denied' out
    chmod 755 t-2
  fi
  (while :; do
    mkdir -p t-1/x/y/z
    rm -rf t-1/x
  done) & churn=$!
  for _ in $(seq 100); do "$healthcheck" --temp t-1 || true; done >out 2>&1
  kill $churn
  ! grep UNKNOWN out || fail 'a folder that vanishes is no problem'
}

check_files_below_two_double_stars_are_counted_once() {
  mkdir -p a/b/c
  head -c 1000 /dev/zero >a/b/c/one.log
  status 0 "$healthcheck" --log '**/**/*.log'
  holds '^OK       log:.*: 1kB .*1 file$' out
}

check_none_is_no_limit_for_memory_too() {
  printf '[memory]\nwarning = "none"\ncritical = "none"\nalert = "none"\n' >health.toml
  status 0 "$healthcheck" --config health.toml --budget 1k
  printf '[memory]\ncritical = "none"\n' >health.toml
  status 1 "$healthcheck" --config health.toml --budget 1k
}

check_one_thing_is_checked_once() {
  echo entry >a.log
  sqlite3 tasks.db 'CREATE TABLE tasks (id); CREATE TABLE events (id)'
  cat >health.toml <<'END'
load = true
[[load]]
warning = 1000
critical = 2000
[[database]]
path = "tasks.db"
table = "tasks"
rows-critical = 50
[[database]]
path = "tasks.db"
table = "events"
[[metric]]
name = "q"
command = "echo 1"
END
  sed -i 's/^load = true$//' health.toml
  status 0 "$healthcheck" --config health.toml --load --log a.log --log a.log --database tasks.db
  [ -z "$(sed 's/: .*//' out | sort | uniq -d)" ] || fail "$(cat out)"
  holds '^OK       load: .*(warning 1000, critical 2000)' out
  holds '^OK       rows:tasks.db:tasks: 0 (critical 50)$' out
  holds '^OK       rows:tasks.db:events: 0$' out
  status 3 "$healthcheck" --metric 'q=echo 1' --metric 'q=echo 2'
  holds '^healthcheck: metric q: is two commands$' err
}

check_limits_alone_are_for_what_the_command_line_names() {
  printf '[[log]]\nwarning = "3"\ncritical = "5MB"\n' >health.toml
  echo entry >a.log
  status 1 "$healthcheck" --config health.toml --log a.log
  holds '^WARNING  log:a.log: 6 (warning 3, critical 5MB)' out
  # Nothing is named: the tree of the caller.
  status 0 "$healthcheck" --config health.toml
  holds '^OK       processes: ' out
  printf '[metric]\ncommand = "echo 1"\n' >health.toml
  status 3 "$healthcheck" --config health.toml
  holds '^healthcheck: metric: a section of the configuration has no name$' err
}

check_off_and_shadow_answer_ok() {
  state=$PWD/state
  export LONGHAUL_SHADOW_LOG="$state/shadow.jsonl"
  mkdir "$state"
  for rollout in off shadow; do
    export LONGHAUL_HEALTHCHECK=$rollout
    status 0 "$healthcheck" --metric 'q:1:2=echo 5' --history history --on-critical 'touch told' --breaker b
    [ ! -s out ] && [ ! -s err ] || fail "$(cat out err)"
    [ ! -e told ] || fail 'a command was run'
    status 0 "$healthcheck" --metric 'q:1:2=echo 5' --format shell
    holds '^HEALTH=ok THROTTLE=0 MAX_AGENTS=10 ' out
    status 0 "$healthcheck" --breaker b --history history allow
    status 0 "$healthcheck" --breaker b --history none/history allow
  done
  holds '^healthcheck: warning: none/history: the breaker.s state is not known$' err
  holds '"tool":"healthcheck".*"health":"critical".*"changedFrom":"ok"' "$LONGHAUL_SHADOW_LOG"
  holds '"breaker":"b","word":"allow","exit":1}' "$LONGHAUL_SHADOW_LOG"
  # What was not told is told once it is switched on.
  LONGHAUL_HEALTHCHECK=on status 2 "$healthcheck" --metric 'q:1:2=echo 5' --history history --on-critical 'touch told'
  [ -e told ] || fail 'it was not told'
}

"check_${1:?}"
