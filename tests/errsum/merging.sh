#!/bin/sh
# merging.sh CHECK: one end-to-end check of records of parts made one, in the directory it is called in.
# shellcheck disable=SC3045,SC2016,SC2154 # dash and bash both have ulimit -v; text for other programs in quotes; prelude.sh
set -eu
# shellcheck source=tests/errsum/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/errsum/prelude.sh"

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

"check_$1"
