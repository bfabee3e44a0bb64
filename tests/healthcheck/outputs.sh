#!/bin/sh
# outputs.sh CHECK: what healthcheck writes, read by those it is for: a shell, Prometheus, a browser.
# shellcheck disable=SC2015,SC2016,SC2317 # conditions before fail, text for other shells, functions for wait_for
set -eu
healthcheck=${LONGHAUL_BIN:?}/healthcheck
LONGHAUL_STATE=$PWD/state
export LONGHAUL_STATE
here=$LONGHAUL_SOURCE/tests/healthcheck

# shellcheck source=tests/end_to_end.sh
. "${LONGHAUL_SOURCE:?}/tests/end_to_end.sh"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
get() { python3 -c 'import sys, urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())' "$1"; }

check_eval_is_safe() {
  odd="a b'; touch pwned; \$(touch pwned) \`touch pwned\`.log"
  echo entry >"$odd"
  status 0 "$healthcheck" --format shell --log "$odd"
  eval "$(cat out)"
  [ "$HEALTH" = ok ] && [ "$THROTTLE" = 0 ] && [ "$MAX_AGENTS" = 10 ] || fail "$(cat out)"
  head -c 101000000 /dev/zero >"$odd"
  status 2 "$healthcheck" --format shell --log "$odd" --agents 8
  eval "$(cat out)"
  [ "$HEALTH" = critical ] && [ "$THROTTLE" = 2 ] && [ "$MAX_AGENTS" = 2 ] && [ "$DELAY" = 30 ] || fail "$(cat out)"
  [ "$RECOMMENDATION" = rotate_logs ] && [ "$REASON" = "log:$odd" ] || fail "$(cat out)"
  [ ! -e pwned ] || fail 'it ran what it should quote'
  # What is wrong is told where no remedy is known, too.
  status 2 "$healthcheck" --format shell --metric 'q:1:2=echo 5' --metric 'p:1:9=echo 2'
  holds "RECOMMENDATION=none REASON=metric:q COMMAND=''" out
}

check_json_is_json_and_nagios_is_one_line() {
  command -v python3 >/dev/null || exit 77
  echo entry >'od"d.log'
  status 2 "$healthcheck" --log 'od"d.log' --metric 'q:1:2=echo 2' --log none --format json
  python3 -c '
import json
found = json.load(open("out"))
assert found["health"] == "critical" and [c["level"] for c in found["checks"]] == ["ok", "unknown", "critical"], found
assert found["throttle"] == 2 and found["checks"][0]["label"] == "od\"d.log"'
  status 2 "$healthcheck" --log 'od"d.log' --metric 'q:1:2=echo 2' --format nagios
  [ "$(wc -l <out)" -eq 1 ] || fail 'not one line'
  holds "^HEALTH CRITICAL - 1 critical of 2; metric:q 2 .* | 'log:od\"d.log'=6B;50000000;100000000 'metric:q'=2;1;2$" out
}

check_github_gets_annotations() {
  status 2 "$healthcheck" --metric 'q:1:2=echo 2' --format github
  holds '^::error title=healthcheck critical metric%3Aq::2 (warning 1, critical 2)$' out
  holds '^::notice title=healthcheck::critical: ' out
}

check_promtool_finds_nothing_to_say_of_the_metrics() {
  command -v promtool >/dev/null || exit 77
  sqlite3 tasks.db 'CREATE TABLE tasks (id)'
  touch beat
  odd='quote" back\slash {x=1}'
  for log in a.log "$odd"; do echo entry >"$log"; done
  for _ in 1 2; do
    # The first look was a minute ago.
    [ ! -e history ] || sed -i "s/^s [0-9]*/s $(($(date +%s) - 60))000/" history
    "$healthcheck" --history history --pid $$ --load --disk . --log a.log --log "$odd" --database tasks.db --temp . \
      --heartbeat beat --metric 'q:1:2=echo 5' --breaker b --format prometheus >health.prom || true
  done
  holds '^longhaul_health_log_growth_bytes_per_hour{what="a.log"}' health.prom
  status 0 promtool check metrics <health.prom
  [ ! -s out ] && [ ! -s err ] || fail "$(cat out err)"
}

check_an_output_file_is_replaced_at_one_stroke() {
  echo entry >a.log
  status 0 "$healthcheck" --log a.log --format prometheus --output health.prom
  [ ! -s out ] || fail 'something was printed'
  holds '^longhaul_health_log_bytes{what="a.log"} 6$' health.prom
  status 3 "$healthcheck" --log a.log --output /dev/full
  status 3 "$healthcheck" --log a.log --output none/health.prom
  holds '^healthcheck: warning: none/health.prom: cannot be written: no such file or directory' err
  status 2 "$healthcheck" --metric 'q:1:2=echo 3' --output none/health.prom
  [ "$(ls health.prom*)" = health.prom ] || fail "$(ls)"
}

