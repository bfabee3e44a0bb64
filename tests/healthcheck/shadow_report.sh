#!/bin/sh
# shadow_report.sh CHECK: what all the tools record in the shadow becomes one account.
# shellcheck disable=SC2015 # conditions before fail
set -eu
bin=${LONGHAUL_BIN:?}
healthcheck=$bin/healthcheck
LONGHAUL_STATE=$PWD/state
LONGHAUL_SHADOW_LOG=$PWD/shadow.jsonl
export LONGHAUL_STATE LONGHAUL_SHADOW_LOG

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"

# report KEY: the member of the JSON report, tools by their names.
report() {
  "$healthcheck" --shadow-report --format json | python3 -c 'import json, sys
report = json.load(sys.stdin)
report.update({tool.pop("tool"): tool for tool in report["tools"]})
for key in sys.argv[1].split("."): report = report[key]
print(report)' "$1"
}
reports() { [ "$(report "$1")" = "$2" ] || fail "$1 is $(report "$1") and not $2"; }

# Each tool in the shadow, on something that it would have changed.
stand_in_shadow() {
  export LONGHAUL=shadow
  # shellcheck disable=SC2016 # the linter's own quotes
  printf 'a.py:1:1: F401 `os` imported but unused\nFound 1 error.\n' | "$bin/errsum" >passed
  for _ in 1 2 3; do echo '{"level":"info","msg":"again"}'; done | "$bin/logrotd" --dedupe 10s job.log
  sqlite3 tasks.db 'CREATE TABLE tasks (id INTEGER PRIMARY KEY, at INTEGER);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO tasks SELECT i, 1700000000 FROM n'
  for _ in 1 2; do "$bin/dbprune" --older-than 1d --age-column at --table tasks tasks.db; done
  "$bin/proctrack" run --timeout 1ms -- sh -c 'sleep 5 & echo $! >left; sleep 0.01'
  kill "$(cat left)"
  "$bin/proctrack" slot --name one --max 1 -- "$bin/proctrack" slot --name one --max 1 -- true
  "$bin/memwatch" --admit 1000TB -- true
  "$healthcheck" --metric 'queue:1:2=echo 5'
  LONGHAUL_SESSION=another "$healthcheck" --metric 'queue:1:9=echo 5'
  unset LONGHAUL
}

check_one_account_of_all_tools() {
  stand_in_shadow
  reports runs 10
  reports sessions 2
  reports errsum.findings 1
  reports errsum.failures 1
  reports logrotd.bytesIn 93
  reports logrotd.deduplicated 2
  reports proctrack.leftovers 1
  reports proctrack.timeouts 1
  reports proctrack.waits 1
  reports memwatch.heldBack 1
  reports healthcheck.criticals 1
  reports healthcheck.warnings 1
  [ "$(sqlite3 tasks.db 'SELECT count(*) FROM tasks')" = 500 ] || fail 'rows were deleted'
}

check_a_breaker_in_the_shadow_is_kept_and_told_to_nobody() {
  # shellcheck disable=SC2317 # called by status
  breaker() { "$healthcheck" --breaker b --history history "$@"; }
  for rollout in off shadow; do
    export LONGHAUL_HEALTHCHECK=$rollout
    for word in 'record fail' 'record fail' 'record fail' allow status 'status -f json'; do
      # shellcheck disable=SC2086 # words
      status 0 breaker --failure same $word
      [ ! -s out ] && [ ! -s err ] || fail "$rollout, $word: $(cat out err)"
    done
  done
  holds '"breaker":"b","word":"status","exit":2}' "$LONGHAUL_SHADOW_LOG"
  unset LONGHAUL_HEALTHCHECK
  status 2 breaker status
  holds '^b: open, 3 failures in a row, 3 of the same kind' out
}

check_what_a_database_has_is_counted_once() {
  stand_in_shadow
  reports dbprune.runs 2
  reports dbprune.rows 500
}

check_what_is_no_record_is_counted() {
  stand_in_shadow
  runs=$(report runs)
  {
    echo '{"tool":"errsum","time":1,"sha'
    echo '{"tool":"another","time":1,"shadow":{}}'
    head -c 300000 /dev/zero | tr '\0' x
    echo
    echo '{"tool":"errsum","time":1795814907,"shadow":{"total":7,"recognised":true}}'
  } >>"$LONGHAUL_SHADOW_LOG"
  reports runs $((runs + 1))
  reports leftOut 3
  reports errsum.findings 8
}

