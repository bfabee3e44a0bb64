#!/bin/sh
# failures.sh CHECK: one end-to-end check of nothing lost by kills, full and slow disks, limits, and logs that others move or remove, in the directory it is called in.
set -eu
# shellcheck source=tests/logrotd/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/logrotd/prelude.sh"

check_everything_is_there_after_a_signal_to_end() {
  mkfifo in
  "$logrotd" --flush-every 1h --dedupe 1h log <in &
  writer=$!
  exec 3>in
  wait_for [ -e log.lock ]
  { numbered 1 1000; numbered 1000 1000; printf half; } >&3
  kill -TERM $writer
  got=0
  wait $writer || got=$?
  exec 3>&-
  [ $got -eq 0 ] || fail "status $got"
  [ "$(grep -c '"n":' log)" -eq 1000 ] || fail "$(grep -c '"n":' log) of 1000"
  holds '"repeated":1' log
  [ "$(tail -n 2 log | head -n 1)" = half ] || fail "$(tail -n 2 log)"
}

check_log_that_was_moved_away_is_opened_anew() {
  mkfifo in
  "$logrotd" log <in &
  writer=$!
  exec 3>in
  echo one >&3
  wait_for grep -q one log
  mv log moved
  kill -HUP $writer
  wait_for [ -e log ]
  echo two >&3
  exec 3>&-
  wait
  [ "$(cat moved)" = one ] && [ "$(cat log)" = two ]
}

check_second_writer_is_refused() {
  mkfifo in
  "$logrotd" log <in &
  exec 3>in
  wait_for [ -e log.lock ]
  echo one >&3
  wait_for grep -q one log
  status 2 "$logrotd" log </dev/null
  holds '^logrotd: log: another logrotd writes to it$' err
  exec 3>&-
  wait
}

# Two hundred runs, each killed at another moment, the pipe being held open.
check_killed_at_any_moment_nothing_is_torn() {
  killed=0
  i=0
  while [ $i -lt 200 ]; do
    i=$((i + 1))
    mkfifo in.$i
    { numbered $((i * 1000)) $((i * 1000 + 400)); sleep 0.04; } >in.$i 2>/dev/null &
    producer=$!
    "$logrotd" --max-size 20kB log <in.$i 2>>err &
    writer=$!
    sleep "0.0$((i % 4))$((i % 10))"
    kill -KILL $writer 2>/dev/null && killed=$((killed + 1))
    # where the writer died before it opened the pipe, its producer waits for ever
    kill $producer 2>/dev/null || true
    wait $writer $producer || true
    rm in.$i
  done
  [ $killed -gt 100 ] || fail "only $killed were killed"
  numbered 0 0 | "$logrotd" --max-size 20kB log
  [ -z "$(find . -name '*.tmp')" ] || fail 'an unfinished archive is left'
  for archive in log.2*; do
    case $archive in *.gz) gzip -t "$archive" || fail "$archive is torn" ;; *) fail "$archive is not compressed" ;; esac
  done
  joined log >all
  # A write that was cut short leaves the beginning of an entry, on a line of its own: at most one for each death.
  grep -v '^{"n":[0-9]*,"level":"info","text":"some words to make it longer"}$' all >torn || true
  [ "$(wc -l <torn)" -le $killed ] || fail "$(wc -l <torn) lines are torn"
  whole='{"n":1234567890,"level":"info","text":"some words to make it longer"}'
  while read -r line; do
    case $whole in "${line%%[0-9]*}"*) ;; *) fail "torn otherwise: $line" ;; esac
  done <torn
  # in each run, what is there is the beginning of what was written
  grep -o '"n":[0-9]*' all | cut -c 5- | awk '$1 == 0 { next } int($1 / 1000) != run { run = int($1 / 1000); want = run * 1000 }
    $1 != want { print "run " run ": " $1 " and not " want; exit 1 } { want++ }' || fail 'a gap'
}

check_leftovers_of_a_killed_run_are_finished() {
  numbered 1 10 >log.20260101T000000Z-0001
  echo torn >log.20260101T000000Z-0001.gz.tmp
  numbered 11 20 >log.20260101T000000Z-0002
  numbered 11 20 | gzip >log.20260101T000000Z-0002.gz
  echo other >log.20260101T000000Z-0003.tmp.txt
  numbered 21 21 | "$logrotd" log
  [ ! -e log.20260101T000000Z-0001.gz.tmp ] && [ ! -e log.20260101T000000Z-0001 ] && [ ! -e log.20260101T000000Z-0002 ]
  [ -e log.20260101T000000Z-0003.tmp.txt ] || fail 'a file of somebody else is gone'
  rm log.20260101T000000Z-0003.tmp.txt
  numbered 1 21 >wanted
  joined log | cmp - wanted
}

