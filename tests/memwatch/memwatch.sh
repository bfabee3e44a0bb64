#!/bin/sh
# memwatch.sh CHECK: one end-to-end check of the guard and what it does: levels, signals, pauses, kills, hard limits, in the directory it is called in.
set -eu
# shellcheck source=tests/memwatch/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/memwatch/prelude.sh"

check_status_streams_and_signals_are_the_commands() {
  for wanted in 0 1 42; do status $wanted "$memwatch" -b 1GB -- sh -c "exit $wanted"; done
  # shellcheck disable=SC2016
  status 137 "$memwatch" -b 1GB -- sh -c 'kill -9 $$'
  status 127 "$memwatch" -b 1GB -- no-such-command
  status 126 "$memwatch" -b 1GB -- "$here"
  printf 'some input\n' | status 0 "$memwatch" -b 1GB -- sh -c 'cat; echo oops >&2'
  printf 'some input\n' | cmp - out
  [ "$(cat err)" = oops ] || fail "stderr: $(cat err)"
  "$memwatch" -b 1GB -- sh -c 'trap "exit 9" TERM; echo >up; while :; do sleep 0.01; done' &
  watch=$!
  wait_for test -s up
  kill -TERM $watch
  got=0
  wait $watch || got=$?
  [ $got -eq 9 ] || fail "status $got after TERM"
}

check_bad_input_is_said() {
  status 125 "$memwatch" -- true
  holds '^memwatch: --budget: is needed' err
  status 125 "$memwatch" -b 0 -- true
  status 2 "$memwatch" -b 1GB
  status 3 "$memwatch" --once -b 1GB
  status 3 "$memwatch" --once -b 1GB --pid 99999999
  holds '^memwatch: 99999999: no such process$' err
  status 2 "$memwatch" -b 1GB --pid 1 --scope x
  status 2 "$memwatch" -b 1GB --scope none
  holds '^memwatch: none: there is no such scope$' err
  status 2 "$memwatch" -b 1GB --cgroup .
  holds 'is no control group with a memory controller' err
  status 125 "$memwatch" -b 1GB -w 0.95 -- true
  status 125 "$memwatch" -b 1GB -w 1.5 -- true
  status 125 "$memwatch" -b 1GB --protect '(' -- true
  status 125 "$memwatch" -b 1GB --signal-warning KILL -- true
  status 125 "$memwatch" -b 1GB --log no/such/folder/record -- touch ran
  status 125 "$memwatch" -b 1GB --state-file no/such/folder/state -- touch ran
  [ ! -e ran ] || fail 'the command ran'
  status 2 "$memwatch" --plot no-such-file
  echo '{"not": "one"}' >other
  status 2 "$memwatch" --plot other
  holds '^memwatch: other: holds no sample of a record$' err
  status 0 "$memwatch" -b 100TB -- true
  holds '^memwatch: warning: --budget: 100TB is more than the machine has ' err
}

check_what_grows_fast_is_ended_before_the_budget_is_passed() {
  python3 - "$memwatch" "$here/grow.py" <<'END'
import json, os, resource, subprocess, sys, time
memwatch, grow = sys.argv[1:3]
budget = 300_000_000
for action in ('kill', 'term', 'pause') * 3:
    process = subprocess.Popen([memwatch, '-b', str(budget), '--action', action, '--log', 'record', '--', sys.executable,
                                grow, '1e9', '2e9'], stderr=subprocess.DEVNULL)
    if action == 'pause':
        paused = []
        while not paused:
            assert process.poll() is None
            if os.path.exists('record'):
                paused = [json.loads(line)['pid'] for line in open('record') if '"pause"' in line and line.endswith('\n')]
        # It stops when it runs next.
        while open(f'/proc/{paused[0]}/stat').read().rsplit(')', 1)[1].split()[0] not in 'Tt':
            time.sleep(0.001)
        os.kill(paused[0], 9)
    process.wait()
    assert process.returncode == {'kill': 137, 'term': 143, 'pause': 137}[action], (action, process.returncode)
    peak = json.loads(open('record').readlines()[-1])['peakBytes']
    assert peak < budget * 1.005, (action, peak)
    os.unlink('record')
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
assert most < budget * 1.05, most
END
}

check_a_warning_signal_lets_a_program_free_its_caches() {
  cat >cache.py <<'END'
import signal, time
cache = []
freed = 0
def free(*_):
    global freed
    cache.clear()
    freed += 1
signal.signal(signal.SIGUSR2, free)
end = time.monotonic() + 60
while freed < 2 and time.monotonic() < end:
    cache.append(b'x' * (1 << 20))
    time.sleep(0.002)
raise SystemExit(0 if freed == 2 else 1)
END
  status 0 "$memwatch" -b 200MB --signal-warning USR2 --action kill --log record -- python3 cache.py
  record "
assert of('summary')[0]['signals'] == 2 and of('summary')[0]['victims'] == 0
assert [line['state'] for line in of('state')] == ['warning', 'ok', 'warning', 'ok'][:len(of('state'))] and len(of('state')) >= 3"
}

