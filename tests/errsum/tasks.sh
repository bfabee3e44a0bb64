#!/bin/sh
# tasks.sh CHECK: one end-to-end check of errsum's tasks for those who mend, in the directory it is called in.
# shellcheck disable=SC3045,SC2016,SC2154 # dash and bash both have ulimit -v; text for other programs in quotes; prelude.sh
set -eu
# shellcheck source=tests/errsum/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/errsum/prelude.sh"

check_what_is_left_for_hands_begins_where_the_fix_does_not_mend() {
  printf 'src/a.py:1:8: F401 [*] `os` imported but unused\nsrc/b.py:7:5: F821 Undefined name `y`\n' >lint
  status 1 "$errsum" --fix-task tasks --task-id T1 lint
  holds 'Fix 1 linting error of ruff, first: src/b.py:7' tasks
}

check_fix_tasks_are_written_once_while_they_are_open() {
  command -v python3 >/dev/null || exit 77
  for _ in 1 2; do status 1 "$errsum" --fix-task tasks.jsonl --task-id T2.3.1 "$ruff"; done
  python3 - <<'END'
import json
tasks = [json.loads(line) for line in open("tasks.jsonl")]
assert [task["id"] for task in tasks] == ["T2.3.1-fix-linting", "T2.3.1-fix-linting-manual"], tasks
automatic, manual = tasks
assert automatic["command"].startswith("ruff check --fix ") and automatic["automatic"] is True
assert automatic["specialist"] == "linter" and automatic["kind"] == "linter" and automatic["status"] == "open"
assert automatic["verify"].startswith("ruff check ") and automatic["files"]
assert automatic["expectedReduction"] > 0 and manual["expectedReduction"] > 0
END
  total=$("$errsum" --format json "$ruff" | sed 's/.*"total":\([0-9]*\).*/\1/') || true
  parts=$(sed 's/.*"expectedReduction":\([0-9]*\).*/\1/' tasks.jsonl | awk '{ sum += $1 } END { print sum }')
  [ "$parts" -eq "$total" ] || fail "$(cat tasks.jsonl)"
  # Another task is another; one that is done may come again, and a line that was cut off is none.
  status 1 "$errsum" --fix-task tasks.jsonl --task-id T9 "$ruff"
  [ "$(wc -l <tasks.jsonl)" -eq 4 ] || fail "$(cat tasks.jsonl)"
  printf '{"id":"T9-fix-linting","status":"done"}\n{"id":"T9-fix-lin' >>tasks.jsonl
  status 1 "$errsum" --fix-task tasks.jsonl --task-id T9 "$ruff"
  [ "$(grep -c '^{"id":"T9-fix-linting",.*"status":"open"' tasks.jsonl)" -eq 2 ] || fail "$(cat tasks.jsonl)"
  status 0 "$errsum" --fix-task none.jsonl --task-id T1 "$cases/ruff/cases/clean.txt"
  [ ! -e none.jsonl ] || fail 'there is nothing to do'
  status 1 "$errsum" --fix-task none/tasks.jsonl --task-id T1 "$ruff"
  holds '; no task is written$' err
  status 2 "$errsum" --fix-task tasks.jsonl "$ruff"
}

check_many_may_write_tasks_at_once() {
  for n in $(seq 20); do "$errsum" --quiet --fix-task tasks.jsonl --task-id "T$((n % 5))" "$ruff" & done
  wait || true
  [ "$(wc -l <tasks.jsonl)" -eq 10 ] || fail "$(cat tasks.jsonl)"
}

"check_$1"
