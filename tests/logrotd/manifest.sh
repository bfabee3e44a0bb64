#!/bin/sh
# manifest.sh CHECK: one end-to-end check of logrotd --manifest, in the directory it is called in.
# shellcheck disable=SC2016
set -eu
# shellcheck source=tests/logrotd/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/logrotd/prelude.sh"
# fields MANIFEST: what its lines say, in columns.
fields() {
  sed 's/^{"file":"\([^"]*\)","lines":\([0-9]*\),"bytes":\([0-9]*\),"size":\([0-9]*\),"sha256":"\([0-9a-f]*\)","time":"[^"]*"}$/\1 \2 \3 \4 \5/' "$1"
}
# listed_are_whole LOG: what is listed and there is what its line says.
listed_are_whole() {
  fields "$1.manifest" | while read -r file lines bytes size sum; do
    [ -e "$file" ] || continue
    [ "$(stat -c %s "$file")" -eq "$size" ] || fail "$file: size"
    [ "$(sha256sum <"$file")" = "$sum  -" ] || fail "$file: checksum"
    text_of "$file" | wc -lc | grep -qx " *$lines  *$bytes" || fail "$file: $lines lines, $bytes bytes"
  done
}
# agrees LOG: the manifest lists exactly the archives that are there, in their order, and is right.
agrees() {
  fields "$1.manifest" | cut -d' ' -f1 >listed
  find . -name "$1.2*" -printf '%f\n' | LC_ALL=C sort >there
  cmp listed there || fail "listed and there: $(diff listed there)"
  listed_are_whole "$1"
  [ -z "$(find . -name '*.tmp')" ] || fail 'something unfinished is left'
}

check_every_archive_is_listed_and_checks() {
  numbered 1 20000 >in
  for options in '' '--raw' '--compress none' '--raw --compress none --sync rotate' '--compress zstd' '--max-total 1MB'; do
    command -v zstd >/dev/null || case $options in *zstd*) continue ;; esac
    rm -f log*
    # shellcheck disable=SC2086
    status 0 "$logrotd" --manifest --max-size 100kB $options log <in
    [ ! -s err ] || fail "$(cat err)"
    agrees log
    [ "$(wc -l <there)" -gt 9 ] || fail "$(wc -l <there) archives with '$options'"
    cut -d, -f2- in | sort >wanted
    { while read -r archive; do text_of "$archive"; done <there; cat log; } | cut -d, -f2- | sort | cmp - wanted
  done
}

check_archives_that_were_there_are_added() {
  numbered 1 10 | gzip >log.20260101T000000Z-0001.gz
  { numbered 11 20 | gzip; numbered 21 30 | gzip; } >log.20260101T000000Z-0002.gz
  if command -v zstd >/dev/null; then numbered 31 40 | zstd -q >log.20260101T000000Z-0003.zst; fi
  numbered 41 50 >log.20260101T000000Z-0004
  : >log
  status 0 "$logrotd" --once --manifest --compress none log
  agrees log
  [ "$(grep -c '"lines":10,' log.manifest)" -ge 2 ] || fail "$(cat log.manifest)"
  holds '^{"file":"log.20260101T000000Z-0002.gz","lines":20,.*"time":"2026-01-01T00:00:00.000Z"}$' log.manifest
  # what lay plain is another file once it is compressed
  status 0 "$logrotd" --once --manifest log
  agrees log
  holds 0004.gz log.manifest
}

check_manifest_is_there_before_the_first_archive() {
  status 0 "$logrotd" --manifest log </dev/null
  [ -f log.manifest ] && [ ! -s log.manifest ]
}

check_lines_go_with_what_retention_removes() {
  numbered 1 20000 >in
  for options in '--keep 3' '--keep 3 --compress none' '--max-total 400kB --compress none'; do
    rm -f log*
    # shellcheck disable=SC2086
    status 0 "$logrotd" --manifest --max-size 50kB $options log <in
    agrees log
    [ "$(wc -l <there)" -le 7 ] || fail "$(cat there)"
  done
  mkfifo pipe
  "$logrotd" --manifest --retain 1s log <pipe &
  exec 3>pipe
  wait_for sh -c '[ -f log.manifest ] && [ ! -s log.manifest ]'
  exec 3>&-
  wait
  agrees log
}

# Whatever a reader finds listed while the log is written is what its line says, or gone.
check_reader_finds_whole_files_only() {
  numbered 1 150000 >in
  "$logrotd" --manifest --max-size 100kB --keep 5 log <in &
  writer=$!
  : >bad
  looks=0
  while kill -0 $writer 2>/dev/null; do
    cp log.manifest log2.manifest 2>/dev/null || continue
    fields log2.manifest | while read -r file lines bytes size sum; do
      cat "$file" >copy 2>/dev/null || continue
      [ "$(sha256sum <copy)" = "$sum  -" ] || echo "$file $lines $bytes $size" >>bad
    done
    looks=$((looks + 1))
  done
  wait $writer
  [ ! -s bad ] || fail "$(cat bad)"
  [ $looks -gt 0 ] || fail 'never looked'
  agrees log
}

