#!/bin/sh
# proctrack.sh CHECK: one end-to-end check of one scope as its command and its caller see it, in the directory it is called in.
set -eu
# shellcheck source=tests/proctrack/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/proctrack/prelude.sh"

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

check_children_of_before_are_reaped() {
  sh -c 'sleep 0.1 & echo $! >before; exec "$0" run -- sleep 300' "$proctrack" &
  scope=$!
  before=$(pid_in before)
  wait_for test ! -e "/proc/$before"
  kill -TERM $scope
  wait $scope || true
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

"check_$1"
