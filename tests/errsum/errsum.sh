#!/bin/sh
# errsum.sh CHECK: one end-to-end check of errsum, in the directory it is called in.
# shellcheck disable=SC3045,SC2016 # dash and bash both have ulimit -v; text for other programs in quotes
set -eu
errsum=${LONGHAUL_BIN:?}/errsum
cases=${LONGHAUL_SOURCE:?}/tests/fixtures
ruff=$cases/ruff/cases/full-present.txt

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"
# One finding of ruff in a file of its own: finding FILE.
finding() { printf '%s:1:8: F401 [*] `os` imported but unused\n' "$1"; }

check_status_says_whether_errors_were_found() {
  status 1 "$errsum" "$ruff"
  status 0 "$errsum" "$cases/ruff/cases/clean.txt"
  : >empty
  status 0 "$errsum" empty
  status 2 "$errsum" no-such-file
  holds 'errsum: no-such-file: ' err
}

check_unreadable_file_does_not_hide_the_others() {
  status 2 "$errsum" no-such-file "$ruff"
  holds 'ruff: ' out
  holds 'no-such-file' err
}

check_standard_input_is_read_as_files_are() {
  "$errsum" --format json <"$ruff" >from-stdin || true
  "$errsum" --format json "$ruff" >from-file || true
  cmp from-stdin from-file
}

