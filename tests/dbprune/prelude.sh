# What the end-to-end scripts of dbprune share. Sourced, in a fresh directory.
# shellcheck shell=sh disable=SC2034
dbprune=${LONGHAUL_BIN:?}/dbprune
here=${LONGHAUL_SOURCE:?}/tests/dbprune
command -v sqlite3 >/dev/null || exit 77
now=1760000000 # when make_tasks.sh says the newest task was made

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"
ask() { sqlite3 -cmd '.timeout 5000' "$@"; }
# is WANTED DB SQL: the answer is the wanted one.
is() {
  answer=$(ask "$2" "$3")
  [ "$answer" = "$1" ] || fail "'$answer' and not '$1': $3"
}
sound() {
  is ok "$1" 'PRAGMA integrity_check'
  is '' "$1" 'PRAGMA foreign_key_check'
}
# everything DB: all rows of all tables in one order.
everything() { ask "$1" 'SELECT * FROM tasks ORDER BY id; SELECT * FROM events ORDER BY id; SELECT * FROM quality_metrics ORDER BY id; SELECT rowid, * FROM task_dependencies ORDER BY rowid'; }
