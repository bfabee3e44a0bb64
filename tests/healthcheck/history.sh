#!/bin/sh
# history.sh CHECK: what healthcheck remembers, whatever happens to it: samples, alerts, breakers.
# shellcheck disable=SC2015,SC2016,SC2317 # conditions before fail, and text for other shells
set -eu
healthcheck=${LONGHAUL_BIN:?}/healthcheck
LONGHAUL_STATE=$PWD/state
export LONGHAUL_STATE

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"

look() { "$healthcheck" --history history "$@"; }
samples() { grep -c '^s ' history || true; }
# Every line is whole.
is_whole() {
  [ "$(head -n 1 history)" = 'longhaul-healthcheck 1' ] || fail "$(head -n 1 history)"
  ! tail -n +2 history | grep -vE '^(s [0-9]+ (ok|warning|critical|unknown)( [^ =]+=[^ =]+)*|[ab] [0-9]+ .*)$' || fail 'a damaged line'
  [ -z "$(tail -c 1 history)" ] || fail 'the last line has no end'
}

check_a_hundred_at_once_are_all_remembered() {
  for _ in $(seq 100); do look --metric 'q=echo 1' --timeout 60s >/dev/null & done
  wait
  [ "$(samples)" -eq 100 ] || fail "$(samples) samples"
  is_whole
}

check_killed_at_any_moment_it_is_whole() {
  look --metric 'q=echo 1' >/dev/null
  for run in $(seq 200); do
    look --metric 'q=echo 1' --keep 20 >/dev/null 2>&1 & pid=$!
    # From at once to 20 ms later.
    sleep "$(printf '0.%03d' $((run % 20)))"
    kill -9 $pid 2>/dev/null || true
    wait $pid 2>/dev/null || true
  done
  status 0 look --metric 'q=echo 1'
  [ ! -s err ] || fail "$(cat err)"
  is_whole
}

check_it_is_bounded() {
  for _ in $(seq 300); do look --metric 'q=echo 1' --keep 10 >/dev/null; done
  [ "$(samples)" -le 220 ] || fail "$(samples) samples"
  [ "$(samples)" -ge 10 ] || fail "$(samples) samples"
}

check_empty_or_missing_it_is_begun() {
  : >history
  status 0 look --metric 'q=echo 1'
  [ ! -s err ] || fail "$(cat err)"
  is_whole
  rm history
  status 0 look --metric 'q=echo 1'
  is_whole
}

check_cut_off_it_loses_its_last_line_only() {
  for _ in 1 2 3; do look --metric 'q=echo 1' >/dev/null; done
  truncate -s -3 history
  status 0 look --metric 'q=echo 1'
  [ ! -s err ] || fail "$(cat err)"
  [ "$(samples)" -eq 3 ] || fail "$(samples) samples"
  is_whole
}

check_damaged_lines_are_left_out_and_said() {
  for _ in 1 2 3; do look --metric 'q=echo 1' >/dev/null; done
  sed -i '3s/.*/s x y z/' history
  status 0 look --metric 'q=echo 1'
  holds '^healthcheck: warning: history: 1 damaged line was left out$' err
  [ "$(samples)" -eq 3 ] || fail "$(samples) samples"
  is_whole
}

check_another_version_or_no_history_is_begun_anew() {
  echo 'longhaul-healthcheck 2' >history
  status 0 look --metric 'q=echo 1'
  holds '^healthcheck: warning: history: is of another version; nothing is known of earlier runs$' err
  holds '^healthcheck: warning: history: a new one is begun, and the old one is history.old$' err
  is_whole
  head -c 10000 /dev/urandom >history
  cp history before
  status 0 look --metric 'q=echo 1'
  holds '^healthcheck: warning: history: is no history, and is not put aside, as history.old is there; this run' err
  cmp history before
  holds 'longhaul-healthcheck 2' history.old
  rm history.old
  status 0 look --metric 'q=echo 1'
  cmp history.old before
  is_whole
  rm history
  mkdir history
  status 0 look --metric 'q=echo 1'
  holds '^healthcheck: warning: history: ' err
}

check_read_only_it_is_used_and_said() {
  [ "$(id -u)" -ne 0 ] || as_user="setpriv --reuid 65534 --regid 65534 --clear-groups"
  for _ in 1 2 3; do look --metric 'q=echo 1' >/dev/null; done
  chmod 755 .
  chmod 644 history
  cp history before
  # shellcheck disable=SC2086
  status 0 ${as_user:-} "$healthcheck" --history history --metric 'q=echo 1'
  holds '^healthcheck: warning: history: cannot be written: permission denied; this run is not remembered$' err
  cmp history before
}

