#!/bin/sh
# proctrack.sh CHECK: one end-to-end check of scopes and what is left of them, in the directory it is called in.
set -eu
# shellcheck source=tests/proctrack/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/proctrack/prelude.sh"

check_nothing_is_left_whatever_ends_it() {
  python "$here/leak_matrix.py" "$proctrack"
}

check_status_is_the_commands() {
  for wanted in 0 1 42 255; do status $wanted "$proctrack" run -- sh -c "exit $wanted"; done
  # shellcheck disable=SC2016
  status 137 "$proctrack" run -- sh -c 'kill -9 $$'
  status 127 "$proctrack" run -- no-such-command
  holds '^proctrack: no-such-command: command not found$' err
  echo text >plain
  status 126 "$proctrack" run -- ./plain
  status 125 "$proctrack" run --isolate nothing -- true
  nothing_left || fail "something is left: $(ls tmp state/scopes)"
}

check_input_output_and_environment_are_the_commands_own() {
  # shellcheck disable=SC2016
  printf 'some input\n' | FOO=bar status 0 "$proctrack" run -- sh -c 'cat; echo "$FOO"; echo oops >&2; pwd'
  printf 'some input\nbar\n%s\n' "$PWD" | cmp - out
  [ "$(cat err)" = oops ] || fail "stderr: $(cat err)"
  # No descriptor of proctrack's own reaches the command.
  status 0 sh -c 'ls -l /proc/self/fd | wc -l'
  mv out bare
  status 0 "$proctrack" run -- sh -c 'ls -l /proc/self/fd | wc -l'
  cmp bare out || fail "descriptors leak: $(cat out)"
}

check_a_timeout_ends_even_what_ignores_it() {
  status 124 "$proctrack" run --timeout 200ms --kill-after 200ms -- sh -c 'trap "" TERM; sleep 300 & wait; sleep 300'
  holds '^proctrack: sh: timed out after 200ms$' err
  nothing_left
}

check_a_signal_before_the_command_is_up_is_not_lost() {
  for _ in $(seq 100); do
    "$proctrack" run -- sleep 300 &
    pid=$!
    kill -TERM $pid
    got=0
    wait $pid || got=$?
    [ $got -eq 143 ] || fail "status $got"
  done
  wait_for nothing_left
}

check_a_signal_to_the_group_reaches_the_command_once() {
  python - "$proctrack" <<'END'
import os, signal, subprocess, sys, time
script = '''import os, signal, sys, time
count = 0
def note(*_):
    global count
    count += 1
signal.signal(signal.SIGTERM, note)
print("ready", flush=True)
end = time.monotonic() + 0.4
while time.monotonic() < end:
    time.sleep(0.01)
print(count, flush=True)
'''
for to_group in (True, False):
    process = subprocess.Popen([sys.argv[1], 'run', '--', sys.executable, '-c', script], stdout=subprocess.PIPE,
                               text=True, start_new_session=True)
    assert process.stdout.readline() == 'ready\n'
    (os.killpg if to_group else os.kill)(process.pid, signal.SIGTERM)
    count = process.stdout.readline()
    assert count == '1\n', (to_group, count)
    process.wait()
END
}

check_other_signals_reach_the_command() {
  "$proctrack" run -- sh -c 'trap "echo usr1 >got; exit 7" USR1; echo >ready; while :; do sleep 0.01; done' &
  pid=$!
  wait_for test -s ready
  kill -USR1 $pid
  got=0
  wait $pid || got=$?
  [ $got -eq 7 ] || fail "status $got"
  holds usr1 got
}

