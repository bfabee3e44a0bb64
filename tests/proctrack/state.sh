#!/bin/sh
# state.sh CHECK: one end-to-end check of the folder of state: whose it is, what can be wrong with it, in the directory it is called in.
set -eu
# shellcheck source=tests/proctrack/prelude.sh
. "${LONGHAUL_SOURCE:?}/tests/proctrack/prelude.sh"

check_a_state_that_cannot_be_read_is_said() {
  mkdir -p closed/scopes
  as_user=
  if [ "$(id -u)" -eq 0 ]; then
    chown -R 65534 closed
    as_user='setpriv --reuid=65534 --regid=65534 --clear-groups'
  fi
  chmod 0 closed/scopes
  for command in list gc 'stop x'; do
    # shellcheck disable=SC2086
    status 2 $as_user "$proctrack" $command --state "$PWD/closed"
    holds 'permission denied$' err
  done
  chmod 700 closed/scopes
}

check_the_state_of_another_user_is_refused() {
  [ "$(id -u)" -eq 0 ] || exit 77
  mkdir theirs
  chown 65534 theirs
  for command in list gc 'tmp --scope x' 'pool call p' 'stop x'; do
    # shellcheck disable=SC2086
    status 2 "$proctrack" $command --state theirs
    holds 'belongs to another user' err
  done
  status 125 "$proctrack" run --state theirs -- true
  status 125 "$proctrack" slot --state theirs --name s -- true
}

check_a_pipe_in_the_place_of_its_list_stops_nothing() {
  # shellcheck disable=SC2016
  status 0 timeout 10 "$proctrack" run -- sh -c 'mkfifo "$TMPDIR/.longhaul-registered"'
  nothing_left
}

check_a_state_that_others_may_write_to_is_the_same_inside() {
  mkdir shared
  chmod 775 shared
  ln -s shared link
  for state in shared link; do
    status 0 "$proctrack" run --state $state --name outer -- "$proctrack" tmp
  done
}

check_its_folders_may_go_before_it() {
  # shellcheck disable=SC2016
  status 3 "$proctrack" run --name one -- sh -c 'rm -rf "$LONGHAUL_STATE"; exit 3'
  [ ! -s err ] || fail "$(cat err)"
  mkdir state
  # shellcheck disable=SC2016
  status 0 "$proctrack" run --cleanup more -- sh -c 'rm -rf "$TMPDIR"; echo x >more'
  [ ! -e more ] || fail 'what was to be cleared is left'
  nothing_left
  status 125 "$proctrack" run --cleanup '' -- true
  ln -s "$PWD" link
  status 125 "$proctrack" run --cleanup link/../ -- true
  mkdir -p real/sub
  ln -s real other
  (cd other/sub && status 125 "$proctrack" run --cleanup "$PWD" -- true)
  [ -d real/sub ] || fail 'the working directory is removed'
  # What ".." behind a link is, the kernel says.
  mkdir -p else/dir
  ln -s else/dir deep
  echo x >out-there
  echo x >else/out-there
  status 0 "$proctrack" run --cleanup deep/../out-there -- true
  [ -e out-there ] || fail 'another path was removed'
  [ ! -e else/out-there ] || fail 'what was named is left'
  # It is of a command that ran.
  status 127 "$proctrack" run --cleanup out-there -- no-such-command
  [ -e out-there ] || fail 'removed without a command'
  mkdir target
  echo x >target/kept
  status 0 "$proctrack" run --cleanup late/kept -- ln -s target late
  holds 'late/kept: is behind a link$' err
  [ -e target/kept ] || fail 'a link is followed'
  status 0 "$proctrack" run --cleanup link/ -- true
  [ -e err ] || fail "a link is followed"
}

check_temporary_files_are_registered() {
  status 2 "$proctrack" tmp
  mkdir elsewhere
  # shellcheck disable=SC2016
  status 0 "$proctrack" run -- sh -c '
    file=$('"$proctrack"' tmp --suffix .json) && echo x >"$file" && case $file in "$TMPDIR"/*.json) ;; *) exit 1 ;; esac
    folder=$('"$proctrack"' tmp --directory --in elsewhere) && echo x >"$folder/file" && [ -d elsewhere/tmp.* ]'
  [ -z "$(ls elsewhere)" ] || fail 'a registered folder is left'
  nothing_left
  # shellcheck disable=SC2016
  status 0 "$proctrack" run -- sh -c 'mkdir -p "$TMPDIR/a/b" "$TMPDIR/closed/inner"; ln -s / "$TMPDIR/a/root"; chmod 0 "$TMPDIR/closed"'
  nothing_left
  for path in / "$PWD" "$PWD/.." . "$HOME"; do
    status 125 "$proctrack" run --cleanup "$path" -- true
    holds 'holds more than a scope may remove' err
  done
  nothing_left
}

check_a_state_that_cannot_be_written_is_said() {
  touch file
  status 125 "$proctrack" run --state file -- touch ran
  status 125 "$proctrack" run --state /proc/none -- touch ran
  TMPDIR=/no/such/folder status 125 "$proctrack" run -- touch ran
  [ ! -e ran ] || fail 'the command was run'
  nothing_left
}

"check_$1"