check_summary_is_never_longer_than_asked() {
  for case in "$cases"/mixed/cases/*.txt "$cases"/unknown/cases/npm*.txt; do
    for most in 48 100 300 500; do
      for format in text json; do
        "$errsum" --format $format --max $most "$case" >out || true
        [ "$(wc -c <out)" -le $most ] || fail "$case: $(wc -c <out) bytes for --max $most"
      done
    done
  done
  status 2 "$errsum" --max 10 "$ruff"
}

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

check_a_time_stamp_before_some_lines_is_no_part_of_them() {
  {
    n=0
    while [ $((n += 1)) -le 3 ]; do printf '2026-11-24T05:22:00.1Z '; finding "a$n.py"; done
    n=0
    while [ $((n += 1)) -le 20 ]; do printf "lib/b.ts(%s,2): error TS2322: bad\n" $n; done
  } >some-stamped
  status 1 "$errsum" --format json some-stamped
  holds '"total":23,' out
}

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

check_what_is_left_for_hands_begins_where_the_fix_does_not_mend() {
  printf 'src/a.py:1:8: F401 [*] `os` imported but unused\nsrc/b.py:7:5: F821 Undefined name `y`\n' >lint
  status 1 "$errsum" --fix-task tasks --task-id T1 lint
  holds 'Fix 1 linting error of ruff, first: src/b.py:7' tasks
}

check_an_output_larger_than_the_folder_may_be_is_not_said_to_be_saved() {
  status 1 "$errsum" --save kept "$cases/mypy/cases/default.txt"
  status 1 "$errsum" --save kept --save-max 10 "$ruff"
  holds 'kept: the output alone is larger than the folder may be; the raw output is not saved' err
  if grep -q 'saved as' out; then fail "$(cat out)"; fi
  [ "$(find kept -name '*.gz' | wc -l)" -eq 1 ] || fail 'another output went'
}

check_quiet_prints_nothing() {
  status 1 "$errsum" --quiet "$ruff"
  [ ! -s out ] || fail "printed: $(cat out)"
}

check_named_tool_is_the_only_one_read() {
  status 1 "$errsum" --tool ruff --format json "$ruff"
  holds '"tool":"ruff"' out
  status 2 "$errsum" --tool no-such-tool "$ruff"
  status 0 "$errsum" --list-formats
  holds '^ruff ' out
}

check_run_ends_as_the_command_does() {
  status 7 "$errsum" --run -- sh -c 'echo "a.c:3:5: error: x" >&2; echo done; exit 7'
  holds 'build error' out
  status 0 "$errsum" --run -- true
  status 127 "$errsum" --run -- ./no-such-command
  : >not-executable
  status 126 "$errsum" --run -- ./not-executable
  status 143 "$errsum" --run -- sh -c 'kill -TERM $$'
}

check_any_bytes_are_read() {
  head -c 200000 /dev/urandom >random
  "$errsum" random >out 2>err || [ $? -eq 1 ] || fail "random bytes: $(cat err)"
  printf 'a.py:1:1: F401 \000 \377\376 imported\r\n' >odd
  status 1 "$errsum" --format json odd
  head -c 60000 /dev/zero | tr '\0' x >long
  printf '\n' >>long
  cat "$ruff" >>long
  status 1 "$errsum" --format json long
  holds '"tool":"ruff"' out
}

check_memory_does_not_grow_with_the_input() {
  skip_under_sanitizers "$errsum"
  head -c 100000000 /dev/zero | tr '\0' x >line
  "$LONGHAUL_SOURCE/tests/bench/ruff_output.sh" 100000000 <"$ruff" >findings
  for input in line findings; do
    # shellcheck disable=SC2094
    (ulimit -v 65536 && exec "$errsum" --quiet "$input") || [ $? -eq 1 ] || fail "$input needs more than 64 MiB of address space"
  done
}

check_output_that_cannot_be_written_is_trouble() {
  status 1 "$errsum" "$ruff"
  got=0
  "$errsum" "$ruff" >/dev/full 2>err || got=$?
  [ $got -eq 2 ] || fail "status $got on a full disk"
  holds 'errsum: stdout: ' err
}

check_rollout_passes_the_input_through() {
  LONGHAUL_ERRSUM=off "$errsum" <"$ruff" >out
  cmp out "$ruff"
  LONGHAUL_ERRSUM=shadow LONGHAUL_SHADOW_LOG=shadow.jsonl "$errsum" <"$ruff" >out
  cmp out "$ruff"
  holds '"tool":"errsum"' shadow.jsonl
  holds 'linting errors' shadow.jsonl
}

check_several_files_are_one_summary() {
  finding a.py >one
  finding b.py >two
  status 1 "$errsum" --format json one two
  holds '"total":2,' out
  finding c.py | status 1 "$errsum" --format json one - two
  holds '"total":3,' out
  # a last line without its end is not joined to the next file's first
  finding a.py | tr -d '\n' >unended
  status 1 "$errsum" --format json unended two
  holds '"total":2,' out
}

check_every_unreadable_file_is_named() {
  finding a.py >one
  mkdir folder
  status 2 "$errsum" --format json none-1 one folder none-2
  holds '"total":1,' out
  for name in none-1 folder none-2; do holds "^errsum: $name: " err; done
  status 2 "$errsum" --quiet none-1 one
  [ ! -s out ] || fail "printed: $(cat out)"
  holds '^errsum: none-1: ' err
}

check_budget_at_its_ends() {
  "$errsum" --format json "$ruff" >default || true
  status 1 "$errsum" --format json --max 500 "$ruff"
  cmp out default
  status 1 "$errsum" --format json --max 0 "$ruff"
  holds '"groups":' out
  [ "$(wc -c <out)" -gt 500 ] || fail "no limit, and only $(wc -c <out) bytes"
  status 1 "$errsum" --format json --max 48 "$ruff"
  holds '"total":50' out
  for least in 1 47 -1 x; do
    status 2 "$errsum" --max "$least" "$ruff"
    [ ! -s out ] || fail "printed: $(cat out)"
    holds '^errsum: --max: ' err
  done
}

# An empty word is not --run: without that, trouble is 2 and not 125.
check_empty_argument_is_usual_trouble() {
  status 2 "$errsum" ''
  status 2 "$errsum" --max '' "$ruff"
  status 2 "$errsum" --tool '' --no-such-option
}

check_quiet_leaves_the_status() {
  status 0 "$errsum" --quiet "$cases/ruff/cases/clean.txt"
  [ ! -s out ] || fail "printed: $(cat out)"
  status 3 "$errsum" --quiet --run -- sh -c 'exit 3'
  [ ! -s out ] || fail "printed: $(cat out)"
}

check_every_listed_format_can_be_named() {
  "$errsum" --list-formats </dev/null >formats
  [ "$(wc -l <formats)" -ge 10 ] || fail "few formats: $(cat formats)"
  while read -r name _; do status 0 "$errsum" --tool "$name" /dev/null; done <formats
  finding a.py >one
  status 1 "$errsum" --tool gcc --format json one
  lacks '"tool":"ruff"' out
}

check_run_reads_both_streams() {
  {
    echo 'cat out-finding'
    echo 'cat err-finding >&2'
  } >both-streams
  finding a.py >out-finding
  finding b.py >err-finding
  status 0 "$errsum" --format json --run -- sh both-streams
  holds '"total":2,' out
  [ ! -s err ] || fail "stderr: $(cat err)"
}

check_run_has_statuses_of_its_own() {
  status 125 "$errsum" --run
  status 125 "$errsum" --run --no-such-option -- true
  status 125 "$errsum" --run --max 1 -- true
  status 137 "$errsum" --run -- sh -c 'kill -KILL $$'
  status 130 "$errsum" --run -- sh -c 'kill -INT $$'
  status 255 "$errsum" --run -- sh -c 'exit 255'
  status 0 "$errsum" --run -- cat "$ruff"
}

check_output_is_valid_whatever_was_read() {
  {
    finding "$(printf 'a\001\033[31m\377\376')"
    # shellcheck disable=SC2016
    printf 'b.py:1:1: F401 \000 \300\257 \355\240\200 \342\202 `os`\n'
    printf 'error: \377\000 in "quoted\\"\n'
  } >odd
  for format in text json; do
    for most in 0 500 48; do
      "$errsum" --format $format --max $most odd >out || [ $? -eq 1 ] || fail "$format --max $most"
      iconv -f UTF-8 -t UTF-8 out >/dev/null 2>&1 || fail "$format --max $most is not UTF-8"
    done
  done
}

# A finding after a line of 60,000 characters, and one that is as long.
check_long_lines_are_read() {
  head -c 60000 /dev/zero | tr '\0' x >long
  { cat long; echo; finding a.py; } >before
  status 1 "$errsum" --format json before
  holds '"total":1,' out
  { finding a.py | tr -d '\n'; cat long; echo; } >within
  status 1 "$errsum" --format json within
  holds '"total":1,' out
}

# peak_kib FILE: the most memory that was resident, read before the end of the input is seen.
peak_kib() {
  [ -p feed ] || mkfifo feed
  "$errsum" --quiet <feed &
  reader=$!
  exec 3>feed
  cat "$1" >&3
  peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB$/\1/p' /proc/$reader/status)
  exec 3>&-
  wait $reader || [ $? -eq 1 ] || fail "$1: status $?"
}

check_resident_memory_is_bounded() {
  skip_under_sanitizers "$errsum"
  head -c 100000000 /dev/zero | tr '\0' x >line
  { finding a.py; cat line; } >ended
  for input in line ended; do
    peak_kib $input
    [ "${peak:-0}" -gt 0 ] || fail "no VmHWM for $input"
    [ "$peak" -le 32768 ] || fail "$input: $peak KiB resident"
  done
}

check_closed_output_is_trouble() {
  finding a.py >one
  got=0
  "$errsum" one >&- 2>err || got=$?
  [ $got -eq 2 ] || fail "status $got with stdout closed"
  holds '^errsum: stdout: ' err
  got=0
  "$errsum" --quiet one >&- 2>err || got=$?
  [ $got -eq 1 ] || fail "status $got with stdout closed and nothing to print: $(cat err)"
  got=0
  "$errsum" --run -- cat one >/dev/full 2>err || got=$?
  [ $got -eq 125 ] || fail "--run: status $got on a full disk"
}

check_rollout_keeps_files_and_commands() {
  finding a.py >one
  for rollout in off shadow; do
    LONGHAUL_SHADOW_LOG=$PWD/$rollout.jsonl
    LONGHAUL_ERRSUM=$rollout
    export LONGHAUL_SHADOW_LOG LONGHAUL_ERRSUM
    status 0 "$errsum" one
    cmp out one
    status 2 "$errsum" none one
    cmp out one
    holds '^errsum: none: ' err
    status 5 "$errsum" --run -- sh -c 'cat one; exit 5'
    cmp out one
    printf 'a\000\377\r\nunended' >odd
    status 0 "$errsum" odd
    cmp out odd
  done
  [ ! -e off.jsonl ] || fail 'off has recorded'
  [ "$(wc -l <shadow.jsonl)" -eq 4 ] || fail "not a record each: $(cat shadow.jsonl)"
}

# program NAME: a stand-in of that name, first in PATH, that runs what is on standard input.
program() {
  mkdir -p programs
  { echo '#!/bin/sh'; cat; } >"programs/$1"
  chmod +x "programs/$1"
  PATH=$PWD/programs:$PATH
}

check_examples_of_the_help() {
  for example in 'ruff check apps 2>&1 | errsum' 'errsum --format json --max 0 build.log' 'errsum --run -- npx eslint src'; do
    "$errsum" --help | grep -q -F -- "$example" || fail "--help has no '$example'"
  done
  program errsum <<END
exec "$errsum" "\$@"
END
  program ruff <<END
cat "$ruff" >&2
END
  program npx <<END
[ "\$*" = 'eslint src' ] || exit 9
cat "$cases/eslint/cases/stylish-9.txt"
exit 1
END
  cp "$cases/gcc/cases/errors.txt" build.log
  status 1 sh -c 'ruff check apps 2>&1 | errsum'
  holds '^ruff: 50 linting errors' out
  status 1 errsum --format json --max 0 build.log
  holds '"errorType":"build_failure","tool":"gcc"' out
  status 1 errsum --run -- npx eslint src
  holds '^eslint: ' out
}

check_run_needs_a_command() {
  for words in --run '--run --' '--run true'; do
    # shellcheck disable=SC2086
    status 125 "$errsum" $words
    [ ! -s out ] || fail "printed: $(cat out)"
    holds '^errsum: --run: ' err
  done
}

# A server that a test left behind holds the pipe open for ever.
check_run_does_not_wait_for_what_the_command_left_behind() {
  finding a.py >one
  status 3 timeout 20 "$errsum" --format json --run -- sh -c 'sleep 60 & cat one; exit 3'
  holds '"total":1,' out
}

check_reader_that_goes_away_is_no_trouble() {
  # More than a pipe holds, so that the writer is stopped by the reader's end.
  { yes "$(finding a.py)" || true; } | head -n 20000 >many
  { LONGHAUL_ERRSUM=off "$errsum" many 2>err || echo $? >ended; } | head -n 1 >out
  [ ! -s err ] || fail "stderr: $(cat err)"
  [ "$(cat ended 2>/dev/null || echo 141)" -eq 141 ] || fail "status $(cat ended)"
}

check_file_that_is_removed_while_it_is_read() {
  mkfifo going
  "$errsum" --format json going >out 2>err &
  reader=$!
  exec 3>going
  finding a.py >&3
  rm going
  finding b.py >&3
  exec 3>&-
  got=0
  wait $reader || got=$?
  [ $got -eq 1 ] || fail "status $got: $(cat err)"
  holds '"total":2,' out
}

check_resident_memory_of_a_long_report() {
  skip_under_sanitizers "$errsum"
  "$LONGHAUL_SOURCE/tests/bench/ruff_output.sh" 200000000 <"$ruff" >report
  peak_kib report
  [ "${peak:-0}" -gt 0 ] || fail 'no VmHWM'
  [ "$peak" -le 32768 ] || fail "$peak KiB resident"
}

check_interrupted_input_is_summarised() {
  mkfifo endless
  "$errsum" --format json endless >out 2>err &
  reader=$!
  exec 3>endless
  finding a.py >&3
  kill -TERM $reader
  got=0
  wait $reader || got=$?
  exec 3>&-
  [ $got -eq 143 ] || fail "status $got: $(cat err)"
  holds '"total":1,' out
}

check_shadow_passes_on_what_it_reads_at_once() {
  mkfifo in passed
  LONGHAUL_ERRSUM=shadow LONGHAUL_SHADOW_LOG=$PWD/log "$errsum" <in >passed &
  exec 3>in 4<passed
  finding a.py >&3
  read -r line <&4
  [ "$line" = "$(finding a.py)" ] || fail "'$line'"
  exec 3>&- 4<&-
  wait
  holds '"total":1,' log
}

check_command_outlives_our_trouble() {
  got=0
  LONGHAUL_ERRSUM=shadow LONGHAUL_SHADOW_LOG=$PWD/log "$errsum" --run -- \
    sh -c 'seq 100000; : >finished; exit 7' >/dev/full 2>err || got=$?
  [ $got -eq 7 ] || fail "status $got"
  [ -e finished ] || fail 'the command did not come to its end'
  holds 'errsum: stdout: no space left on device' err
}

# What begins as JSON and is no report is text, however long.
check_text_behind_a_long_brace_is_read() {
  { echo '{'; yes '  some: words,' | head -n 400000; echo 'Error: disk failed'; } >long
  status 1 "$errsum" --format json long
  holds '"recognised":false' out
  holds '"errorLines":1' out
}

check_named_tool_is_the_only_one_read_in_json() {
  status 1 "$errsum" --tool mypy --format json "$cases/eslint/cases/json-9.txt"
  holds '"recognised":false' out
  lacks '"tool":"eslint"' out
}

check_totals_do_not_differ_from_run_to_run() {
  # more than are remembered, each printed twice
  seq 330000 | sed 's/.*/src\/a.ts(&,5): error TS2322: wrong/' >once
  cat once once >twice
  "$errsum" --format json twice >first || true
  "$errsum" --format json twice >second || true
  cmp first second
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

check_a_saved_output_is_given_back_whole_or_in_part() {
  status 1 "$errsum" --save saved --format json "$ruff"
  hash=$(sed 's/.*"raw":"\([0-9a-f]*\)".*/\1/' out)
  status 0 "$errsum" --save saved --show "$hash"
  cmp out "$ruff"
  status 1 "$errsum" --save saved "$ruff" # kept once
  holds "^saved as $(echo "$hash" | cut -c1-12)$" out
  [ "$(ls saved)" = "$hash.gz" ] || fail "$(ls saved)"
  gzip -cd "saved/$hash.gz" | cmp - "$ruff"
  # The lines of a code are that many findings of it, and nothing of others.
  status 0 "$errsum" --save saved --show "$hash" --code F401
  mv out part
  status 1 "$errsum" --format json part
  "$errsum" --format json --max 0 "$ruff" | sed 's/.*{"code":"F401","count":\([0-9]*\),.*/\1/' >count
  holds "\"total\":$(cat count),.*\"groups\":\[{\"code\":\"F401\",\"count\":$(cat count)" out
  status 0 "$errsum" --save saved --show "$hash" --file models.py
  lacks 'tricky.py' out
  holds '^ --> apps/api/models.py:2:8$' out
  status 1 "$errsum" --save saved --show "$hash" --code NONE
  [ ! -s out ] || fail "$(cat out)"
  status 2 "$errsum" --save saved --show 0123456789
  holds '^errsum: 0123456789: no such output is saved in saved$' err
  status 2 "$errsum" --show "$hash"
}

check_several_inputs_are_saved_as_one() {
  printf 'a.py:1:1: F401 no end' >one
  echo 'b.py:1:1: F401 an end' >two
  status 1 "$errsum" --save saved one two
  "$errsum" --save saved --show "$(find saved -type f -printf '%f\n' | cut -c1-32)" >out
  { cat one; echo; cat two; } | cmp - out
}

check_saved_outputs_are_bounded_and_the_oldest_go_first() {
  for n in 1 2 3 4; do
    head -c 100000 /dev/urandom | base64 >"output-$n"
    "$errsum" --quiet --save saved --save-max 250kB "output-$n" || true
  done
  [ "$(du -cb saved/*.gz | tail -1 | cut -f1)" -le 250000 ] || fail "$(ls -l saved)"
  status 0 "$errsum" --save saved --show "$("$errsum" --save saved --save-max 250kB --format json output-4 | sed 's/.*"raw":"\([0-9a-f]*\)".*/\1/')"
  cmp out output-4
}

check_what_cannot_be_saved_is_summarised_all_the_same() {
  echo file >in-the-way
  status 1 "$errsum" --save in-the-way/saved "$ruff"
  holds '^errsum: warning: in-the-way/saved: not a directory; the raw output is not saved$' err
  holds '^ruff: [0-9]* linting errors' out
}

check_many_may_save_at_once_and_be_killed() {
  for n in $(seq 30); do
    { finding a.py; seq "$n" 20000; } | "$errsum" --quiet --save saved - & pid=$!
    [ $((n % 3)) -ne 0 ] || kill -9 $pid 2>/dev/null || true
  done
  wait || true
  for output in saved/*.gz; do gzip -t "$output" || fail "$output"; done
  for output in saved/*.gz; do
    hash=$(basename "$output" .gz)
    "$errsum" --save saved --show "$hash" >out
    rm -rf again
    "$errsum" --quiet --save again out || true
    [ "$(ls again)" = "$hash.gz" ] || fail "$hash is the hash of another text"
  done
}

check_tee_passes_on_what_is_read() {
  finding a.py | status 1 "$errsum" --tee
  holds '^a.py:1:8: F401' err
  status 3 "$errsum" --tee --run -- sh -c 'echo first; echo second >&2; exit 3'
  [ "$(cat err)" = "$(printf 'first\nsecond')" ] || fail "$(cat err)"
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

check_patterns_of_ones_own_come_before_the_formats() {
  cat >output <<'END'
rule X1 broken at lib/z.f90(7)
rule X2 broken at lib/z.f90(9)
a.py:1:8: F401 [*] `os` imported but unused
checked 2 files
END
  status 1 "$errsum" --format json --max 0 --pattern '^rule (?P<code>\w+) broken at (?P<file>[^(]+)\((?P<line>\d+)\)' output
  holds '"tool":"pattern","errorType":"linter","total":2,.*"tool":"ruff","errorType":"linter","total":1,' out
  holds '"code":"X1","count":1,"message":"rule X1 broken at lib/z.f90(7)","first":"lib/z.f90:7"' out
  { echo '# our own'; echo; echo '^rule (?P<code>\w+) broken at (?P<file>[^(]+)\((?P<line>\d+)\)'; } >patterns
  status 1 "$errsum" --max 0 --pattern-file patterns output
  holds '^  1x X2 ' out
  status 2 "$errsum" --pattern '(' output
  holds "^errsum: --pattern: '(': missing )" err
  status 2 "$errsum" --pattern '(?P<what>.)' output
  holds "^errsum: --pattern: '(?P<what>.)': the group 'what' is none of file, line, " err
  status 2 "$errsum" --pattern-file none output
  holds '^errsum: none: no such file or directory' err
}

check_vims_errorformats_are_read() {
  printf 'src/a b.c:12:3: [W12] bad thing\nsrc/c.c:1:2: [E7] worse\n' >output
  status 1 "$errsum" --format json --max 0 --errorformat '%f:%l:%c: [%t%n] %m' output
  holds '"total":2,"errors":1,"warnings":1,' out
  holds '"code":"12","count":1,"message":"bad thing","first":"src/a b.c:12",' out
  # several lines, and what is left out
  printf 'Error in x.ml, line 3\n  detail one\n  detail two\n\nWarning in y.ml, line 4\n  other\nchatter\n' >output
  status 1 "$errsum" --format json --max 0 --errorformat '%EError in %f\, line %l,%WWarning in %f\, line %l,%C  %m,%-G%.%#' output
  holds '"total":2,"errors":1,"warnings":1,' out
  holds '"message":"detail one detail two","first":"x.ml:3"' out
  holds '"recognised":true' out
  status 2 "$errsum" --errorformat '%y' output
  holds "^errsum: --errorformat: '%y': %y is not known$" err
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

# record OPTION...: with all it has, on one line.
record() { "$errsum" --format json --max 0 "$@" || true; }

check_records_of_parts_merge_to_that_of_the_whole() {
  record "$ruff" "$cases/mypy/cases/default.txt" >whole
  record "$ruff" >first
  record "$cases/mypy/cases/default.txt" >second
  status 1 "$errsum" --merge --format json --max 0 first second
  cmp out whole
  cat second first first | "$errsum" --merge >text || true
  "$errsum" "$ruff" "$cases/mypy/cases/default.txt" >expected || true
  cmp text expected
  status 1 "$errsum" --merge --fix-task tasks.jsonl --task-id T1 first second
  [ -s tasks.jsonl ]
  record "$cases/ruff/cases/clean.txt" >clean
  status 0 "$errsum" --merge clean
}

check_merge_under_parallel_is_the_record_of_the_whole() {
  command -v parallel >/dev/null || exit 77
  n=0
  while [ $((n += 1)) -le 3000 ]; do finding "part$((n % 7))/file$n.py"; done >long
  echo 'Found 3000 errors.' >>long
  echo '[*] 3000 fixable with the `--fix` option.' >>long
  record long >whole
  parallel --will-cite --pipepart -a long --block 10k "$errsum" --format json --max 0 >parts || true
  [ "$(wc -l <parts)" -gt 5 ]
  status 1 "$errsum" --merge --format json --max 0 parts
  # Where each part begins is part of what is kept for merging, and of nothing else.
  for file in whole out; do sed 's/,"merge":.*//; s/"compressedSize":[0-9]*,"compressionRatio":[0-9.]*//' $file >$file.cut; done
  cmp out.cut whole.cut
}

check_records_that_cannot_be_merged_end_it() {
  "$errsum" --format json "$ruff" >cut-to-size || true
  status 2 "$errsum" --merge cut-to-size
  holds "errsum: cut-to-size: line 1: a record without 'merge': make it with --format json --max 0" err
  [ ! -s out ]
  record "$ruff" | head -c 1500 >torn
  status 2 "$errsum" --merge torn
  status 2 "$errsum" --merge /dev/null
  holds 'there is no record to read' err
  record "$ruff" >whole
  status 2 "$errsum" --merge --format sarif whole
  status 2 "$errsum" --merge --state state.db whole
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
