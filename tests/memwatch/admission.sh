#!/bin/sh
# admission.sh CHECK: one end-to-end check of who is let in by memwatch --admit, and what node is told, in the directory it is called in.
set -eu
# shellcheck source=tests/memwatch/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/memwatch/prelude.sh"

check_many_are_admitted_at_once() {
  for _ in $(seq 20); do "$memwatch" --admit 1MB -- true || echo refused >>refused & done
  wait
  [ ! -e refused ] || fail "$(wc -l <refused) were refused"
}

check_admission_waits_for_room() {
  status 0 "$memwatch" --admit 10MB -- echo in
  holds in out
  status 75 "$memwatch" --admit 100TB -- touch ran
  holds '^memwatch: --admit: 100TB do not fit: .* are free$' err
  status 75 "$memwatch" --admit 100TB --wait 200ms -- touch ran
  [ ! -e ran ] || fail 'it was started'
  status 2 "$memwatch" --admit 10MB
  status 7 "$memwatch" --admit 10MB -- sh -c 'exit 7'
  status 127 "$memwatch" --admit 10MB -- no-such-command
  # Reserved and not yet used counts; what is used already counts once.
  sleep 300 &
  job=$!
  for wanted in 0 0 75; do
    if [ $wanted -eq 0 ]; then
      "$memwatch" --admit 40MB --pid $job -b 100MB -- sleep 300 &
      wait_for is_admitted $!
    else
      status 75 "$memwatch" --admit 40MB --pid $job -b 100MB -- touch ran
    fi
    last=$!
  done
  "$memwatch" --admit 40MB --pid $job -b 100MB --wait 10s -- touch ran &
  waiting=$!
  sleep 0.2
  [ ! -e ran ] || fail 'it was started'
  kill -9 "$last"
  wait $waiting
  [ -e ran ] || fail 'it was not started'
  for reserved in state/admitted/*-*; do
    id=${reserved##*/}
    kill -9 "${id%-*}" || true
  done
  kill -9 $job
}
is_admitted() { ls state/admitted/"$1"-* >/dev/null 2>&1 && [ "$(cat "/proc/$1/comm")" = sleep ]; }

check_node_is_told_its_share() {
  # shellcheck disable=SC2016
  NODE_OPTIONS=--no-warnings status 0 "$memwatch" -b 1GiB --node --node-processes 2 -- sh -c 'echo "$NODE_OPTIONS"'
  [ "$(cat out)" = '--no-warnings --max-old-space-size=384' ] || fail "$(cat out)"
  # shellcheck disable=SC2016
  NODE_OPTIONS=--max-old-space-size=77 status 0 "$memwatch" -b 1GiB --node -- sh -c 'echo "$NODE_OPTIONS"'
  [ "$(cat out)" = --max-old-space-size=77 ] || fail "$(cat out)"
}

check_a_leaking_node_program_frees_then_is_ended() {
  command -v node >/dev/null || exit 77
  cat >leak.js <<'END'
let cache = [], freed = 0;
process.on('SIGUSR2', () => { if (++freed < 2) { cache = []; global.gc(); } });
process.on('SIGTERM', () => process.exit(9));
setInterval(() => cache.push(Buffer.alloc(4 << 20, 1)), 5);
END
  status 9 "$memwatch" -b 400MB --signal-warning USR2 --action term --log record -- node --expose-gc leak.js
  record "
states = [line['state'] for line in of('state')]
assert states[:4] == ['warning', 'ok', 'warning', 'critical'], states
assert [line['action'] for line in of('action')] == ['term'] and of('summary')[0]['peakBytes'] < 400e6"
}

check_a_sawtooth_of_nodes_is_left_alone() {
  command -v node >/dev/null || exit 77
  cat >saw.js <<'END'
let cache = [], teeth = 0;
const timer = setInterval(() => {
  cache.push(Buffer.alloc(2 << 20, 1));
  if (cache.length <= 60) return;
  cache = [];
  global.gc();
  if (++teeth === 6) clearInterval(timer);
}, 3);
END
  status 0 "$memwatch" -b 400MB --action kill --signal-warning USR2 --log record -- node --expose-gc saw.js
  record "assert not of('state') and not of('action')"
}

"check_$1"
