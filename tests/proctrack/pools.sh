#!/bin/sh
# pools.sh CHECK: one end-to-end check of pools, in the directory it is called in.
set -eu
# shellcheck source=tests/proctrack/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/proctrack/prelude.sh"

check_a_pool_answers() {
  status 0 "$proctrack" pool start --name p --size 2 -- python3 "$here/worker.py"
  echo '{"n":1}' | status 0 "$proctrack" pool call p
  holds '"n": 1' out
  for n in $(seq 40); do
    { echo "{\"n\":$n}" | "$proctrack" pool call p >"answer.$n" || echo "$n" >>wrong; } &
  done
  wait
  [ ! -e wrong ] || fail "not answered: $(cat wrong)"
  for n in $(seq 40); do holds "\"n\": $n}" "answer.$n"; done
  status 0 "$proctrack" pool status p
  holds '"answered":41,"failed":0' out
  status 2 "$proctrack" pool start --name p -- cat
  holds 'running already' err
  printf '{"a":1}\n{"b":2}\n' | status 2 "$proctrack" pool call p
  status 0 "$proctrack" pool stop p
  nothing_left
  status 2 "$proctrack" pool call p </dev/null
  holds '^proctrack: p: no pool of this name is running$' err
}

check_a_bad_worker_is_replaced_and_its_caller_told() {
  status 0 "$proctrack" pool start --name p --max-requests 3 -- python3 "$here/worker.py"
  echo '{"do":"die"}' | status 2 "$proctrack" pool call p
  holds 'the worker ended before it answered: exited with 7$' err
  status 0 "$proctrack" pool start --name short --timeout 300ms -- python3 "$here/worker.py"
  echo '{"do":"hang"}' | status 124 "$proctrack" pool call short
  holds 'the worker did not answer within 300ms$' err
  status 0 "$proctrack" pool stop short
  echo '{"do":"garbage"}' | status 2 "$proctrack" pool call p
  holds "the worker's answer is no JSON$" err
  echo '{"do":"two"}' | status 2 "$proctrack" pool call p
  holds "the worker's answer has several lines$" err
  for n in 1 2 3 4; do
    echo '{}' | status 0 "$proctrack" pool call p
    cat out >>answers
  done
  [ "$(sort -u answers | wc -l)" -eq 2 ] || fail "a worker answers more than three times: $(cat answers)"
  echo '{}' >request
  { sleep 0.05; "$proctrack" pool stop p; } &
  echo '{"do":"slow"}' | status 0 "$proctrack" pool call p
  wait
  nothing_left
}

check_a_pool_ends_with_its_processes() {
  status 0 "$proctrack" pool start --name p --size 3 -- python3 "$here/worker.py"
  status 0 "$proctrack" list --format json pool-p
  server=$(sed 's/.*"tree":\[{"pid":\([0-9]*\).*/\1/' out)
  worker=$(children_of "$server" | cut -d' ' -f1)
  kill -9 "$server"
  wait_for gone "$worker"
  wait_for nothing_left
  status 2 "$proctrack" pool call p </dev/null
  status 0 "$proctrack" pool start --name p -- cat
  echo '{"x":1}' | status 0 "$proctrack" pool call p
  status 0 "$proctrack" stop pool-p
}

check_a_pool_of_plain_programs() {
  status 0 "$proctrack" pool start --name p --size 2 --prefork -- sh -c 'tr a-z A-Z; exit 4'
  for _ in 1 2 3; do
    printf 'two\nlines' | status 4 "$proctrack" pool call p
    printf 'TWO\nLINES' | cmp - out
  done
  status 0 "$proctrack" pool stop p
  status 127 "$proctrack" pool start --name q -- no-such-command
  holds 'no-such-command: command not found' err
  mkdir -p state/pools
  echo mine >state/pools/r
  status 2 "$proctrack" pool start --name r -- cat
  holds 'is in the way' err
  holds mine state/pools/r
  nothing_left
}

