#!/bin/sh
# errsum.sh CHECK: one end-to-end check of errsum, in the directory it is called in.
set -eu
errsum=${LONGHAUL_BIN:?}/errsum
cases=${LONGHAUL_SOURCE:?}/tests/fixtures
ruff=$cases/ruff/cases/full-present.txt

fail() { printf '%s\n' "$*" >&2; exit 1; }
# status WANTED COMMAND...: the command ends so; its output is in ./out and ./err.
status() {
  wanted=$1
  shift
  got=0
  "$@" >out 2>err || got=$?
  [ "$got" -eq "$wanted" ] || fail "status $got and not $wanted: $* ($(cat err))"
}
holds() { grep -q -- "$1" "$2" || fail "no '$1' in $2: $(cat "$2")"; }

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
  # a sanitizer's own tables are larger than the limit
  (ulimit -v 65536 && "$errsum" --version >out 2>err) || exit 77
  head -c 100000000 /dev/zero | tr '\0' x >line
  "$LONGHAUL_SOURCE/tests/errsum/ruff_output.sh" 100000000 <"$ruff" >findings
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

"check_$1"
