#!/bin/sh
# left_over.sh CHECK: one end-to-end check of what is left of scopes whose keepers died, and what gc and stop do with it, in the directory it is called in.
set -eu
# shellcheck source=tests/proctrack/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/proctrack/prelude.sh"

check_nothing_is_left_whatever_ends_it() {
  python "$here/leak_matrix.py" "$proctrack"
}

check_gc_ends_what_two_killed_keepers_left() {
  for isolation in subreaper auto; do
    mkdir -p "registered/$isolation"
    a_scope --isolate $isolation --cleanup "registered/$isolation"
    left=$(cat left)
    kill_both_keepers
    runs "$left" || fail 'there is nothing to clear'
    status 0 "$proctrack" gc --dry-run
    holds '^would clear 1 dead scope' out
    runs "$left" || fail 'a dry run ends processes'
    status 0 "$proctrack" gc --format json
    holds '"scopes":1,"processes":2,' out
    wait_for gone "$left"
    nothing_left || fail "something is left: $(ls tmp state/scopes)"
    [ ! -e "registered/$isolation" ] || fail 'what was registered is left'
    status 0 "$proctrack" gc
    [ ! -s out ] || fail 'it clears twice'
  done
}

check_without_proc_nothing_is_taken_for_gone() {
  [ "$(id -u)" -eq 0 ] || exit 77
  unshare -m true 2>/dev/null || exit 77
  skip_under_sanitizers "$proctrack" # AddressSanitizer finds the stack by /proc
  a_scope --isolate subreaper
  kill_both_keepers
  for command in gc list "stop $scope"; do
    # shellcheck disable=SC2016,SC2086
    status 2 unshare -m sh -c 'mount -t tmpfs none /proc; exec "$0" "$@"' "$proctrack" $command
    holds '^proctrack: /proc: is not mounted, or cannot be read$' err
  done
  [ -n "$(ls state/scopes)" ] || fail 'the scope is forgotten'
  runs "$(cat left)" || fail 'there is nothing to clear'
  status 0 "$proctrack" gc
  wait_for gone "$(cat left)"
}

check_gc_finds_what_has_no_mark_in_its_environment() {
  "$proctrack" run --isolate subreaper -- sh -c 'setsid env -i sh -c "echo \$\$ >left; sleep 300; :" & wait' &
  scope=$!
  left=$(pid_in left)
  wait_for grep -q "^stray $left-" state/scopes/*
  kill_both_keepers
  status 0 "$proctrack" gc
  wait_for gone "$left"
  nothing_left
}

check_gc_leaves_what_lives() {
  a_scope --name alive
  status 0 "$proctrack" gc
  [ ! -s out ] || fail "$(cat out)"
  runs "$(cat left)" || fail 'a living scope was cleared'
  [ -n "$(ls tmp)" ] || fail 'its files are gone'
  status 0 "$proctrack" stop alive
  wait $scope || true
}

check_gc_finds_folders_of_before_a_power_cut() {
  # The numbers of a process that is not there: its boot is over.
  mkdir -p tmp/longhaul-scope-99999999-1/deep tmp/longhaul-scope-not-one
  printf '%s\0' "$PWD/elsewhere" >tmp/longhaul-scope-99999999-1/.longhaul-registered
  echo x >elsewhere
  status 0 "$proctrack" gc
  holds '^cleared 1 dead scope' out
  [ "$(ls tmp)" = longhaul-scope-not-one ] || fail "$(ls tmp)"
  [ ! -e elsewhere ] || fail 'what was registered is left'
}

check_stop_ends_a_scope_by_name_id_and_number() {
  for by in name id number kill; do
    a_scope --name one
    case $by in
      name) status 0 "$proctrack" stop one ;;
      id) status 0 "$proctrack" stop "$(ls state/scopes)" ;;
      number) status 0 "$proctrack" stop $scope ;;
      kill) status 0 "$proctrack" stop --kill one ;;
    esac
    gone "$(cat left)" || fail "stop returns too early, by $by"
    nothing_left || fail "files are left, by $by"
    wait $scope || true
  done
  status 1 "$proctrack" stop one
  holds 'one: there is no such scope' err
}

check_whoever_is_killed_at_any_moment_gc_leaves_nothing() {
  python - "$proctrack" <<'END'
import os, pathlib, random, signal, subprocess, sys, time
begun = time.monotonic()
subprocess.run([sys.argv[1], 'run', '--', 'true'], check=True)
whole = time.monotonic() - begun
seen = set()
for _ in range(150):
    process = subprocess.Popen([sys.argv[1], 'run', '--', 'sh', '-c', 'setsid sleep 300 & setsid sleep 300 & wait'],
                               start_new_session=True, stderr=subprocess.DEVNULL)
    # With its start, as scopes are named: beside other tests a number may soon be another's.
    started = pathlib.Path(f'/proc/{process.pid}/stat').read_text().rpartition(')')[2].split()[19]
    seen.add(f'/longhaul-{process.pid}-{started}')
    time.sleep(random.random() * random.choice([1, 4]) * whole)
    # To the group: both keepers at once. To one: the other ends it.
    random.choice([os.kill, os.killpg])(process.pid, signal.SIGKILL)
    process.wait()
time.sleep(1)
subprocess.run([sys.argv[1], 'gc', '-q'], check=True)
left = [*os.listdir('tmp'), *os.listdir('state/scopes')]
left += [folder for folder, _, _ in os.walk('/sys/fs/cgroup') if any(name in folder for name in seen)]
assert not left, left
END
}

check_what_is_mounted_in_its_folder_is_left_alone() {
  unshare -rm true 2>/dev/null || exit 77
  mkdir kept
  echo x >kept/file
  # shellcheck disable=SC2016
  status 0 unshare -rm "$proctrack" run --isolate subreaper -- sh -c 'mkdir "$TMPDIR/m" && mount --bind kept "$TMPDIR/m"'
  holds 'warning: temporary files: .*/m: device or resource busy' err
  [ -e kept/file ] || fail 'what was mounted is removed'
}

check_a_stopped_scope_can_be_stopped_for_good() {
  a_scope --name one
  kill -STOP $scope
  status 0 "$proctrack" stop one
  wait $scope || true
  nothing_left
}

check_what_loses_its_mark_later_is_known() {
  "$proctrack" run --isolate subreaper -- sh -c \
    'setsid sh -c "echo \$\$ >left; while [ ! -e go ]; do sleep 0.02; done; exec env -i sleep 300" & wait' &
  scope=$!
  left=$(pid_in left)
  sleep 0.1 # a look sees it with its mark
  echo >go
  wait_for grep -q "^stray $left-" state/scopes/*
  kill -9 "$left"
  wait $scope || true
  nothing_left
}

check_many_runs_leave_nothing() {
  "$proctrack" run -- true
  for _ in $(seq "${RUNS:-500}"); do "$proctrack" run --isolate subreaper -- true; done
  nothing_left || fail 'something is left of many in a row'
  for _ in $(seq "${RUNS_AT_ONCE:-200}"); do "$proctrack" run -- sh -c '(setsid sleep 300 &)' & done
  wait
  nothing_left || fail 'something is left of many at once'
}

check_a_storm_of_orphans_is_reaped() {
  cat >storm.py <<'END'
import os
for _ in range(3000):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os._exit(0)
        os._exit(0)
    os.wait()
END
  status 0 timeout 60 "$proctrack" run --report report -- python3 storm.py
  python -c 'import json; assert json.load(open("report"))["orphansReaped"] == 3000'
}

check_an_orchestrator_stays_at_ten_processes() {
  python "$here/orchestrator.py" "$proctrack"
}

"check_$1"
