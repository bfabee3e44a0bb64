#!/bin/sh
# archives.sh CHECK: one end-to-end check of rotation, retention and totals, in the directory it is called in.
set -eu
# shellcheck source=tests/logrotd/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/logrotd/prelude.sh"

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

check_limits_that_cannot_be_are_refused() {
  status 2 "$logrotd" --max-total 1 log </dev/null
  holds '^logrotd: --max-total: must be at least 4096 bytes' err
  status 2 "$logrotd" '' </dev/null
  holds '^logrotd: FILE: the name of a log is empty' err
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

check_log_that_cannot_be_rotated_grows_and_loses_nothing() {
  name=$(printf '%0240d' 0)
  numbered 1 2000 >in
  status 0 "$logrotd" --max-size 10kB "$name" <in
  cmp "$name" in
  [ "$(grep -c 'not rotated: the log grows until it can be' err)" -eq 1 ] || fail "$(cat err)"
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

check_bad_day_fits_and_every_error_is_found() {
  command -v python3 >/dev/null || exit 77
  python3 "$LONGHAUL_SOURCE/tests/bench/bad_day.py" 60000000 >in
  "$logrotd" --dedupe 60s log <in
  joined log >all
  [ "$(wc -c <all)" -le 4500000 ] || fail "$(wc -c <all) bytes are left of 60 MB"
  grep -o 'preflight failed: E[0-9]*' in | sort -u >wanted
  grep -o 'preflight failed: E[0-9]*' all | sort -u | cmp - wanted
}

"check_$1"
