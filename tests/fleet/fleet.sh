#!/bin/sh
# fleet.sh CHECK: the alert rules and the dashboard of share/, over what healthcheck really exports.
set -eu
share=${LONGHAUL_SOURCE:?}/share
here=$LONGHAUL_SOURCE/tests/fleet

# shellcheck source=tests/end_to_end.sh
. "$LONGHAUL_SOURCE/tests/end_to_end.sh"

need() { for program in "$@"; do command -v "$program" >/dev/null || exit 77; done; }

# The metrics that files name, one a line.
names_in() { grep -oh -E '\b(longhaul|node_textfile)_[a-z_]+' "$@" | sort -u; }

check_promtool_finds_nothing_to_say_of_the_rules() {
  need promtool
  status 0 promtool check rules --lint-fatal "$share/prometheus/longhaul.rules.yml"
}

check_each_rule_fires_beyond_its_limit_and_not_at_it() {
  need promtool
  status 0 promtool test rules "$share/prometheus/longhaul.rules.test.yml"
}

# Each number is on the edge: moved by ever so little, a rule fails its tests.
check_the_tests_of_the_rules_find_a_limit_that_moved() {
  need promtool
  cp "$share/prometheus/longhaul.rules.test.yml" .
  for mutation in 's/> 100e6/> 100.001e6/' 's/> 1.8e9/> 1.799999999e9/' 's/> 20$/> 21/' 's/> 15e6/>= 15e6/' \
    's/last_exit == 2/last_exit >= 1/' 's/== 3/> 1/' 's/> 0 < 3600/< 3600/' 's/< 3600/<= 3600/' 's/open > 0/open == 1/' \
    's/> 600/> 599/' 's/abs(\(.*\))/(\1)/' 's/ unless .*//' 's/"log|/"/' 's/for: 1m/for: 2m/' 's/for: 2m/for: 3m/' \
    's/for: 5m/for: 6m/' 's/for: 10m/for: 11m/' 's/{severity: warning}/{severity: critical}/'; do
    sed "$mutation" "$share/prometheus/longhaul.rules.yml" >longhaul.rules.yml
    ! cmp -s "$share/prometheus/longhaul.rules.yml" longhaul.rules.yml || fail "$mutation changes nothing"
    status 1 promtool test rules longhaul.rules.test.yml
  done
}

check_each_alert_has_its_section_in_the_runbook() {
  runbook=$LONGHAUL_SOURCE/man/longhaul-runbook.7
  alerts=$(sed -n 's/^ *- alert: //p' "$share/prometheus/longhaul.rules.yml")
  [ -n "$alerts" ] || fail 'no alert was found'
  for alert in $alerts; do
    holds "runbook: man 7 longhaul-runbook, $alert\$" "$share/prometheus/longhaul.rules.yml"
    holds "^\\.S[hs] $alert\$" "$runbook"
  done
}

# "OPTION TOOL [COMMAND]" for each option in what the alerts say.
options_to_type() {
  grep -v '^ *#' "$share/prometheus/longhaul.rules.yml" | tr -s ' ' '\n' | awk '
    /^(logrotd|dbprune|proctrack|memwatch|healthcheck)$/ { tool = $0; next }
    tool == "proctrack" && /^[a-z]+$/ { tool = tool " " $0; next }
    /^--[a-z]/ { sub(/[^a-z]*$/, ""); print $0, tool }' | sort -u
}

check_what_the_alerts_say_to_type_can_be_typed() {
  options_to_type >options
  [ "$(wc -l <options)" -gt 10 ] || fail "$(cat options)"
  while read -r option tool; do
    # shellcheck disable=SC2086 # a tool and its command
    "$LONGHAUL_BIN"/$tool --help >help
    holds "$option\\b" help
  done <options
}

check_the_dashboard_is_in_order() {
  need python3
  status 0 python3 "$here/dashboard.py" "$share/grafana/longhaul.json"
}

check_the_expressions_of_the_dashboard_are_promql() {
  need python3 promtool
  python3 "$here/dashboard.py" "$share/grafana/longhaul.json" >expressions
  [ -s expressions ] || fail 'there is none'
  { printf 'groups:\n  - name: dashboard\n    rules:\n'
    sed "s/'/''/g; s/.*/      - {record: an:expression, expr: '&'}/" expressions; } >dashboard.rules.yml
  status 0 promtool check rules --lint none dashboard.rules.yml
}

# Whatever healthcheck can measure, in one look.
check_rules_and_dashboard_name_only_what_healthcheck_exports() {
  need sqlite3
  [ -e /proc/pressure/memory ] || exit 77
  LONGHAUL_STATE=$PWD/state
  export LONGHAUL_STATE
  sqlite3 tasks.db 'CREATE TABLE tasks (id)'
  touch beat auto.jsonl
  "$LONGHAUL_BIN/proctrack" run --name nightly -- true
  printf '[[database]]\npath = "tasks.db"\ntable = "tasks"\n' >health.toml
  for _ in 1 2; do
    # The first look was more than a minute ago.
    [ ! -e history ] || sed -i "s/^s [0-9]*/s $(($(date +%s) - 61))000/" history
    "$LONGHAUL_BIN/healthcheck" --config health.toml --history history --pid $$ --log auto.jsonl --temp . --disk . --load \
      --pressure --heartbeat beat --exit nightly --metric 'queue:1:2=echo 5' --breaker codex -f prometheus >health.prom || true
  done
  { sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p' health.prom; echo node_textfile_mtime_seconds; echo node_textfile_scrape_error; } |
    sort -u >exported
  names_in "$share/prometheus/longhaul.rules.yml" "$share/grafana/longhaul.json" >named
  comm -23 named exported >wrong
  [ -s named ] || fail 'nothing is named'
  [ ! -s wrong ] || fail "nobody exports: $(cat wrong)"
}

# In a scope: whichever way the test ends, nothing that it started is left.
check_each_alert_fires_for_its_machine_alone_and_clears() {
  need python3 prometheus prometheus-node-exporter
  status 0 "$LONGHAUL_BIN/proctrack" run -- python3 "$here/two_machines.py" "$LONGHAUL_SOURCE"
}

check_rules_and_dashboard_are_installed() {
  need cmake
  status 0 cmake -DCMAKE_INSTALL_PREFIX="$PWD/prefix" -P "$LONGHAUL_BIN/../share/cmake_install.cmake"
  for file in prometheus/longhaul.rules.yml grafana/longhaul.json; do
    cmp "$share/$file" "prefix/share/longhaul/$file"
  done
}

"check_${1:?}"