check_a_full_disk_is_said_and_tears_nothing() {
  [ "$(id -u)" -eq 0 ] || exit 77
  mkdir small
  mount -t tmpfs -o size=16k none small 2>/dev/null || exit 77
  trap 'umount small' EXIT
  for _ in $(seq 3); do "$healthcheck" --history small/history --metric 'q=echo 1' >/dev/null; done
  dd if=/dev/zero of=small/fill bs=1k count=100 2>/dev/null || true
  for _ in $(seq 200); do "$healthcheck" --history small/history --metric 'q=echo 1' >out 2>err; done
  holds 'cannot be written: no space left on device; this run is not remembered' err
  rm small/fill
  status 0 "$healthcheck" --history small/history --metric 'q=echo 1'
  cp small/history history
  is_whole
}

check_a_clock_that_went_back_is_said() {
  look --metric 'q=echo 1' >/dev/null
  later=$(($(date +%s) * 1000 + 3600000))
  echo "s $later ok metric:q=1" >>history
  status 0 look --metric 'q=echo 1'
  holds '^healthcheck: warning: history: the clock went back: the last sample is of ' err
  status 0 look --metric 'q=echo 1'
  [ ! -s err ] || fail "$(cat err)"
}

check_growth_is_of_what_came_since_and_survives_a_rotation() {
  now=$(date +%s)
  printf 'longhaul-healthcheck 1\ns %d000 ok log:a.log=1000000\n' $((now - 3600)) >history
  head -c 3000000 /dev/zero >a.log
  status 0 look --log a.log
  holds 'log_growth:a.log: 2MB/h' out
  printf 'longhaul-healthcheck 1\ns %d000 ok log:a.log=9000000\n' $((now - 3600)) >history
  status 0 look --log a.log
  holds 'log_growth:a.log: 3MB/h' out
  printf 'longhaul-healthcheck 1\ns %d000 ok log:a.log=2000000\ns %d000 ok log:a.log=2900000\n' $((now - 3600)) $((now - 2)) >history
  status 0 look --log a.log
  holds 'log_growth:a.log: \(1M\|1000k\|999\.[0-9]*k\)B/h' out
  printf '[[log]]\npath = "a.log"\ngrowth-warning = "1MB"\n' >health.toml
  printf 'longhaul-healthcheck 1\ns %d000 ok log:a.log=9000000\n' $((now - 3600)) >history
  status 1 look --config health.toml
}

check_a_breaker_in_a_history_that_cannot_be_read_is_not_known_until_it_is_reset() {
  breaker record fail --breaker-failures 1 >/dev/null
  sed -i '1s/.*/longhaul-healthcheck 2/' history
  cp history before
  status 3 breaker status
  status 3 breaker allow
  status 3 breaker record fail
  cmp history before
  status 0 breaker reset
  cmp history.old before
  status 0 breaker allow
}

check_a_breaker_without_a_history_keeps_no_samples() {
  run() { "$healthcheck" --breaker b --metric 'q:1:2=echo 3' --on-critical 'echo c >>alerts'; }
  status 2 run
  status 2 run
  [ "$(wc -l <alerts)" -eq 2 ] || fail 'without a history each look tells'
  ! grep '^[sa] ' state/health.history || fail 'samples are kept'
  status 1 "$healthcheck" --breaker b allow
}

check_a_breaker_call_leaves_the_samples() {
  { echo 'longhaul-healthcheck 1'; for i in $(seq 2000); do echo "s ${i}000 ok metric:q=1"; done; } >history
  status 0 breaker record ok
  status 0 breaker allow
  [ "$(samples)" -eq 2000 ] || fail "$(samples) samples"
}

check_a_history_of_long_lines_stays_within_its_bytes() {
  python3 - <<'END'
with open('history', 'w') as out:
    out.write('longhaul-healthcheck 1\n')
    for i in range(18000):
        out.write(f's {i}000 ok ' + ' '.join(f'metric:{n:050d}=1' for n in range(16)) + '\n')
END
  [ "$(stat -c %s history)" -gt 16777216 ] || fail 'the fixture is too small'
  status 0 look --keep 100000 --metric 'q=echo 1'
  [ "$(stat -c %s history)" -lt 8500000 ] || fail "$(stat -c %s history) bytes"
  tail -1 history >last
  holds ' metric:q=1$' last
}