check_paused_processes_go_on_when_there_is_room() {
  # One holds much for a while; the other would pass the budget meanwhile.
  status 0 "$memwatch" -b 200MB --action pause --victim youngest --log record -- sh -c "
    python3 $here/grow.py 1e9 110e6 1.5 & sleep 0.3; python3 $here/grow.py 1e8 100e6 & wait; wait"
  record "
actions = [line['action'] for line in of('action')]
assert actions[0] == 'pause' and 'resume' in actions, actions
assert of('summary')[0]['peakBytes'] < 200e6 and of('summary')[0]['pauses'] >= 1"
}

check_protected_processes_and_the_job_itself_are_spared() {
  status 0 "$memwatch" -b 200MB --action kill --protect 'grow.py 1.0e9' --log record -- sh -c "
    python3 $here/grow.py 1.0e9 120e6 1 & first=\$!
    python3 $here/grow.py 1e9 80e6 300 || echo ended >ended
    wait \$first"
  [ -e ended ] || fail 'nothing was ended'
  record "
kills = of('action')
assert len(kills) == 1 and '1e9 80e6' in kills[0]['command'], kills"
  status 0 "$memwatch" -b 60MB --action kill --protect . --log none -- python3 "$here/grow.py" 1e9 80e6 0.3
  grep -q '"action":"none"' none || fail "$(cat none)"
}

check_a_victim_that_ignores_term_is_killed() {
  status 137 "$memwatch" -b 100MB --action term --kill-after 300ms --log record -- \
    python3 -c 'import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
x = b"x" * 93_000_000
time.sleep(300)'
  record "assert [line['action'] for line in of('action')] == ['term', 'kill']"
}

check_nothing_stays_paused_when_it_ends() {
  sh -c "python3 $here/grow.py 1e8 60e6 300 & python3 $here/grow.py 1e8 60e6 300 & wait" &
  job=$!
  "$memwatch" --pid $job -b 110MB --action pause --interval 20ms --log record &
  watch=$!
  wait_for grep -q '"pause"' record
  wait_for stopped
  kill -TERM $watch
  wait $watch || true
  ! stopped || fail 'a process is left stopped'
}
stopped() {
  # shellcheck disable=SC2013 # one line, of words
  for pid in $(cat "/proc/$job/task/$job/children"); do
    sed 's/.*) //' "/proc/$pid/stat" | grep -q '^[Tt]' && return 0
  done
  return 1
}

check_it_ends_where_sigchld_was_ignored() {
  status 3 timeout 10 python3 -c 'import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.execv(sys.argv[1], ["memwatch", "-b", "1GB", "--", "sh", "-c", "exit 3"])' "$memwatch"
}

check_a_sawtooth_under_its_critical_level_is_left_alone() {
  cat >saw.py <<'END'
import time
for _ in range(6):
    cache = []
    for _ in range(60):
        cache.append(b'x' * (1 << 20))
        time.sleep(0.01)
END
  status 0 "$memwatch" -b 100MB --action kill --interval 50ms --log record -- python3 saw.py
  record "assert of('summary')[0]['victims'] == 0"
}

check_the_kernel_holds_a_hard_limit() {
  "$memwatch" -b 1GB --hard -- true 2>/dev/null || exit 77
  status 137 "$memwatch" -b 60MB --hard --log record -- python3 "$here/grow.py" 1e9 200e6 1
  record "assert of('summary')[0]['kernelKills'] >= 1"
  [ -z "$(find /sys/fs/cgroup -name 'longhaul-memwatch-*' 2>/dev/null)" ] || fail 'a group is left'
  # A process that is there is moved in, and out again.
  python3 "$here/grow.py" 1e7 200e6 1 &
  pid=$!
  before=$(grep memory "/proc/$pid/cgroup")
  status 1 "$memwatch" --pid $pid -b 30MB --hard
  wait $pid || true
  sleep 300 &
  pid=$!
  timeout -s INT 1 "$memwatch" --pid $pid -b 30MB --hard >/dev/null || true
  [ "$(grep memory "/proc/$pid/cgroup")" = "$before" ] || fail 'it was not moved back'
  kill -9 $pid
  [ -z "$(find /sys/fs/cgroup -name 'longhaul-memwatch-*' 2>/dev/null)" ] || fail 'a group is left'
}

check_nothing_is_taken_from_the_machine_while_it_watches() {
  command -v strace >/dev/null || exit 77
  for _ in 1 2 3 4 5; do sleep 300 & pids="${pids:-} $!"; done
  python3 "$here/grow.py" 3e7 80e6 0.5 &
  pid=$!
  timeout -s INT 3 strace -f -tt -o trace -e trace=brk,mmap,mlockall "$memwatch" --pid $pid -b 100MB --interval 10ms >record || true
  # shellcheck disable=SC2086
  kill -9 $pids
  awk '/mlockall/ { locked = 1; next } locked && /brk|mmap/ { found = 1; print } END { exit found }' trace || fail "$(cat trace)"
}

"check_$1"