# Fifty runs, each killed at another moment: what is listed is right at once, and all is after the next run.
check_killed_at_any_moment_the_next_run_agrees() {
  killed=0
  i=0
  while [ $i -lt 50 ]; do
    i=$((i + 1))
    case $((i % 3)) in 0) compress=none ;; *) compress=gzip ;; esac
    numbered $((i * 10000)) $((i * 10000 + 3000)) >in
    "$logrotd" --manifest --max-size 10kB --keep 15 --compress $compress log <in 2>>err &
    writer=$!
    sleep "0.0$((i % 7))$((i % 10))"
    kill -KILL $writer 2>/dev/null && killed=$((killed + 1))
    wait $writer || true
    [ ! -e log.manifest ] || listed_are_whole log
    [ $((i % 10)) -eq 0 ] || continue
    status 0 "$logrotd" --manifest --keep 15 log </dev/null
    [ ! -s err ] || fail "$(cat err)"
    agrees log
  done
  [ $killed -gt 10 ] || fail "only $killed were killed"
}

# At each step at which the archiver may die.
check_killed_at_each_step_the_next_run_agrees() {
  command -v strace >/dev/null || exit 77
  export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" # which does not work under strace
  numbered 1 1000 >in
  for step in rename fsync unlink renameat2; do
    for when in 1 2 3 4; do
      rm -f log*
      strace -f -qq -o trace -e trace=$step -e inject=$step:signal=KILL:when=$when \
        "$logrotd" --manifest --max-size 30kB --keep 1 log <in 2>err || true
      [ -s trace ] || fail 'nothing was traced'
      [ ! -e log.manifest ] || listed_are_whole log
      status 0 "$logrotd" --manifest log </dev/null
      agrees log
    done
  done
}

check_manifest_that_is_none_is_made_anew_and_said() {
  numbered 1 3000 | "$logrotd" --manifest --max-size 50kB log
  cp log.manifest right
  for wrong in "$(head -c 300 right)" '{"file":"log"}' 'some text of somebody'; do
    printf '%s' "$wrong" >log.manifest
    status 0 "$logrotd" --manifest log </dev/null
    holds '^logrotd: warning: log.manifest: line [12] is not one of a manifest, made anew from the archives$' err
    cmp log.manifest right
  done
}

check_damaged_archive_is_said_and_not_listed() {
  numbered 1 3000 | "$logrotd" --manifest --max-size 50kB log
  damaged=$(find . -name 'log.2*' -printf '%f\n' | sort | head -n 1)
  lines=$(wc -l <log.manifest)
  truncate -s 100 "$damaged"
  status 0 "$logrotd" --manifest log </dev/null
  holds "^logrotd: warning: $damaged: .*, not listed in the manifest\$" err
  lacks "$damaged" log.manifest
  [ "$(wc -l <log.manifest)" -eq $((lines - 1)) ]
}

check_manifest_that_cannot_be_written_is_a_warning() {
  mkdir -p log.manifest.tmp/full
  numbered 1 3000 >in
  mkfifo pipe
  "$logrotd" --manifest --max-size 50kB log <pipe 2>err &
  writer=$!
  exec 3>pipe
  cat in >&3
  wait_for grep -q 'not written: the next rotation tries again' err
  rm -r log.manifest.tmp
  kill -HUP $writer
  wait_for [ -s log.manifest ]
  exec 3>&-
  got=0
  wait $writer || got=$?
  [ $got -eq 0 ] || fail "status $got"
  [ "$(wc -l <err)" -eq 1 ] || fail "$(cat err)"
  agrees log
}

check_full_disk_leaves_a_manifest_that_is_right() {
  mkdir disk
  mount -t tmpfs -o size=256k tmpfs disk 2>/dev/null || exit 77
  trap 'cd / && umount "$disk"' EXIT
  disk=$PWD/disk
  numbered 1 10000 >in
  mkfifo pipe
  "$logrotd" --manifest --max-size 20kB --compress none disk/log <pipe 2>err &
  exec 3>pipe
  cat in >&3 &
  wait_for grep -q 'no space left on device, waiting' err
  (cd disk && if [ -e log.manifest ]; then listed_are_whole log; fi)
  mount -o remount,size=10m disk
  exec 3>&-
  wait
  cd disk
  agrees log
  [ "$(cat log.2* log | wc -l)" -eq 10000 ] || fail 'entries are lost'
}