check_parallel_looks_do_not_see_the_clock_go_back() {
  for _ in $(seq 40); do
    look --metric 'q=echo 1' >/dev/null 2>>errors &
  done
  wait
  [ ! -s errors ] || fail "$(head -3 errors)"
  grep -o '^s [0-9]*' history | sort -c -k2n || fail 'samples stand out of order'
}

check_a_look_beside_a_trial_does_not_close_the_breaker() {
  status 0 breaker record fail --breaker-failures 1
  status 0 breaker --breaker-cooldown 0 allow
  status 0 breaker --metric 'q=echo 1'
  status 1 breaker status
  holds '^b: half-open' out
}

check_a_confirmation_is_by_a_majority() {
  status 3 look --confirm 1/3 --metric 'q=echo 1'
  status 3 look --confirm 2/4 --metric 'q=echo 1'
  status 3 "$healthcheck" --confirm 2/3 --metric 'q=echo 1' --on-warning true
}

check_an_alert_comes_once_for_each_change() {
  run() {
    look --metric "q:5:9=echo $1" --on-warning 'echo w $HEALTH_FROM $HEALTH >>alerts' \
      --on-critical 'echo c $HEALTH_FROM $HEALTH $THROTTLE >>alerts' --on-recover 'echo r $HEALTH_FROM $HEALTH >>alerts' \
      >/dev/null || true
  }
  for value in 1 5 5 9 9 5 1 1; do run $value; done
  printf 'w ok warning\nc warning critical 2\nw critical warning\nr warning ok\n' | cmp - alerts
}

check_one_odd_sample_does_not_page() {
  run() { look --confirm 2/3 --metric "q:5:9=echo $1" --on-critical 'echo c >>alerts' --on-recover 'echo r >>alerts' >/dev/null || true; }
  for value in 1 9 1 1; do run $value; done
  [ ! -e alerts ] || fail 'paged for one sample'
  for value in 9 1 9 9 1 1; do run $value; done
  printf 'c\nr\n' | cmp - alerts
}

check_a_hook_that_fails_or_hangs_is_said() {
  status 2 look --metric 'q:5:9=echo 9' --on-critical 'exit 4'
  holds '^healthcheck: warning: --on-critical: the command ended with status 4$' err
  rm history
  status 2 timeout 20 "$healthcheck" --history history --metric 'q:5:9=echo 9' --on-critical 'sleep 60' --hook-timeout 300ms
  holds '^healthcheck: warning: --on-critical: the command did not end in time$' err
}

breaker() { look --breaker b "$@"; }

check_a_breaker_opens_lets_one_trial_through_and_closes() {
  status 0 breaker allow
  status 0 breaker record fail
  status 0 breaker record fail
  status 0 breaker allow
  status 0 breaker record fail
  status 1 breaker allow
  status 1 breaker status
  holds '^b: open, 3 failures in a row$' out
  status 0 breaker --breaker-cooldown 0 allow
  status 1 breaker allow
  status 1 breaker status
  holds '^b: half-open' out
  status 0 breaker record ok
  status 0 breaker status
  holds '^b: closed, 0 failures' out
}

check_one_trial_only_however_many_ask() {
  for _ in 1 2 3; do breaker record fail; done
  old=$(($(date +%s) * 1000 - 3600000))
  echo "b $old b open 3 % 1 0" >>history
  for ask in $(seq 20); do (breaker allow && echo "$ask" >>trials) & done
  wait
  [ "$(wc -l <trials)" -eq 1 ] || fail "$(wc -l <trials) trials"
  status 0 breaker record fail
  status 1 breaker allow
}

check_the_same_failure_three_times_escalates() {
  for _ in 1 2; do status 0 breaker --failure f00 record fail; done
  status 0 breaker --failure f00 record fail
  holds '3 of the same kind: stop, and have it looked at' err
  status 2 breaker --breaker-cooldown 0 allow
  status 0 breaker reset
  status 0 breaker allow
  for failure in a b a b; do status 0 breaker --breaker-failures 9 --failure $failure record fail; done
  status 0 breaker allow
}

check_a_critical_level_opens_the_breaker() {
  status 2 breaker --metric 'q:5:9=echo 9'
  holds '^WARNING  breaker:b: open$' out
  status 1 breaker allow
}

check_a_breaker_without_a_history_is_kept_with_the_scopes() {
  for _ in 1 2 3; do status 0 "$healthcheck" --breaker b record fail; done
  status 1 "$healthcheck" --breaker b allow
  [ -s state/health.history ] || fail "$(ls state)"
  status 3 "$healthcheck" --history /proc/none --breaker b record fail
}

"check_${1:?}"