check_a_plain_program_ends_as_it_will() {
  status 0 "$proctrack" pool start --name p --prefork --size 2 -- sh -c 'exec sort'
  for _ in $(seq 50); do
    printf 'b\na\n' | status 0 "$proctrack" pool call p
    printf 'a\nb\n' | cmp - out
  done
  status 0 "$proctrack" pool stop p
  # It ends its output first, and itself later.
  status 0 "$proctrack" pool start --name p --prefork -- sh -c 'cat; exec >&-; sleep 0.1; exit 3'
  for _ in 1 2 3; do echo x | status 3 "$proctrack" pool call p; done
  holds '^x$' out
  status 0 "$proctrack" pool stop p
}

check_a_worker_is_missed_though_its_child_holds_its_output() {
  status 0 "$proctrack" pool start --name p -- sh -c 'sleep 300 & read line; exit 7'
  echo '{}' | status 2 timeout 10 "$proctrack" pool call p
  holds 'the worker ended before it answered: exited with 7$' err
  status 0 "$proctrack" pool stop p
  status 0 "$proctrack" pool start --name p --prefork -- sh -c 'sleep 300 & cat; exit 4'
  echo '{}' | status 4 timeout 10 "$proctrack" pool call p
  holds '^{}$' out
  status 0 "$proctrack" pool stop p
}

check_a_pool_whose_starter_is_gone_does_not_stay() {
  python - "$proctrack" <<'END'
import os, socket, subprocess, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind('socket')
listener.listen()
ready, tell = os.pipe()
os.close(ready)
numbers = (listener.fileno(), tell)
ended = subprocess.run([sys.argv[1], 'pool', 'serve', '--listener', str(numbers[0]), '--ready', str(numbers[1]), '--name', 'p',
                        '--', 'cat'], pass_fds=numbers, timeout=20)
assert ended.returncode == 2, ended
END
}

check_a_pool_keeps_nothing_of_its_caller() {
  # A substitution ends when nobody holds its pipe.
  started=$(timeout 10 "$proctrack" pool start --name p -- cat 3>&1)
  [ -z "$started" ] || fail "$started"
  status 2 "$proctrack" pool start --name q --log no/such/folder -- cat
  holds '^proctrack: no/such/folder: no such file or directory' err
  status 0 "$proctrack" pool stop p
}

check_a_pool_lets_its_workers_end() {
  # shellcheck disable=SC2016
  status 0 "$proctrack" pool start --name p --size 2 -- \
    sh -c 'while read -r line; do echo "$line"; done; sleep 0.2; echo >ended.$$'
  # Who has connected and says nothing is not waited for.
  python - <<'END' &
import socket, time
one = socket.socket(socket.AF_UNIX)
one.connect('state/pools/p')
open('connected', 'w').write('x')
one.recv(1)
END
  wait_for test -s connected
  status 0 timeout 10 "$proctrack" pool stop p
  [ "$(find . -name 'ended.*' | wc -l)" -eq 2 ] || fail 'a worker was killed'
  wait
}

check_a_pool_is_started_as_soon_as_the_last_one_is_stopped() {
  for _ in $(seq 20); do
    status 0 "$proctrack" pool start --name p -- cat
    echo '{"a":1}' | status 0 "$proctrack" pool call p
    status 0 "$proctrack" pool stop p
  done
  nothing_left
}

check_a_queue_of_none_takes_what_can_begin() {
  status 2 "$proctrack" pool start --name p --size 257 -- cat
  # shellcheck disable=SC2016
  status 0 "$proctrack" pool start --name p --queue 0 -- sh -c 'read x; sleep 0.5; echo "$x"; cat'
  echo 1 | "$proctrack" pool call p >first &
  first=$!
  wait_for is_busy
  echo 2 | status 75 "$proctrack" pool call p
  wait $first
  printf '1\0\n' | status 2 "$proctrack" pool call p
  holds 'no JSON' err
  status 0 "$proctrack" pool stop p
}
is_busy() { "$proctrack" pool status p | grep -q '"busy":true'; }