check_second_writer_is_refused_and_leaves_the_manifest() {
  mkfifo pipe
  "$logrotd" --manifest --max-size 10kB log <pipe &
  exec 3>pipe
  numbered 1 1000 >&3
  wait_for grep -q file log.manifest
  numbered 1 1000 >in
  for options in '' --once; do
    # shellcheck disable=SC2086
    status 2 "$logrotd" --manifest $options log <in
    holds 'another logrotd writes to it' err
    listed_are_whole log
  done
  exec 3>&-
  wait
  agrees log
}

check_log_that_was_renamed_is_listed_the_next_time() {
  numbered 1 100 >log
  for compress in gzip none; do
    status 0 "$logrotd" --once --manifest --method rename --compress $compress --max-size 1kB log
    newest=$(find . -name 'log.2*' -printf '%f\n' | sort | tail -n 1)
    lacks "$newest\"" log.manifest
    numbered 101 200 >log
  done
  : >log
  status 0 "$logrotd" --once --manifest --method rename --compress none --max-size 1kB log
  agrees log
  [ "$(wc -l <there)" -eq 2 ] || fail "$(cat there)"
}

check_manifest_has_the_mode_of_the_log() {
  : >log
  chmod 640 log
  numbered 1 3000 | "$logrotd" --manifest --max-size 50kB log
  [ "$(stat -c %a log.manifest)" = 640 ] || fail "$(stat -c %a log.manifest)"
}

check_manifest_stands_beside_the_log_that_a_link_leads_to() {
  mkdir there
  ln -s there/log link
  numbered 1 3000 | "$logrotd" --manifest --max-size 50kB link
  cd there
  agrees log
}

check_name_that_json_cannot_hold_is_refused() {
  name=$(printf 'log\377')
  status 2 "$logrotd" --manifest "$name" </dev/null
  holds '^logrotd: --manifest: ' err
  [ ! -e "$name" ] || fail 'it was made'
}

check_legacy_way_has_no_manifest() {
  numbered 1 100 >in
  for how in off shadow; do
    LONGHAUL_LOGROTD=$how LONGHAUL_SHADOW_LOG=$PWD/shadow "$logrotd" --manifest --max-size 1kB log <in
    LONGHAUL_LOGROTD=$how LONGHAUL_SHADOW_LOG=$PWD/shadow "$logrotd" --once --manifest --max-size 1kB log
  done
  [ ! -e log.manifest ] && [ -z "$(find . -name 'log.2*')" ]
}

check_nothing_is_listed_where_nobody_asked() {
  numbered 1 3000 | "$logrotd" --max-size 50kB log
  [ ! -e log.manifest ]
}

# What the man page shows a shipper to do.
check_examples_of_the_man_page() {
  command -v jq >/dev/null || exit 77
  command -v mandoc >/dev/null || exit 77
  mandoc -T ascii "$LONGHAUL_SOURCE/man/logrotd.1" | sed 's/.\x08//g' >page
  sed -n '/^ *jq .*sha256sum -c$/p' page >check
  sed -n '/^ *touch shipped$/,/^ *done$/p' page >ship
  if [ ! -s check ] || [ ! -s ship ]; then fail 'the page has no examples'; fi
  numbered 1 3000 | "$logrotd" --manifest --max-size 50kB auto.jsonl
  sh -eu check >out
  [ "$(grep -c ': OK$' out)" -eq "$(wc -l <auto.jsonl.manifest)" ] || fail "$(cat out)"
  mkdir elsewhere
  sed -i 's/^ *rclone copy .* || \(.*\)$/cp "$file" elsewhere || \1/' ship
  lacks rclone ship
  # one that was removed after the manifest was read
  rm "$(fields auto.jsonl.manifest | head -n 1 | cut -d' ' -f1)"
  sh -eu ship 2>err
  ls elsewhere >shipped_files
  find . -maxdepth 1 -name 'auto.jsonl.2*' -printf '%f\n' | sort | cmp - shipped_files
  rm elsewhere/*
  sh -eu ship 2>err
  [ -z "$(ls elsewhere)" ] || fail 'shipped again'
}

check_memory_is_bounded_while_archives_are_read() {
  skip_under_sanitizers "$logrotd"
  yes '{"level":"info","text":"some words to make it longer"}' | head -c 200000000 >text
  gzip -1 <text >log.20260101T000000Z-0001.gz
  cp text log.20260101T000000Z-0002
  mkfifo pipe
  "$logrotd" --manifest --compress none log <pipe &
  writer=$!
  exec 3>pipe
  wait_for sh -c '[ "$(grep -c file log.manifest)" -eq 2 ]'
  peak=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' /proc/$writer/status)
  exec 3>&-
  wait
  [ "$peak" -le 16384 ] || fail "$peak KiB resident"
}

"check_$1"