check_a_terminal_keeps_its_keys() {
  python "$here/job_control.py" "$proctrack"
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

check_a_name_is_one_scopes() {
  a_scope --name one
  status 125 "$proctrack" run --name one -- true
  holds '^proctrack: one: the name is taken by scope ' err
  status 0 "$proctrack" stop one
  wait $scope || true
  status 0 "$proctrack" run --name one -- true
  status 125 "$proctrack" run --name ../one -- true
  nothing_left
}

check_a_state_that_cannot_be_read_is_said() {
  mkdir -p closed/scopes
  as_user=
  if [ "$(id -u)" -eq 0 ]; then
    chown -R 65534 closed
    as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
  fi
  chmod 0 closed/scopes
  for command in list gc 'stop x'; do
    # shellcheck disable=SC2086
    status 2 $as_user "$proctrack" $command --state "$PWD/closed"
    holds 'permission denied$' err
  done
  chmod 700 closed/scopes
}

check_list_shows_scopes_and_their_trees() {
  a_scope --name tree
  status 0 "$proctrack" list
  holds 'tree (.*): run, .*, 2 processes' out
  holds ' sleep 300$' out
  status 0 "$proctrack" list --format json tree
  python - out "$(cat left)" <<'END'
import json, sys
scope = json.loads(open(sys.argv[1]).read())
assert scope['name'] == 'tree' and scope['alive'] and scope['processes'] == 2, scope
assert int(sys.argv[2]) in [process['pid'] for process in scope['tree']], scope
assert all(process['residentBytes'] > 0 and process['threads'] == 1 and process['descriptors'] for process in scope['tree'])
END
  status 0 "$proctrack" stop tree
  wait $scope || true
  status 1 "$proctrack" list tree
}

check_a_report_says_what_it_cost() {
  # shellcheck disable=SC2016
  status 3 "$proctrack" run --name r --report report -- sh -c 'head -c 100000 /dev/zero >$TMPDIR/file; (sleep 300 &); sleep 0.1; exit 3'
  status 3 "$proctrack" run --report report -- sh -c 'exit 3'
  python - report <<'END'
import json, sys
first, second = [json.loads(line) for line in open(sys.argv[1])]
assert first['name'] == 'r' and first['status'] == 3 and first['endedBy'] == 'exited', first
assert first['leftoversEnded'] == 1 and first['orphansReaped'] == 1 and first['processesStarted'] >= 2, first
assert first['tempBytesRemoved'] >= 100000 and first['durationMs'] >= 100 and first['memoryPeak'] > 0, first
assert second['leftoversEnded'] == 0, second
END
}

check_limits_of_processes() {
  status 137 "$proctrack" run --max-procs 3 --on-limit kill -- sh -c 'for i in 1 2 3 4; do sleep 300 & done; wait'
  status 0 "$proctrack" run --max-procs 3 -- sh -c 'for i in 1 2 3 4; do sleep 0.5 & done; wait'
  holds 'warning: --max-procs: [45] processes, more than 3' err
  # A bomb has no grace period.
  status 137 timeout 4 "$proctrack" run --kill-after 300s --max-procs 3 --on-limit kill -- \
    sh -c 'trap "" TERM; while :; do sleep 300 & sleep 0.01; done'
  # Of two filters of forks the outer one counts.
  status 0 "$proctrack" run --max-procs 9 --on-limit deny -- "$proctrack" run --max-procs 5 --on-limit deny -- true
  holds 'warning: --on-limit: forks cannot be refused here' err
  # Threads are no processes, and what is refused is a fork at the limit.
  python - "$proctrack" <<'END'
import json, os, subprocess, sys
script = '''import os, threading, time
threads = [threading.Thread(target=time.sleep, args=(0.3,)) for _ in range(20)]
[thread.start() for thread in threads]
made = 0
for _ in range(10):
    try:
        if os.fork() == 0:
            time.sleep(0.5)
            os._exit(0)
        made += 1
    except BlockingIOError:
        pass
print(made)
'''
for _ in range(5):
    out = subprocess.run([sys.argv[1], 'run', '--max-procs', '4', '--on-limit', 'deny', '--report', 'report', '--',
                          sys.executable, '-c', script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert out.stdout == '3\n', out.stdout
account = json.loads(open('report').readlines()[-1])
assert account['forksDenied'] == 7 and account['processesStarted'] == 4 and account['processesStartedExact'], account
END
}

check_a_slow_fork_does_not_pass_the_limit() {
  # To copy the page tables of a large process takes longer than to ask for the next fork.
  cat >large.py <<'END'
import os, time
memory = bytearray(300 * 1024 * 1024)
for at in range(0, len(memory), 4096):
    memory[at] = 1
def fork():
    while True:
        try:
            return os.fork()
        except BlockingIOError:
            time.sleep(0.001)
for _ in range(4):
    if fork() == 0:
        for _ in range(15):
            if fork() == 0:
                time.sleep(0.02)
                os._exit(0)
            os.wait()
        os._exit(0)
for _ in range(4):
    os.wait()
END
  status 0 "$proctrack" run --max-procs 6 --on-limit deny --report report -- python3 large.py &
  pid=$!
  most=0
  while kill -0 $pid 2>/dev/null; do
    # The children of the shell around it are there too.
    "$proctrack" list --format json >listed 2>/dev/null || true
    now=$(sed -n 's/.*"processes":\([0-9]*\).*/\1/p' listed | head -n 1)
    [ "${now:-0}" -le "$most" ] || most=$now
  done
  wait $pid
  [ "$most" -le 6 ] || fail "$most processes"
  [ "$most" -ge 3 ] || fail 'nothing was seen'
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

check_the_state_of_another_user_is_refused() {
  [ "$(id -u)" -eq 0 ] || exit 77
  mkdir theirs
  chown 65534 theirs
  for command in list gc 'tmp --scope x' 'pool call p' 'stop x'; do
    # shellcheck disable=SC2086
    status 2 "$proctrack" $command --state theirs
    holds 'belongs to another user' err
  done
  status 125 "$proctrack" run --state theirs -- true
  status 125 "$proctrack" slot --state theirs --name s -- true
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

check_a_pipe_in_the_place_of_its_list_stops_nothing() {
  # shellcheck disable=SC2016
  status 0 timeout 10 "$proctrack" run -- sh -c 'mkfifo "$TMPDIR/.longhaul-registered"'
  nothing_left
}

check_a_state_that_others_may_write_to_is_the_same_inside() {
  mkdir shared
  chmod 775 shared
  ln -s shared link
  for state in shared link; do
    status 0 "$proctrack" run --state $state --name outer -- "$proctrack" tmp
  done
}

check_nobody_reads_its_messages_and_nothing_waits() {
  mkfifo pipe
  status 0 timeout 10 "$proctrack" run --report pipe -- true
  holds '^proctrack: warning: pipe: ' err
  python - "$proctrack" <<'END'
import os, subprocess, sys
reading, writing = os.pipe()
os.set_blocking(writing, False)
try:
    while True:
        os.write(writing, b'x' * 4096)
except BlockingIOError:
    os.set_blocking(writing, True)
command = [sys.argv[1], 'run', '--timeout', '200ms', '--', 'sleep', '300']
assert subprocess.run(command, stderr=writing, timeout=10).returncode == 124
END
}

check_its_folders_may_go_before_it() {
  # shellcheck disable=SC2016
  status 3 "$proctrack" run --name one -- sh -c 'rm -rf "$LONGHAUL_STATE"; exit 3'
  [ ! -s err ] || fail "$(cat err)"
  mkdir state
  # shellcheck disable=SC2016
  status 0 "$proctrack" run --cleanup more -- sh -c 'rm -rf "$TMPDIR"; echo x >more'
  [ ! -e more ] || fail 'what was to be cleared is left'
  nothing_left
  status 125 "$proctrack" run --cleanup '' -- true
  ln -s "$PWD" link
  status 125 "$proctrack" run --cleanup link/../ -- true
  mkdir -p real/sub
  ln -s real other
  (cd other/sub && status 125 "$proctrack" run --cleanup "$PWD" -- true)
  [ -d real/sub ] || fail 'the working directory is removed'
  # What ".." behind a link is, the kernel says.
  mkdir -p else/dir
  ln -s else/dir deep
  echo x >out-there
  echo x >else/out-there
  status 0 "$proctrack" run --cleanup deep/../out-there -- true
  [ -e out-there ] || fail 'another path was removed'
  [ ! -e else/out-there ] || fail 'what was named is left'
  # It is of a command that ran.
  status 127 "$proctrack" run --cleanup out-there -- no-such-command
  [ -e out-there ] || fail 'removed without a command'
  mkdir target
  echo x >target/kept
  status 0 "$proctrack" run --cleanup late/kept -- ln -s target late
  holds 'late/kept: is behind a link$' err
  [ -e target/kept ] || fail 'a link is followed'
  status 0 "$proctrack" run --cleanup link/ -- true
  [ -e err ] || fail "a link is followed"
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

check_children_of_before_are_reaped() {
  sh -c 'sleep 0.1 & echo $! >before; exec "$0" run -- sleep 300' "$proctrack" &
  scope=$!
  before=$(pid_in before)
  wait_for test ! -e "/proc/$before"
  kill -TERM $scope
  wait $scope || true
}

check_temporary_files_are_registered() {
  status 2 "$proctrack" tmp
  mkdir elsewhere
  # shellcheck disable=SC2016
  status 0 "$proctrack" run -- sh -c '
    file=$('"$proctrack"' tmp --suffix .json) && echo x >"$file" && case $file in "$TMPDIR"/*.json) ;; *) exit 1 ;; esac
    folder=$('"$proctrack"' tmp --directory --in elsewhere) && echo x >"$folder/file" && [ -d elsewhere/tmp.* ]'
  [ -z "$(ls elsewhere)" ] || fail 'a registered folder is left'
  nothing_left
  # shellcheck disable=SC2016
  status 0 "$proctrack" run -- sh -c 'mkdir -p "$TMPDIR/a/b" "$TMPDIR/closed/inner"; ln -s / "$TMPDIR/a/root"; chmod 0 "$TMPDIR/closed"'
  nothing_left
  for path in / "$PWD" "$PWD/.." . "$HOME"; do
    status 125 "$proctrack" run --cleanup "$path" -- true
    holds 'holds more than a scope may remove' err
  done
  nothing_left
}

check_a_state_that_cannot_be_written_is_said() {
  touch file
  status 125 "$proctrack" run --state file -- touch ran
  status 125 "$proctrack" run --state /proc/none -- touch ran
  TMPDIR=/no/such/folder status 125 "$proctrack" run -- touch ran
  [ ! -e ran ] || fail 'the command was run'
  nothing_left
}

check_scopes_within_scopes() {
  status 5 "$proctrack" run -- "$proctrack" run --isolate pidns -- "$proctrack" run --isolate subreaper -- sh -c '(setsid sleep 300 &); exit 5'
  nothing_left
  "$proctrack" run --name outer -- "$proctrack" run --name inner -- sh -c 'echo >ready; sleep 300' &
  outer=$!
  wait_for test -s ready
  status 0 "$proctrack" stop --kill outer
  wait $outer || true
  wait_for nothing_left
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
