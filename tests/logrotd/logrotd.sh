#!/bin/sh
# logrotd.sh CHECK: one end-to-end check of logrotd, in the directory it is called in.
# shellcheck disable=SC2016
set -eu
logrotd=${LONGHAUL_BIN:?}/logrotd

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"
# joined LOG: its archives and itself, in the order of their names.
joined() {
  for archive in "$1".2*; do
    case $archive in
      *.gz) gzip -dc "$archive" ;;
      *.zst) zstd -dcq "$archive" ;;
      *'*') ;;
      *) cat "$archive" ;;
    esac
  done
  cat "$1"
}
archives() { find . -name "$1.2*" | wc -l; }
# numbered FROM TO: lines that say which they are.
numbered() { seq "$1" "$2" | sed 's/.*/{"n":&,"level":"info","text":"some words to make it longer"}/'; }

check_rotation_loses_and_splits_nothing() {
  numbered 1 20000 >in
  for options in '' '--raw' '--raw --compress none' '--compress zstd' '--compress none --max-value 0'; do
    command -v zstd >/dev/null || case $options in *zstd*) continue ;; esac
    rm -f log*
    # shellcheck disable=SC2086
    status 0 "$logrotd" --max-size 100kB $options log <in
    [ "$(archives log)" -gt 9 ] || fail "$(archives log) archives with '$options'"
    joined log | cmp - in || fail "not the same with '$options'"
    for archive in log.2*; do
      case $archive in
        *.gz) gzip -t "$archive" && gzip -dc "$archive" ;;
        *.zst) zstd -dcq "$archive" ;;
        *) cat "$archive" ;;
      esac >one
      # a raw log is rotated behind the entry that passes the size
      [ "$(wc -c <one)" -le 100070 ] || fail "$archive is larger than asked"
      [ "$(tail -c 1 one)" = '' ] || fail "$archive ends in half an entry"
    done
    [ -z "$(find . -name '*.tmp')" ] || fail 'an unfinished archive is left'
  done
}

check_entry_is_in_the_log_at_once() {
  mkfifo in
  "$logrotd" log <in &
  exec 3>in
  echo '{"a":1}' >&3
  wait_for grep -q '{"a":1}' log
  exec 3>&-
  wait
}

check_flush_every_waits() {
  mkfifo in
  "$logrotd" --flush-every 1h log <in &
  exec 3>in
  numbered 1 3 >&3
  sleep 0.3
  [ ! -s log ] || fail 'written at once'
  exec 3>&-
  wait
  [ "$(wc -l <log)" -eq 3 ]
}

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

