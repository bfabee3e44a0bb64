#!/bin/sh
# logrotd.sh CHECK: one end-to-end check of entries on their way into the log, and the log itself, in the directory it is called in.
# shellcheck disable=SC2016 # text for other programs in quotes
set -eu
# shellcheck source=tests/logrotd/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/logrotd/prelude.sh"

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

check_pipe_behind_a_link_is_written_to() {
  out=$(echo hi | "$logrotd" /dev/stdout | cat)
  [ "$out" = hi ] || fail "'$out'"
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
