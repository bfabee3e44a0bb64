#!/bin/sh
# hooks.sh CHECK: one end-to-end check of the commands that memwatch runs when a state rises, in the directory it is called in.
set -eu
# shellcheck source=tests/memwatch/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/memwatch/prelude.sh"

check_hooks_have_the_numbers_and_run_one_at_a_time() {
  status 143 "$memwatch" -b 100MB --on-warning 'env | grep ^MEMWATCH_ >warning; echo in >>order; sleep 0.3; echo out >>order' \
    --on-critical 'echo in >>order; echo out >>order; exit 3' --action term --log record -- \
    python3 "$here/grow.py" 5e7 97e6 1
  wait_for test -s warning
  holds '^MEMWATCH_STATE=warning$' warning
  holds '^MEMWATCH_BUDGET=100000000$' warning
  python3 - <<'END'
values = dict(line.strip().split('=', 1) for line in open('warning'))
assert 70_000_000 <= int(values['MEMWATCH_BYTES']) < 90_000_000 and int(values['MEMWATCH_PID']) > 1, values
assert int(values['MEMWATCH_PERCENT']) >= 70, values
END
  [ "$(tr '\n' ' ' <order)" = 'in out in out ' ] || fail "$(cat order)"
  record "assert {'hook': 'on-critical', 'status': 3}.items() <= of('hook')[-1].items()"
}

check_a_hook_that_hangs_is_ended_with_all_it_started() {
  status 0 "$memwatch" -b 50MB --on-warning 'sleep 300 & echo $! >left; wait' --hook-timeout 100ms -- \
    python3 "$here/grow.py" 1e9 40e6 1
  ! runs "$(cat left)" || fail 'it still runs'
}

check_a_hook_that_came_too_late_is_not_run() {
  status 0 "$memwatch" -b 100MB --on-warning 'sleep 1' --on-critical 'echo >ran' --log record -- sh -c "
    python3 $here/grow.py 1e8 84e6 0.1; sleep 1.2"
  record "assert of('summary')[0]['criticals'] == 1"
  [ ! -e ran ] || fail 'it ran when all was well'
}

check_hooks_have_streams_of_their_own() {
  printf 'a\nb\n' | status 0 "$memwatch" -b 50MB --on-warning 'cat >hookin; echo hook' --log record -- sh -c "
    python3 $here/grow.py 1e9 40e6 1; cat"
  [ "$(tr '\n' ' ' <out)" = 'a b ' ] || fail "$(cat out)"
  [ ! -s hookin ] || fail 'the hook has the input'
  holds '^hook$' err
}

check_who_is_asked_to_end_does_not_wait_for_a_hook() {
  # the command runs, and ends by the signal
  "$memwatch" -b 50MB --on-warning 'touch hook; sleep 300' -- python3 "$here/grow.py" 1e9 40e6 300 &
  watch=$!
  wait_for test -e hook
  kill -TERM $watch
  wait_for gone $watch
  # the command has ended, and only the hook is waited for
  rm hook
  "$memwatch" -b 50MB --on-warning 'touch hook; sleep 300' -- sh -c "
    echo \$\$ >command; python3 $here/grow.py 1e9 40e6 1" &
  watch=$!
  wait_for test -e hook
  wait_for gone "$(cat command)"
  runs $watch || fail 'the hook is not waited for'
  kill -TERM $watch
  wait_for gone $watch
}

check_a_hook_is_waited_for_though_the_command_outlived_an_interrupt() {
  python - "$memwatch" "$here/grow.py" <<'END'
import os, pathlib, pty, signal, sys, time
memwatch, grow = sys.argv[1:]

def wait_until(holds):
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, 'waited in vain'
        time.sleep(0.01)

def has_taken_its_signals(pid):
    pending = [line for line in pathlib.Path(f'/proc/{pid}/status').read_text().splitlines() if 'Pnd' in line]
    return all(int(line.split()[1], 16) == 0 for line in pending)

command = f"""trap '' INT; echo $$ >command; python3 {grow} 1e9 40e6 300 & grown=$!
while [ ! -e interrupted ]; do sleep 0.02; done; kill $grown"""
hook = 'touch begun; while [ ! -e go ]; do sleep 0.02; done; touch ended'
pid, terminal = pty.fork()
if pid == 0:
    os.execv(memwatch, [memwatch, '-b', '50MB', '--on-warning', hook, '--', 'sh', '-c', command])
try:
    wait_until(pathlib.Path('begun').exists)
    os.write(terminal, b'\x03')
    while b'^C' not in os.read(terminal, 1000):  # it is echoed when it was sent
        pass
    wait_until(lambda: has_taken_its_signals(pid))
    pathlib.Path('interrupted').touch()
    command_pid = pathlib.Path('command').read_text().strip()
    wait_until(lambda: not os.path.exists(f'/proc/{command_pid}'))
    pathlib.Path('go').touch()
except BaseException:
    os.kill(pid, signal.SIGTERM)
    raise
os.waitpid(pid, 0)
assert os.path.exists('ended'), 'the hook was not waited for'
END
}

"check_$1"