check_gc_removes_sockets_of_the_dead() {
  "$proctrack" pool start --name p --foreground -- cat &
  pool=$!
  wait_for test -S state/pools/p
  "$proctrack" gc
  [ -S state/pools/p ] || fail 'the socket of a pool that lives is gone'
  kill -9 $pool
  wait $pool || true
  wait_for nothing_left
  "$proctrack" gc
  [ ! -e state/pools/p ] || fail 'a socket is left'
}

check_a_plain_program_gets_its_whole_input_or_none() {
  # shellcheck disable=SC2016
  status 0 "$proctrack" pool start --name p --size 2 --prefork -- sh -c 'x=$(cat); echo "got [$x]" >>got'
  echo real | status 0 "$proctrack" pool call p
  status 0 "$proctrack" pool stop p
  [ "$(cat got)" = 'got [real]' ] || fail "$(cat got)"
  # Begun, and stopped in its midst.
  rm got
  status 0 "$proctrack" pool start --name p --prefork -- sh -c 'trap "" TERM; echo >up; sleep 0.3; wc -c >>got'
  wait_for test -s up
  head -c 3000000 /dev/zero | "$proctrack" pool call p >/dev/null 2>&1 &
  call=$!
  sleep 0.1
  status 0 "$proctrack" stop pool-p
  wait $call || true
  [ ! -s got ] || [ "$(tr -d ' ' <got)" = 3000000 ] || fail "a part of a request was worked on: $(cat got)"
}

check_workers_that_will_not_leave_are_few() {
  status 0 "$proctrack" pool start --name p --max-requests 1 -- sh -c 'read l; echo 1; exec sleep 50'
  for _ in $(seq 30); do echo 1 | status 0 "$proctrack" pool call p; done
  status 0 "$proctrack" list --format json pool-p
  python - out <<'END'
import json, sys
assert json.load(open(sys.argv[1]))['processes'] <= 6, open(sys.argv[1]).read()
END
  status 0 timeout 10 "$proctrack" stop pool-p
}

check_few_descriptors_do_not_stun_a_pool() {
  skip_under_sanitizers "$proctrack" # UndefinedBehaviorSanitizer needs a pipe to see whether memory is there
  (
    # shellcheck disable=SC3045 # dash and bash both have ulimit -n
    ulimit -n 64
    "$proctrack" pool start --name p --size 20 --prefork --timeout 3s -- sh -c 'cat >/dev/null; sleep 1'
  )
  for _ in $(seq 45); do echo | "$proctrack" pool call p >/dev/null 2>&1 & done
  status 0 timeout 20 "$proctrack" pool status p
  status 0 timeout 20 "$proctrack" stop pool-p
  wait
}

check_a_late_line_is_nobody_elses_answer() {
  # shellcheck disable=SC2016
  status 0 "$proctrack" pool start --name p -- sh -c 'while read -r l; do echo "$l"; sleep 0.05; echo \"late\"; done'
  echo 1 | status 0 "$proctrack" pool call p
  sleep 0.2
  echo 2 | status 0 "$proctrack" pool call p
  holds '^2$' out
  status 0 "$proctrack" pool stop p
}

check_a_caller_may_end_its_output() {
  status 0 "$proctrack" pool start --name p -- python3 "$here/worker.py"
  python - <<'END'
import json, socket
one = socket.socket(socket.AF_UNIX)
one.connect('state/pools/p')
one.sendall(b'call 14\n{"do": "slow"}')
one.shutdown(socket.SHUT_WR)
answer = b''.join(iter(lambda: one.recv(4096), b''))
assert answer.startswith(b'answer 0 '), answer
END
  status 0 "$proctrack" pool stop p
}

check_idle_workers_are_released() {
  status 0 "$proctrack" pool start --name p --idle 100ms -- cat
  wait_for has_no_worker
  echo '{"x":1}' | status 0 "$proctrack" pool call p
  holds '{"x":1}' out
  status 0 "$proctrack" pool stop p
}
has_no_worker() { "$proctrack" pool status p | grep -q '"workers":\[\]'; }

"check_$1"