check_prometheus_scrapes_openmetrics() {
  command -v prometheus >/dev/null || exit 77
  printf 'one\001' >"$(printf 'odd\001\351.log')"
  printf 'two' >"$(printf 'odd\002.log')"
  mkdir web
  "$healthcheck" --history history --pid $$ --log "$(printf 'odd\001\351.log')" --log "$(printf 'odd\002.log')" \
    --metric 'q:1:2=echo 1.5' --format openmetrics --output web/metrics || true
  pages=$(free_port)
  own=$(free_port)
  python3 "$here/serve_openmetrics.py" "$pages" web/metrics & server=$!
  cat >prometheus.yml <<END
scrape_configs:
  - job_name: health
    scrape_interval: 1s
    static_configs: [{targets: ["127.0.0.1:$pages"]}]
END
  prometheus --config.file=prometheus.yml --storage.tsdb.path=data --web.listen-address="127.0.0.1:$own" \
    >prometheus.log 2>&1 & prometheus=$!
  value_is() { get "http://127.0.0.1:$own/api/v1/query?query=$1" | grep -q "\"value\":\[[0-9.]*,\"$2\"\]"; }
  wait_for value_is 'up%7Bjob%3D%22health%22%7D' 1
  wait_for value_is longhaul_health_metric 1.5
  wait_for value_is longhaul_health_overall_level 1
  wait_for value_is 'count(longhaul_health_log_bytes)' 2
  kill $server $prometheus
  wait $server $prometheus || true
}

check_node_exporter_reads_the_textfile() {
  command -v prometheus-node-exporter >/dev/null || exit 77
  mkdir textfiles
  status 1 "$healthcheck" --metric 'q:1:2=echo 1.5' --format prometheus --output textfiles/health.prom
  port=$(free_port)
  prometheus-node-exporter --collector.disable-defaults --collector.textfile \
    --collector.textfile.directory=textfiles --web.listen-address="127.0.0.1:$port" >exporter.log 2>&1 & exporter=$!
  wait_for sh -c 'exec "$@" >page' sh python3 -c '
import sys, urllib.request
print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())' "http://127.0.0.1:$port/metrics"
  holds '^longhaul_health_metric{what="q"} 1.5$' page
  holds '^node_textfile_scrape_error 0$' page
  kill $exporter
  wait $exporter || true
}

check_an_output_file_is_whole_however_many_write_it() {
  for log in $(seq 200); do echo entry >"$log.log"; set -- "$@" --log "$log.log"; done
  "$healthcheck" "$@" --format json --output page
  for _ in $(seq 30); do "$healthcheck" "$@" --format json --output page & done
  for _ in $(seq 30); do python3 -c 'import json; assert len(json.load(open("page"))["checks"]) == 200'; done
  wait
  python3 -c 'import json; assert len(json.load(open("page"))["checks"]) == 200'
  [ ! -e page.tmp ] || fail 'something was left'
}

# A page with all that it can show.
make_page() {
  now=$(date +%s)
  { echo 'longhaul-healthcheck 1'
    seq 60 | awk -v now="$now" '{ printf "s %d000 ok metric:queue=%g metric:free=%g\n", now - 3600 + 60 * ($1 - 1), 10 + $1, 100 - $1 }'
    echo "a ${now}000 ok warning"; } >history
  long=$(printf 'a-log-with-a-name-that-is-long-and-has-no-blank-%060d.log' 1)
  echo entry >"$long"
  cat >health.toml <<'END'
[[metric]]
name = "free"
command = "echo 39"
below = true
warning = 30
critical = 20
END
  "$healthcheck" --history history --breaker codex --failure x record fail
  "$healthcheck" --history history --breaker codex --breaker-failures 2 record fail
  status 2 "$healthcheck" --config health.toml --history history --metric 'queue:60:75=echo 71' --log "$long" --log none.log \
    --metric '<b>&"odd"=exit 3' --metric 'over:1:2=echo 5' --breaker codex --format html --output page.html
}

check_a_page_is_whole_in_a_browser() {
  command -v chromium >/dev/null || exit 77
  make_page
  lacks '<script' page.html
  lacks 'http' page.html
  lacks ' src=' page.html
  browse() {
    timeout 50 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$PWD/profile" \
      --allow-file-access-from-files --virtual-time-budget=2000 "$@" 2>browser.log
  }
  browse --dump-dom "file://$PWD/page.html" >dom
  for text in 'Health <span class="badge critical">CRITICAL' 'metric:&lt;b&gt;&amp;"odd"' 'passes critical in about' \
    'the command ends with status 3' 'half-open\|open' 'What they did' '<h2>Alerts</h2>' '<path class="series"'; do
    holds "$text" dom
  done
  # On a phone nothing is wider than the screen.
  python3 "$here/phone_page.py" page.html 390 320 >phone.html
  browse --dump-dom "file://$PWD/phone.html" >dom
  holds '<p>390 390 320 320</p>' dom
  for scheme in 0 1; do
    browse --blink-settings=preferredColorScheme=$scheme --window-size=800,1000 --screenshot="$PWD/$scheme.png" "file://$PWD/page.html" >/dev/null
  done
  [ "$(python3 "$here/first_pixel.py" 0.png 1.png)" = '#0d0d0d #f9f9f7' ] || fail "$(python3 "$here/first_pixel.py" 0.png 1.png)"
}

"check_${1:?}"
