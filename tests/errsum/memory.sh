#!/bin/sh
# memory.sh CHECK: one end-to-end check of errsum's memory of failures, in the directory it is called in.
# shellcheck disable=SC3045,SC2016,SC2154 # dash and bash both have ulimit -v; text for other programs in quotes; prelude.sh
set -eu
# shellcheck source=tests/errsum/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/errsum/prelude.sh"

check_a_new_finding_like_an_accepted_one_does_not_escalate() {
  finding src/b.py >lint
  for options in --baseline '' ''; do
    # shellcheck disable=SC2086
    "$errsum" --quiet --state e.db $options lint || true
  done
  printf 'src/b.py:8:8: F401 [*] `os` imported but unused\n' >>lint
  status 1 "$errsum" --state e.db --new-only lint
  holds '^1 new, 1 seen before' out
  if grep -q 'stop, and look' out; then fail "$(cat out)"; fi
}

remember() { "$errsum" --state memory.db "$@"; }

check_a_memory_tells_new_from_seen_and_gone() {
  for file in a b c; do finding $file.py; done >first
  status 1 remember first
  holds '^3 new, 0 seen before, 0 gone$' out
  # the same ones a line further down, but for one, and another
  { echo 'a.py:9:8: F401 `os` imported but unused'; finding b.py; finding d.py; } >second
  status 1 remember second
  holds '^1 new, 2 seen before, 1 gone$' out
  holds '^  new: F401 d.py: ' out
  status 1 remember --format json second
  holds '"new":0,"seen":3,"gone":0,' out
}

check_a_second_one_alike_in_a_file_is_new() {
  finding a.py >first
  { cat first; sed 's/:1:/:5:/' first; } >second
  status 1 remember first
  status 1 remember second
  holds '^1 new, 1 seen before, 0 gone$' out
}

check_new_only_gates_a_legacy_code_base() {
  status 1 remember --new-only "$ruff"
  status 0 remember --baseline "$ruff"
  status 0 remember --new-only "$ruff"
  holds '^ruff: [0-9]* linting errors' out
  { cat "$ruff"; echo 'new/one.py:1:1: F821 undefined name `y`'; } >larger
  status 1 remember --new-only larger
  status 1 remember --new-only larger # it is new until it is accepted
  holds '^  new: F821 new/one.py: ' out
  status 0 remember --new-only "$ruff"
  # What was mended is new when it comes again.
  finding a.py >one
  status 0 "$errsum" --state other.db --baseline one
  status 0 "$errsum" --state other.db --new-only /dev/null
  status 1 "$errsum" --state other.db --new-only one
}

check_new_only_goes_by_the_command_too() {
  status 1 remember --new-only --run -- sh -c "cat '$ruff'; exit 1"
  status 0 remember --baseline --run -- sh -c "cat '$ruff'; exit 1"
  status 0 remember --new-only --run -- sh -c "cat '$ruff'; exit 1"
  status 7 remember --new-only --run -- sh -c "cat '$ruff'; echo 'x.py:1:1: F821 undefined name y'; exit 7"
  status 1 remember --new-only --run -- sh -c "cat '$ruff'; echo 'x.py:1:1: F821 undefined name y'"
  # A command that fails and does not say why is no old failure.
  status 9 "$errsum" --state other.db --new-only --run -- sh -c 'exit 9'
}

check_what_is_not_understood_is_new_too_until_it_is_accepted() {
  echo 'FATAL: the flux capacitor failed at 12' >odd
  status 1 remember --new-only odd
  status 0 remember --baseline odd
  sed -i 's/12/13/' odd
  status 0 remember --new-only odd
  echo 'FATAL: something else failed' >>odd
  status 1 remember --new-only odd
}

check_the_same_failure_in_a_row_escalates_and_says_what_was_tried() {
  for _ in 1 2; do
    status 1 remember --format json "$ruff"
    lacks '"escalate"' out
  done
  status 1 remember --format json --max 2k "$ruff"
  holds '"escalate":true,"streak":3,"tried":\["Run: ruff check --fix ' out
  status 0 remember /dev/null
  status 1 remember --format json "$ruff"
  lacks '"escalate"' out
  for _ in 1 2 3; do remember --baseline "$ruff" >/dev/null; done
  status 0 remember --new-only "$ruff"
  lacks 'stop, and look' out
}

check_a_memory_that_cannot_be_used_hides_nothing() {
  head -c 5000 /dev/urandom >noise.db
  cp noise.db before
  status 1 "$errsum" --state noise.db --new-only "$ruff"
  holds '^errsum: warning: noise.db: .*; this run is not remembered$' err
  holds '^ruff: [0-9]* linting errors' out
  cmp noise.db before
  status 1 "$errsum" --state none/memory.db "$ruff"
  holds '; this run is not remembered$' err
  sqlite3 later.db 'PRAGMA user_version = 99'
  status 1 "$errsum" --state later.db "$ruff"
  holds 'is of a later version of errsum; this run is not remembered$' err
  # one that was analysed, as dbprune does, is errsum's all the same
  status 1 "$errsum" --state own.db "$ruff"
  sqlite3 own.db 'ANALYZE'
  status 1 "$errsum" --state own.db "$ruff"
  [ ! -s err ] || fail "$(cat err)"
  # and that of another program
  sqlite3 app.db 'CREATE TABLE t (x)'
  cp app.db before
  status 1 "$errsum" --state app.db "$ruff"
  holds "is another program's database; this run is not remembered\$" err
  cmp app.db before || fail 'it was written to'
  status 2 "$errsum" --new-only "$ruff"
  [ "$(id -u)" -eq 0 ] || return 0
  mkdir small
  mount -t tmpfs -o size=64k none small 2>/dev/null || return 0
  trap 'umount small' EXIT
  dd if=/dev/zero of=small/fill bs=1k count=100 2>/dev/null || true
  status 1 "$errsum" --state small/memory.db "$ruff"
  holds '; this run is not remembered$' err
  holds '^ruff: [0-9]* linting errors' out
}

check_many_may_remember_at_once_and_be_killed() {
  remember --baseline "$ruff" >/dev/null
  for n in $(seq 30); do
    remember --quiet --new-only "$ruff" & pid=$!
    [ $((n % 3)) -ne 0 ] || kill -9 $pid 2>/dev/null || true
  done
  wait || true
  [ "$(sqlite3 memory.db 'PRAGMA integrity_check')" = ok ] || fail 'the memory is damaged'
  status 0 remember --new-only "$ruff"
}

check_a_memory_is_bounded() {
  python3 -c 'for i in range(12000): print(f"f{i}.py:1:1: F821 undefined name x")' >many
  for _ in 1 2 3; do remember --quiet many || true; done
  sqlite3 memory.db "UPDATE failures SET last_seen = last_seen - 10 * 86400000 WHERE fingerprint % 2"
  status 0 remember --state-keep 5d /dev/null
  [ "$(sqlite3 memory.db 'SELECT count(*) FROM failures')" -lt 7000 ] || fail 'nothing is forgotten'
}

"check_$1"