check_half_entry_of_a_killed_run_stays_apart() {
  printf '{"half":' >log
  numbered 1 1 | "$logrotd" log
  [ "$(wc -l <log)" -eq 2 ] && [ "$(head -n 1 log)" = '{"half":' ]
}

check_log_that_was_removed_is_made_anew() {
  mkfifo in
  "$logrotd" log <in &
  exec 3>in
  echo one >&3
  wait_for grep -q one log
  rm log
  echo two >&3
  wait_for grep -q two log
  exec 3>&-
  wait
}

check_full_disk_blocks_and_goes_on() {
  mkdir disk
  mount -t tmpfs -o size=256k tmpfs disk 2>/dev/null || exit 77
  trap 'umount disk' EXIT
  head -c 200000 /dev/zero >disk/fill
  mkfifo in
  "$logrotd" --compress none disk/log <in 2>err &
  exec 3>in
  numbered 1 10000 >&3 &
  wait_for grep -q 'no space left on device, waiting' err
  rm disk/fill
  mount -o remount,size=10m disk
  wait_for grep -q 'writable again, 0 entries were dropped' err
  exec 3>&-
  wait
  numbered 1 10000 >wanted
  joined disk/log | cmp - wanted
  [ "$(wc -l <err)" -eq 2 ] || fail "$(cat err)"
}

check_full_disk_drops_and_says_how_many() {
  mkdir disk
  mount -t tmpfs -o size=64k tmpfs disk 2>/dev/null || exit 77
  trap 'umount disk' EXIT
  mkfifo in
  "$logrotd" --on-full drop --stats disk/log <in 2>err &
  exec 3>in
  numbered 1 100000 >&3
  wait_for grep -q 'keeping what fits in memory' err
  mount -o remount,size=20m disk
  wait_for grep -q 'writable again' err
  numbered 200000 200000 >&3
  exec 3>&-
  got=0
  wait $! || got=$?
  [ $got -eq 1 ] || fail "status $got"
  dropped=$(sed -n 's/.*"dropped":\([0-9]*\),"bytes".*/\1/p' disk/log)
  [ "$dropped" -gt 0 ] || fail 'the log does not say how many'
  holds "\"dropped\":$dropped" err
  there=$(joined disk/log | grep -c '^{"n":')
  [ $((there + dropped)) -eq 100001 ] || fail "$there there, $dropped dropped"
  tail -n 1 disk/log | grep -q '"n":200000'
}

check_full_disk_at_the_end_leaves_whole_entries() {
  mkdir disk
  mount -t tmpfs -o size=64k tmpfs disk 2>/dev/null || exit 77
  trap 'umount disk' EXIT
  numbered 1 10000 >in
  status 2 "$logrotd" --on-full drop disk/log <in
  holds 'entries lost$' err
  [ "$(tail -c 1 disk/log)" = '' ] || fail 'half an entry'
}

# Every write and every fsync takes its time; strace slows them down.
check_slow_disk_loses_nothing() {
  command -v strace >/dev/null || exit 77
  strace -f -o trace -e trace=write,fsync,fdatasync -e inject=write,fsync,fdatasync:delay_exit=20000 true 2>/dev/null || exit 77
  export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" # which does not work under strace
  numbered 1 2000 >in
  strace -f -o trace -e trace=write,fsync,fdatasync -e inject=write,fsync,fdatasync:delay_exit=20000 \
    "$logrotd" --max-size 20kB --sync flush log <in
  joined log | cmp - in
}

check_a_limit_of_file_sizes_is_a_log_that_cannot_be_written() {
  numbered 1 5000 >in
  status 2 sh -c 'ulimit -f 8; exec "$@"' sh "$logrotd" log <in
  holds '^logrotd: warning: log: file too large, waiting$' err
  holds '^logrotd: log: [0-9]* entries lost$' err
  head -n "$(wc -l <log)" in | cmp - log
  [ -s log ] || fail 'nothing was written'
}

check_empty_log_that_was_moved_away_is_opened_anew() {
  mkfifo in
  "$logrotd" log <in &
  exec 3>in
  wait_for test -e log.lock
  wait_for test -e log
  mv log moved
  kill -HUP $!
  wait_for test -e log
  echo one >&3
  wait_for grep -q one log
  exec 3>&-
  wait
}

check_raw_log_that_was_removed_or_emptied_goes_on() {
  mkfifo in
  "$logrotd" --raw log <in &
  exec 3>in
  echo one >&3
  wait_for grep -q one log
  : >log
  echo two >&3
  wait_for grep -q two log
  [ "$(cat log)" = two ] || fail 'a hole'
  rm log
  echo three >&3
  wait_for grep -q three log
  exec 3>&-
  wait
}

"check_$1"
