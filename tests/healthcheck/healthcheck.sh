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
  holds 'rotate_logs because of .*: logrotd --once logs/\*\*/\*.jsonl$' out
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
  holds '^WARNING  rows:tasks.db: 2 (warning 2): table tasks$' out
  holds 'prune_database because of rows:tasks.db: dbprune tasks.db$' out
  status 3 "$healthcheck" --database none.db
  holds '^UNKNOWN  database:none.db: no such file or directory$' out
  [ ! -e none.db ] || fail 'the database was made'
  head -c 100000 /dev/urandom >not.db
  status 3 "$healthcheck" --database not.db
  holds '^UNKNOWN  freelist:not.db: .*not a database' out
  printf '[[database]]\npath = "tasks.db"\ntable = "none"\n' >health.toml
  status 3 "$healthcheck" --config health.toml
  holds '^UNKNOWN  freelist:tasks.db: no such table: none' out
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
  for options in '--metric x' '--metric =1' '--confirm 3/2' '--confirm x' '--timeout 0' '--keep 0' '--skip memroy' 'allow' \
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

check_eval_is_safe() {
  odd="a b'; touch pwned; \$(touch pwned) \`touch pwned\`.log"
  echo entry >"$odd"
  status 0 "$healthcheck" --format shell --log "$odd"
  eval "$(cat out)"
  [ "$HEALTH" = ok ] && [ "$THROTTLE" = 0 ] && [ "$MAX_AGENTS" = 10 ] || fail "$(cat out)"
  head -c 101000000 /dev/zero >"$odd"
  status 2 "$healthcheck" --format shell --log "$odd" --agents 8
  eval "$(cat out)"
  [ "$HEALTH" = critical ] && [ "$THROTTLE" = 2 ] && [ "$MAX_AGENTS" = 2 ] && [ "$DELAY" = 30 ] || fail "$(cat out)"
  [ "$RECOMMENDATION" = rotate_logs ] && [ "$REASON" = "log:$odd" ] || fail "$(cat out)"
  [ ! -e pwned ] || fail 'it ran what it should quote'
}

check_json_is_json_and_nagios_is_one_line() {
  command -v python3 >/dev/null || exit 77
  echo entry >'od"d.log'
  status 2 "$healthcheck" --log 'od"d.log' --metric 'q:1:2=echo 2' --log none --format json
  python3 -c '
import json
found = json.load(open("out"))
assert found["health"] == "critical" and [c["level"] for c in found["checks"]] == ["ok", "unknown", "critical"], found
assert found["throttle"] == 2 and found["checks"][0]["label"] == "od\"d.log"'
  status 2 "$healthcheck" --log 'od"d.log' --metric 'q:1:2=echo 2' --format nagios
  [ "$(wc -l <out)" -eq 1 ] || fail 'not one line'
  holds "^HEALTH CRITICAL - 1 critical of 2; metric:q 2 .* | 'log:od\"d.log'=6B;50000000;100000000 'metric:q'=2;1;2$" out
}

check_github_gets_annotations() {
  status 2 "$healthcheck" --metric 'q:1:2=echo 2' --format github
  holds '^::error title=healthcheck critical metric%3Aq::2 (warning 1, critical 2)$' out
  holds '^::notice title=healthcheck::critical: ' out
}

check_promtool_finds_nothing_to_say_of_the_metrics() {
  command -v promtool >/dev/null || exit 77
  sqlite3 tasks.db 'CREATE TABLE tasks (id)'
  touch beat
  odd='quote" back\slash {x=1}'
  for log in a.log "$odd"; do echo entry >"$log"; done
  for _ in 1 2; do
    "$healthcheck" --history history --pid $$ --load --disk . --log a.log --log "$odd" --database tasks.db --temp . \
      --heartbeat beat --metric 'q:1:2=echo 5' --breaker b --format prometheus >health.prom || true
  done
  holds '^longhaul_health_log_growth_bytes_per_hour{what="a.log"}' health.prom
  status 0 promtool check metrics <health.prom
  [ ! -s out ] && [ ! -s err ] || fail "$(cat out err)"
}

check_an_output_file_is_replaced_at_one_stroke() {
  echo entry >a.log
  status 0 "$healthcheck" --log a.log --format prometheus --output health.prom
  [ ! -s out ] || fail 'something was printed'
  holds '^longhaul_health_log_bytes{what="a.log"} 6$' health.prom
  status 3 "$healthcheck" --log a.log --output /dev/full
  status 3 "$healthcheck" --log a.log --output none/health.prom
  holds '^healthcheck: none/health.prom.tmp: no such file or directory' err
  [ "$(ls health.prom*)" = health.prom ] || fail "$(ls)"
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
  [ "$(sed -n 56p out)" = '2 rising by -10 a minute, seen over 56 samples' ] || fail "$(sed -n 56p out)"
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

check_rollout() {
  status 0 env LONGHAUL_HEALTHCHECK=off "$healthcheck" --metric 'q:1:2=echo 5'
  [ ! -s out ] || fail "$(cat out)"
  status 0 env LONGHAUL_HEALTHCHECK=shadow LONGHAUL_SHADOW_LOG=shadow "$healthcheck" --metric 'q:1:2=echo 5'
  [ ! -s out ] || fail "$(cat out)"
  holds '"tool":"healthcheck".*"health":"critical"' shadow
}

"check_${1:?}"
