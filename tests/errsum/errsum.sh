#!/bin/sh
# errsum.sh CHECK: one end-to-end check of errsum, in the directory it is called in.
# shellcheck disable=SC3045,SC2016,SC2154 # dash and bash both have ulimit -v; text for other programs in quotes; prelude.sh
set -eu
# shellcheck source=tests/errsum/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/errsum/prelude.sh"

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

check_tee_passes_on_what_is_read() {
  finding a.py | status 1 "$errsum" --tee
  holds '^a.py:1:8: F401' err
  status 3 "$errsum" --tee --run -- sh -c 'echo first; echo second >&2; exit 3'
  [ "$(cat err)" = "$(printf 'first\nsecond')" ] || fail "$(cat err)"
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
  printf 'a.py:1:8: F401 [*] `os` imported but unused\na.py:2:8: F401 [*] `re` imported but unused\nFound 2 errors.\n' >output
  status 1 "$errsum" --format json --pattern '^(?P<file>a.py):(?P<line>1):' output
  holds '"total":2,' out # what the pattern took is not missing from the tool's own total
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

"check_$1"
