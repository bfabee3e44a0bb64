#!/bin/sh
# outputs.sh CHECK: one end-to-end check of what errsum prints for its readers, in the directory it is called in.
# shellcheck disable=SC3045,SC2016,SC2154 # dash and bash both have ulimit -v; text for other programs in quotes; prelude.sh
set -eu
# shellcheck source=tests/errsum/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/errsum/prelude.sh"

check_a_large_budget_names_more_places() {
  n=0
  while [ $((n += 1)) -le 20 ]; do finding "a$n.py"; done >many
  status 1 "$errsum" --format json many
  if grep -q '"examples"' out; then fail 'a short summary is for a glance'; fi
  status 1 "$errsum" --format json --max 4k many
  holds '"first":"a1.py:1","files":20,"examples":\["a10.py:1","a11.py:1",' out
  [ "$(wc -c <out)" -le 4000 ]
  status 1 "$errsum" --max 4k many
  holds '^      a10.py:1$' out
}

check_the_first_to_mend_is_what_others_follow_from() {
  {
    printf "src/b.ts(1,20): error TS2307: Cannot find module './none' or its corresponding type declarations.\n"
    n=0
    while [ $((n += 1)) -le 9 ]; do printf "src/a.ts(%s,1): error TS2339: Property 'x' does not exist on type 'Y'.\n" $n; done
  } >typescript
  status 1 "$errsum" typescript
  holds '^Fix first: src/b.ts:1 (TS2307: others may follow from it), then run: ' out
  printf "src/z.c:3:1: error: unknown type name 'foo'\nsrc/a.c:9:2: error: 'x' undeclared\nsrc/a.c:10:2: error: 'y' undeclared\n" >compiler
  status 1 "$errsum" compiler
  holds '^Fix first: src/z.c:3' out
  status 1 "$errsum" "$cases/pytest/cases/broken-fixture.txt"
  holds '^Fix first: broken_fixture/conftest.py:6 (30 of 31 fail there), then run: pytest ' out
}

# Each output says as much as the record, and is what its readers take.
check_outputs_are_what_their_readers_take() {
  command -v python3 >/dev/null || exit 77
  for case in "$ruff" "$cases/eslint/cases/stylish-9.txt" "$cases/pytest/cases"/*.txt "$cases/unknown/cases"/*.txt \
    "$cases/mixed/cases"/*.txt; do
    [ -f "$case" ] || continue
    for format in json rdjson sarif junit; do "$errsum" --max 0 --format "$format" "$case" >"as-$format" || true; done
    python3 - "$case" <<'END'
import json, sys, xml.etree.ElementTree as xml
record = json.load(open("as-json"))
diagnostics = json.load(open("as-rdjson"))["diagnostics"]
assert len(diagnostics) <= record["total"], sys.argv
assert all(one["message"] and "path" in one["location"] for one in diagnostics), sys.argv
sarif = json.load(open("as-sarif"))
results = [result for run in sarif["runs"] for result in run["results"]]
listed = sum(result.get("occurrenceCount", 1) for result in results)
left = sum(run.get("properties", {}).get("notListed", 0) for run in sarif["runs"])
assert listed + left == record["total"] + (not record["recognised"]), (sys.argv, listed, left, record["total"])
assert all(result["message"]["text"] for result in results), sys.argv
suites = xml.parse("as-junit").getroot()
cases = suites.findall("./testsuite/testcase")
assert len(cases) == int(suites.get("failures")), sys.argv
assert bool(cases) == (record["total"] > 0 or not record["recognised"]), sys.argv
END
  done
}

check_github_gets_annotations_and_a_job_summary() {
  GITHUB_STEP_SUMMARY=$PWD/job.md
  export GITHUB_STEP_SUMMARY
  echo before >job.md
  finding 'a,b:c.py' | status 1 "$errsum" --format github
  holds '^::error file=a%2Cb%3Ac.py,line=1,col=8,title=ruff F401::`os` imported but unused$' out
  holds '^::notice title=errsum::1 linting error: 1x F401' out
  holds '^before$' job.md
  holds '^| 1 | F401 | `os` imported but unused | a,b:c.py:1 |$' job.md
  finding a.py | GITHUB_STEP_SUMMARY=$PWD/none/job.md status 1 "$errsum" --format github
  holds 'warning: .*none/job.md: no such file or directory$' err
}

check_prometheus_takes_the_numbers() {
  command -v promtool >/dev/null || exit 77
  status 1 "$errsum" --format prometheus "$ruff"
  mv out numbers
  holds '^longhaul_errsum_findings{tool="ruff",type="linter",severity="error"} [1-9]' numbers
  status 0 promtool check metrics <numbers
  if [ -s out ] || [ -s err ]; then fail "$(cat out err)"; fi
}

check_markdown_keeps_its_budget() {
  for max in 100 200 500 4000; do
    status 1 "$errsum" --format markdown --max $max "$ruff"
    [ "$(wc -c <out)" -le $max ] || fail "$(wc -c <out) bytes"
  done
  holds '^| count | code | message | first |$' out
}

check_progress_is_shown_on_a_terminal_while_input_is_slow() {
  command -v python3 >/dev/null || exit 77
  python3 - "$errsum" <<'END'
import os, pty, subprocess, sys
def run(slowly):
    ours, terminal = pty.openpty()
    child = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=terminal)
    os.close(terminal)
    shown = b""
    for at in range(400 if slowly else 1):
        child.stdin.write(b"a%d.py:1:8: F401 `os` imported but unused\n" % at)
        child.stdin.flush()
        if slowly and b"found so far" not in shown:
            os.set_blocking(ours, False)
            try:
                shown += os.read(ours, 4096)
            except BlockingIOError:
                child.poll()
                import time; time.sleep(0.01)
    out, _ = child.communicate()
    os.set_blocking(ours, False)
    try:
        shown += os.read(ours, 65536)
    except OSError:
        pass
    assert b"linting error" in out, out
    return shown
assert run(False) == b""
shown = run(True)
assert b" found so far" in shown and shown.endswith(b"\r\x1b[K"), shown
END
}

"check_$1"
