#!/bin/sh
# use_tools.sh DIRECTORY: uses every tool of DIRECTORY once, on what lies in the current directory: ruff.json, what ruff
# printed, and rows.db with a table t of three rows. There may be nothing else than a shell: only its own commands here.
set -eu
tools=$1

fail() { printf '%s\n' "$*" >&2; exit 1; }
# answers STATUS PATTERN COMMAND...: the command ends so, and what it prints fits the pattern.
answers() {
  wanted=$1 pattern=$2
  shift 2
  status=0
  printed=$("$@" 2>&1) || status=$?
  [ "$status" -eq "$wanted" ] || fail "status $status and not $wanted: $* ($printed)"
  # shellcheck disable=SC2254
  case $printed in $pattern) ;; *) fail "not '$pattern': $* ($printed)" ;; esac
}
errors_of() { "$tools/errsum" <"$1"; }
logged() { printf '%s\n' "$2" | "$tools/logrotd" --level warn "$1" && read -r line <"$1" && echo "$line"; }

for tool in "$tools"/*; do
  answers 0 '* (longhaul)' "$tool" --version
done
answers 1 'ruff: *F401*' errors_of ruff.json
answers 0 '{"level":"error"}' logged new.jsonl '{"level":"info"}
{"level":"error"}'
answers 0 '*2 rows deleted*' "$tools/dbprune" --table t --max-rows 1 --order-by id --archive old.jsonl rows.db
answers 0 '*2 rows restored*' "$tools/dbprune" --restore old.jsonl rows.db
answers 3 '' "$tools/proctrack" run -- sh -c 'exit 3'
answers 4 '' "$tools/memwatch" --budget 1GB -- sh -c 'exit 4'
answers 0 '*all of * ok' "$tools/healthcheck" --disk . --skip memory