check_what_was_moved_aside_counts() {
  stand_in_shadow
  runs=$(report runs)
  cp shadow.jsonl shadow.jsonl.1
  reports runs $((2 * runs))
  mv shadow.jsonl.1 elsewhere.jsonl
  status 0 "$healthcheck" --shadow-report elsewhere.jsonl
  holds "^$runs runs in the shadow, in 2 sessions, from 20" out
  holds '^  processes left behind, which would have been ended: 1$' out
}

check_more_sessions_than_are_counted_are_at_least_so_many() {
  awk 'BEGIN { for (n = 1; n < 100000; n++) print "{\"tool\":\"errsum\",\"time\":1,\"session\":\"" n "\",\"shadow\":{}}" }' >"$LONGHAUL_SHADOW_LOG"
  "$healthcheck" --shadow-report >out
  holds ', in 99999 sessions, ' out
  reports sessionsAtLeast False
  echo '{"tool":"errsum","time":1,"session":"0","shadow":{}}' >>"$LONGHAUL_SHADOW_LOG"
  "$healthcheck" --shadow-report >out
  holds ', in at least 100000 sessions, ' out
  reports sessionsAtLeast True
  reports errsum.sessionsAtLeast True
}

# What logrotd writes of 100 entries of 100 bytes in a log of 1 kB: ten in each, but for the last one.
check_rotations_that_would_have_been_are_counted() {
  seq -f 'entry %093.0f' 100 >entries
  export LONGHAUL=shadow
  "$bin/logrotd" --max-size 1kB a.log <entries
  "$bin/logrotd" --max-size 1kB --raw b.log <entries
  # Each begins with an empty one: what they leave of it is added up.
  for _ in 1 2 3 4; do head -n 5 entries | "$bin/logrotd" --max-size 1kB c.log; done
  "$bin/logrotd" --max-size 1kB /dev/null <entries
  unset LONGHAUL
  [ "$(wc -l <c.log)" -eq 20 ] && [ "$(find . -name '?.log*' | wc -l)" -eq 3 ] || fail "$(ls)"
  holds '"rotated":9,.*"unrotated":1000,"logBound":1000}' "$LONGHAUL_SHADOW_LOG"
  reports logrotd.rotations 22
}

check_raw_is_recorded_as_it_is() {
  printf '{"msg":"%0600d"}\n' 0 >long
  LONGHAUL=shadow "$bin/logrotd" --raw a.log <long
  reports logrotd.shortened 0
  reports logrotd.bytesOut "$(stat -c %s long)"
  # with as many rotations as there are without the shadow
  rm shadow.jsonl
  seq 100000 >numbers
  "$bin/logrotd" --raw --max-size 25kB --stats b.log <numbers 2>stats
  LONGHAUL=shadow "$bin/logrotd" --raw --max-size 25kB c.log <numbers
  rotated() { sed 's/.*"rotated":\([0-9]*\).*/\1/' "$1"; }
  [ "$(rotated shadow.jsonl)" = "$(rotated stats)" ] || fail "$(cat stats shadow.jsonl)"
}

check_what_once_would_have_rotated_is_counted_once_for_each_file() {
  seq 1000 >large.log
  seq 10 >small.log
  for _ in 1 2; do LONGHAUL=shadow status 0 "$bin/logrotd" --once --max-size 1kB large.log small.log nowhere.log; done
  [ ! -s out ] && [ ! -s err ] || fail "$(cat out err)"
  [ "$(seq 1000 | cmp - large.log)" = '' ] && [ "$(find . -name '*.log*' | wc -l)" -eq 2 ] || fail "$(ls)"
  reports logrotd.runs 2
  reports logrotd.due 1
  reports logrotd.dueBytes "$(stat -c %s large.log)"
  reports logrotd.failures 2
}

check_nothing_recorded_is_unknown() {
  status 3 "$healthcheck" --shadow-report
  holds '^healthcheck: .*/shadow.jsonl: nothing is recorded' err
  : >empty
  status 3 "$healthcheck" --shadow-report empty
  holds '^healthcheck: --shadow-report: there is no record' err
  status 3 "$healthcheck" --shadow-report nowhere
  holds '^healthcheck: nowhere: no such file or directory$' err
}

"check_${1:?}"
