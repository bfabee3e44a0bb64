#!/bin/sh
# once.sh CHECK: one end-to-end check of logs that others write: logrotd --once, in the directory it is called in.
set -eu
# shellcheck source=tests/logrotd/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/logrotd/prelude.sh"

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

"check_$1"