check_hangup_rotates_and_a_storm_of_them_loses_nothing() {
  mkfifo in
  "$logrotd" log <in &
  writer=$!
  exec 3>in
  wait_for [ -e log.lock ]
  i=0
  while [ $i -lt 50 ]; do
    i=$((i + 1))
    numbered $i $i >&3
    kill -HUP $writer
    kill -USR1 $writer
  done
  exec 3>&-
  wait
  numbered 1 50 >wanted
  joined log | cmp - wanted
  [ "$(archives log)" -ge 1 ] || fail 'never rotated'
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

check_retention_by_number() {
  i=1000
  while [ $i -lt 2000 ]; do
    i=$((i + 1))
    echo x >"log.20260101T000000Z-$i"
  done
  numbered 1 1 | "$logrotd" --keep 5 log
  [ "$(archives log)" -eq 5 ] || fail "$(archives log) archives"
  [ -e log.20260101T000000Z-2000.gz ] || fail 'the newest is gone'
}

check_retention_by_age() {
  echo old >log.20200101T000000Z-0001
  echo new >"log.$(date -u +%Y%m%dT%H%M%SZ)-0001"
  numbered 1 1 | "$logrotd" --retain 30d log
  [ "$(archives log)" -eq 1 ] && [ ! -e log.20200101T000000Z-0001.gz ]
}

check_total_is_held_all_the_time() {
  # what does not compress
  head -c 3000000 /dev/urandom | od -An -tx1 -v -w32 | tr -d ' ' >in
  { while sleep 0.01; do find . -name 'log*' -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }'; done >sizes; } &
  watch=$!
  "$logrotd" --max-total 1MB log <in
  kill $watch
  most=$(sort -n sizes | tail -n 1)
  [ "$most" -le 1000000 ] || fail "$most bytes"
  [ "$(archives log)" -gt 0 ] || fail 'nothing is kept'
  tail -n 1 in | cmp - log || tail -n 1 log | grep -qxf - in
}

check_total_keeps_what_fits_once_it_is_compressed() {
  numbered 1 60000 >in
  "$logrotd" --max-total 2MB log <in
  joined log | cmp - in
}

check_log_behind_a_link_is_the_one_that_is_rotated() {
  mkdir there
  ln -s there/real link
  numbered 1 100 | "$logrotd" --max-size 1kB link
  [ -L link ] || fail 'the link is gone'
  numbered 1 100 >wanted
  joined there/real | cmp - wanted
  mkfifo in
  "$logrotd" link <in &
  exec 3>in
  wait_for [ -e there/real.lock ]
  echo one >&3
  wait_for grep -q one there/real
  status 2 "$logrotd" there/real </dev/null
  exec 3>&-
  wait
}

check_signal_ends_the_wait_for_archives() {
  numbered 1 30000 >in
  { cat in; sleep 5; } | "$logrotd" --max-size 2kB log &
  wait_for [ -e log.lock ]
  sleep 0.3
  pid=$!
  kill -TERM $pid
  wait_for sh -c "! kill -0 $pid"
}

check_log_of_an_earlier_interval_is_rotated_at_the_start() {
  echo old >log
  touch -d '3 days ago' log
  echo new | "$logrotd" --rotate-every 1d log
  [ "$(cat log)" = new ] && [ "$(gzip -dc log.2*.gz)" = old ]
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

check_limits_that_cannot_be_are_refused() {
  status 2 "$logrotd" --max-total 1 log </dev/null
  holds '^logrotd: --max-total: must be at least 4096 bytes' err
  status 2 "$logrotd" '' </dev/null
  holds '^logrotd: FILE: the name of a log is empty' err
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

check_device_is_written_to_and_never_moved() {
  status 2 "$logrotd" --max-size 10 /dev/full <<END
something longer than ten bytes
and more of it
END
  holds 'no space left on device' err
  [ -c /dev/full ]
}

check_very_long_line_is_cut_and_what_follows_is_not() {
  { head -c 100000000 /dev/zero | tr '\0' x; echo; numbered 1 1; } | "$logrotd" log
  [ "$(wc -c <log)" -lt 2000 ]
  holds '"originalSize":100000000,' log
  [ "$(tail -n 1 log)" = "$(numbered 1 1)" ]
}

check_very_long_line_is_whole_when_raw() {
  { head -c 3000000 /dev/zero | tr '\0' x; echo; numbered 1 1; } >in
  "$logrotd" --raw --max-size 1MB log <in
  joined log | cmp - in
  [ "$(cat log)" = "$(numbered 1 1)" ]
}

check_any_bytes_pass() {
  { printf '\0\377\376\n\n\r\n{"a":"\0"}\n'; head -c 100000 /dev/urandom | tr '\n' x | fold -b -w 300; echo; } >in
  "$logrotd" log <in
  cmp log in
}

check_ring_is_written_on_a_signal() {
  mkfifo in
  "$logrotd" --level info --ring 3 log <in &
  writer=$!
  exec 3>in
  for n in 1 2 3 4; do echo "{\"level\":\"debug\",\"n\":$n}" >&3; done
  echo '{"level":"info"}' >&3
  wait_for grep -q info log
  lacks debug log
  kill -USR2 $writer
  wait_for grep -q '"n":4,"ring":true' log
  exec 3>&-
  wait
  lacks '"n":1' log
}

check_counts_follow_when_the_window_ends() {
  mkfifo in
  "$logrotd" --dedupe 200ms log <in &
  exec 3>in
  for n in 1 2 3; do echo "{\"time\":$n,\"m\":\"x\"}" >&3; done
  wait_for grep -q '"repeated":2,"first":"2","last":"3"' log
  echo '{"time":4,"m":"x"}' >&3
  wait_for grep -q '"time":4' log
  exec 3>&-
  wait
  [ "$(wc -l <log)" -eq 3 ]
}

check_time_rotates() {
  mkfifo in
  "$logrotd" --rotate-every 1s log <in &
  exec 3>in
  echo one >&3
  # shellcheck disable=SC2317 # wait_for calls it
  compressed() { ls log.2*.gz; }
  wait_for compressed
  exec 3>&-
  wait
  [ "$(gzip -dc log.2*.gz)" = one ]
}

# A reader that follows the archives while retention removes them sees whole ones only.
check_retention_does_not_tear_what_a_reader_reads() {
  numbered 1 200000 >in
  "$logrotd" --max-size 200kB --keep 3 log <in &
  writer=$!
  : >bad
  while kill -0 $writer 2>/dev/null; do
    for archive in log.2*.gz; do
      # what is gone is gone; what can be opened is whole
      cat "$archive" >copy 2>/dev/null || continue
      gzip -dc <copy 2>/dev/null | tail -n 1 | grep -q '"}$' || echo "$archive" >>bad
    done
  done
  wait $writer
  [ ! -s bad ] || fail "torn: $(cat bad)"
  [ "$(archives log)" -eq 3 ]
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

check_once_copies_and_truncates() {
  numbered 1 100 >log
  exec 3>>log
  status 0 "$logrotd" --once --max-size 1kB log
  [ ! -s log ] && [ "$(archives log)" -eq 1 ]
  echo more >&3
  status 0 "$logrotd" --once --max-size 1kB log
  [ "$(cat log)" = more ] && [ "$(archives log)" -eq 1 ]
  exec 3>&-
  { numbered 1 100; echo more; } >wanted
  joined log | cmp - wanted
}

check_once_renames() {
  numbered 1 100 >log
  exec 3>>log
  status 0 "$logrotd" --once --method rename --max-size 1kB log
  echo late >&3
  exec 3>&-
  [ ! -s log ] || fail 'the log is not empty'
  [ -z "$(find . -name '*.gz')" ] || fail 'compressed while it is written'
  numbered 101 200 >log
  status 0 "$logrotd" --once --method rename --max-size 1kB log
  { numbered 1 100; echo late; numbered 101 200; } >wanted
  joined log | cmp - wanted
  [ "$(find . -name '*.gz' | wc -l)" -eq 1 ]
}

check_once_goes_on_after_a_file_that_is_not_there() {
  numbered 1 100 >log
  status 2 "$logrotd" --once --max-size 1kB nowhere log
  holds '^logrotd: nowhere: no such file or directory$' err
  [ "$(archives log)" -eq 1 ]
  [ ! -e nowhere ] || fail 'it was made'
}

check_once_loses_nothing_when_it_dies_or_fails() {
  command -v strace >/dev/null || exit 77
  numbered 1 2000 >wanted
  sort wanted >wanted_sorted
  for fault in rename:signal=KILL rename:error=EIO sendfile:error=ENOSPC ftruncate:signal=KILL fsync:error=EIO; do
    rm -f log*
    cp wanted log
    ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -f -qq -o trace -e inject="$fault" \
      "$logrotd" --once --max-size 1kB --compress none log 2>err || true
    [ -s trace ] || fail 'nothing was traced'
    status 0 "$logrotd" --once --max-size 10MB --compress none log
    joined log | sort -u | cmp - wanted_sorted || fail "entries are lost by $fault"
  done
}

check_once_renames_and_the_writer_can_open_the_new_log() {
  [ "$(id -u)" -eq 0 ] || exit 77
  numbered 1 100 >log
  chown 1234:1234 log
  chmod 666 log
  (umask 077 && status 0 "$logrotd" --once --method rename --max-size 1kB log)
  [ "$(stat -c '%u:%g %a' log)" = '1234:1234 666' ] || fail "$(stat -c '%u:%g %a' log)"
}

check_a_limit_of_file_sizes_is_a_log_that_cannot_be_written() {
  numbered 1 5000 >in
  status 2 sh -c 'ulimit -f 8; exec "$@"' sh "$logrotd" log <in
  holds '^logrotd: warning: log: file too large, waiting$' err
  holds '^logrotd: log: [0-9]* entries lost$' err
  head -n "$(wc -l <log)" in | cmp - log
  [ -s log ] || fail 'nothing was written'
}

check_log_that_cannot_be_rotated_grows_and_loses_nothing() {
  name=$(printf '%0240d' 0)
  numbered 1 2000 >in
  status 0 "$logrotd" --max-size 10kB "$name" <in
  cmp "$name" in
  [ "$(grep -c 'not rotated: the log grows until it can be' err)" -eq 1 ] || fail "$(cat err)"
}

check_ignored_signals_stay_ignored() {
  mkfifo in
  (trap '' INT TERM && exec "$logrotd" log <in) &
  exec 3>in
  echo one >&3
  wait_for grep -q one log
  kill -INT $!
  kill -TERM $!
  echo two >&3
  wait_for grep -q two log
  exec 3>&-
  wait
}

check_burst_that_fills_the_buffer_is_written_when_it_is_quiet() {
  mkfifo in
  "$logrotd" log <in &
  exec 3>in
  yes '{"a":"0123456789012345678901234567890123456789012345678901234567890"}' | head -c 262144 >&3 || :
  wait_for sh -c '[ "$(wc -c <log)" -gt 262000 ]'
  exec 3>&-
  wait
}

check_counts_keep_to_flush_every() {
  mkfifo in
  "$logrotd" --dedupe 100ms --flush-every 200ms log <in &
  exec 3>in
  printf 'the same line again\nthe same line again\n' >&3
  wait_for grep -q repeated log
  exec 3>&-
  wait
}

check_signal_ends_the_legacy_way_too() {
  LONGHAUL_LOGROTD=off "$logrotd" /dev/null </dev/zero &
  wait_for sh -c "grep -q '^SigBlk:.*[4-7]...\$' /proc/$!/status"
  kill -TERM $!
  wait
}

check_archive_that_cannot_be_compressed_stops_no_other() {
  numbered 1 100 >log.20260101T000000Z-0001
  mkdir -p log.20260101T000000Z-0001.gz.tmp/full
  numbered 101 200 >log.20260101T000001Z-0001
  status 0 "$logrotd" log </dev/null
  [ -f log.20260101T000001Z-0001.gz ] || fail 'the other was not compressed'
  [ "$(grep -c 'not compressed' err)" -eq 1 ] || fail "$(cat err)"
}

check_total_holds_when_archives_have_been_compressed() {
  for i in 1 2 3 4 5; do head -c 9000 /dev/urandom | gzip >"log.20260101T00000${i}Z-0001.gz"; done
  head -c 9000 /dev/urandom | base64 >log.20260101T000006Z-0001
  status 0 "$logrotd" --max-total 40000 log </dev/null
  [ "$(cat log* | wc -c)" -le 40000 ] || fail "$(ls -l)"
}

check_pipe_behind_a_link_is_written_to() {
  out=$(echo hi | "$logrotd" /dev/stdout | cat)
  [ "$out" = hi ] || fail "'$out'"
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

check_rollout_keeps_the_legacy_way() {
  printf '{"level":"debug","m":"%s"}\nhalf' "$(head -c 2000 /dev/zero | tr '\0' x)" >in
  for how in 'LONGHAUL_LOGROTD=off' 'LONGHAUL_LOGROTD=shadow' 'SMART_TELEMETRY=0'; do
    rm -f log*
    echo before >log
    env "$how" LONGHAUL_SHADOW_LOG="$PWD/shadow" "$logrotd" --level info log <in
    { echo before; cat in; } | cmp - log || fail "$how"
  done
  holds '"entriesIn":2,' shadow
  holds '"filtered":1' shadow
  rm log
  SMART_TELEMETRY=1 "$logrotd" --level info log <in
  [ "$(cat log)" = half ]
}

check_statistics_add_up() {
  { numbered 1 10; numbered 1 10; echo '{"level":"debug"}'; echo 'password=secret123'; } >in
  status 0 "$logrotd" --stats --level info --dedupe 1m --redact log <in
  holds '^{"entriesIn":22,"entriesOut":21,.*"truncated":0,"deduplicated":10,"filtered":1,"redacted":1,"rotated":0,"dropped":0' err
  holds "\"bytesOut\":$(wc -c <log)," err
}

check_tee_passes_on_what_was_read() {
  numbered 1 100 >in
  status 0 "$logrotd" --tee --level error log <in
  cmp out in
  [ ! -s log ]
  # the log is worth more than the reader
  "$logrotd" --tee log2 <in | head -n 1 >/dev/null
  cmp log2 in
}

check_bad_day_fits_and_every_error_is_found() {
  command -v python3 >/dev/null || exit 77
  python3 "$LONGHAUL_SOURCE/tests/bench/bad_day.py" 60000000 >in
  "$logrotd" --dedupe 60s log <in
  joined log >all
  [ "$(wc -c <all)" -le 4500000 ] || fail "$(wc -c <all) bytes are left of 60 MB"
  grep -o 'preflight failed: E[0-9]*' in | sort -u >wanted
  grep -o 'preflight failed: E[0-9]*' all | sort -u | cmp - wanted
}

check_memory_is_bounded() {
  skip_under_sanitizers "$logrotd"
  numbered 1 200000 >in
  mkfifo pipe
  for options in '' '--dedupe 1h --redact' '--level error --ring 100000' '--compress zstd'; do
    rm -f log*
    { cat in in in; sleep 0.5; } >pipe &
    # shellcheck disable=SC2086
    "$logrotd" --max-size 1MB $options log <pipe &
    writer=$!
    peak=0
    wait_for [ -e log.lock ]
    while now=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$writer/status" 2>/dev/null) && [ -n "$now" ]; do
      [ "$now" -le "$peak" ] || peak=$now
      sleep 0.05
    done
    wait
    [ "$peak" -gt 0 ] || fail 'no VmHWM'
    [ "$peak" -le 16384 ] || fail "$peak KiB resident with '$options'"
  done
}

"check_$1"
