#!/bin/sh
# saved.sh CHECK: one end-to-end check of errsum's folder of saved outputs, in the directory it is called in.
# shellcheck disable=SC3045,SC2016,SC2154 # dash and bash both have ulimit -v; text for other programs in quotes; prelude.sh
set -eu
# shellcheck source=tests/errsum/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/errsum/prelude.sh"

check_an_output_larger_than_the_folder_may_be_is_not_said_to_be_saved() {
  status 1 "$errsum" --save kept "$cases/mypy/cases/default.txt"
  status 1 "$errsum" --save kept --save-max 10 "$ruff"
  holds 'kept: the output alone is larger than the folder may be; the raw output is not saved' err
  if grep -q 'saved as' out; then fail "$(cat out)"; fi
  [ "$(find kept -name '*.gz' | wc -l)" -eq 1 ] || fail 'another output went'
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

"check_$1"
