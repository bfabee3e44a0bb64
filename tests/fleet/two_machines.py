"""two_machines.py ROOT: each alert fires for the machine that has the trouble, for no other one, and is silent once it
is mended. Two machines run here, each with real things that a real healthcheck measures, and a real prometheus."""
import contextlib
import pathlib
import sys

import dashboard
import machine as m
from prometheus import Prometheus, free_port, hurried
from waiting import wait_until

SHARE = pathlib.Path(sys.argv[1]) / "share"
GIGABYTE = 10**9


def memory_that_is_free():
    free = [int(line.split()[1]) * 1024 for line in open("/proc/meminfo") if line.startswith("MemAvailable:")]
    with contextlib.suppress(OSError, ValueError):
        free.append(int(pathlib.Path("/sys/fs/cgroup/memory.max").read_text()))
    return min(free)


# The job really holds 1.8GB where the machine has the room. Elsewhere it holds less, and the rule is asked for less.
memory_limit = int(1.8 * GIGABYTE) if memory_that_is_free() > 4 * GIGABYTE else int(0.1 * GIGABYTE)

# On the north machine, where any of them opens the breaker as well, for they are critical.
NORTH = [
    ("LonghaulLogsTooLarge", m.fill_log, m.rotate_log),
    ("LonghaulDatabaseTooLarge", m.fill_database, m.prune_database),
    ("LonghaulTooManyProcesses", m.start_processes, m.end_processes),
    ("LonghaulMemoryTooHigh", m.leak_memory(memory_limit + 20_000_000), m.free_memory),
    ("LonghaulCrashed", m.crash, m.end_well),
    ("LonghaulCheckCritical", m.let_beat_age, m.beat),
]
BREAKER = "LonghaulBreakerOpen"
# On the south machine, where nothing is critical.
UNKNOWN, SOON = "LonghaulCheckUnknown", "LonghaulLimitSoon"
# Of the figures themselves.
STALE, GONE = "LonghaulFiguresStale", "LonghaulFiguresGone"


def fires(prometheus, *expected):
    """A condition: these alerts fire, as (name, machine), and no others."""
    def missing():
        labels = [alert["labels"] for alert in prometheus.firing()]
        firing = {(of["alertname"], of.get("instance", "of no machine")) for of in labels}
        return firing != set(expected) and f"{sorted(expected)} and not {sorted(firing)}"
    return missing


def both_are_well(prometheus):
    well = prometheus.query("longhaul_health_overall_level == 0")
    return len(well) != 2 and f"both machines to be well: {prometheus.query('longhaul_health_level > 0')}"


def check_texts(alerts):
    for alert in alerts:
        name, texts = alert["labels"]["alertname"], alert["annotations"]
        assert texts["runbook"] == f"man 7 longhaul-runbook, {name}", alert
        assert texts["summary"].startswith(alert["labels"]["instance"] + ": "), alert
        assert not any(word in text for text in texts.values() for word in ("{{", "<no value>", "<error")), alert


def break_and_mend(prometheus, north, south):
    for _, break_it, _ in NORTH:
        break_it(north)
    m.lose_beat(south)
    expected = {*((name, "north") for name, _, _ in NORTH), (BREAKER, "north"), (UNKNOWN, "south"), (SOON, "south")}
    wait_until(fires(prometheus, *expected))
    check_texts(prometheus.firing())
    if m.HAS_PRESSURE:  # else the panel of the pressure is empty
        wait_until(lambda: dashboard.shows_nothing(SHARE / "grafana/longhaul.json", prometheus))

    m.start_heart(south)
    m.beat(south)
    for _, _, mend in NORTH:
        mend(north)
    wait_until(fires(prometheus, (BREAKER, "north")))
    m.reset_breaker(north)
    wait_until(fires(prometheus))
    return expected


def stop_and_go_on(prometheus, north, south):
    south.measure_no_more()
    north.measure_no_more()
    (north.folder / "textfiles/health.prom").unlink()
    expected = {(STALE, "south"), (GONE, "north")}
    wait_until(fires(prometheus, *expected))
    check_texts(prometheus.firing())
    south.measure()
    north.measure()
    wait_until(fires(prometheus))
    return expected


def main():
    with contextlib.ExitStack() as running:
        machines = [m.Machine(name, free_port()) for name in ("north", "south")]
        for machine in machines:
            running.callback(machine.end)
        north, south = machines
        m.stop_heart(south)  # before all else: what comes of it is foreseen after a while only
        rules = hurried((SHARE / "prometheus/longhaul.rules.yml").read_text(), memory_limit)
        prometheus = Prometheus(rules, machines)
        running.callback(prometheus.end)
        wait_until(lambda: both_are_well(prometheus))
        expected = break_and_mend(prometheus, north, south) | stop_and_go_on(prometheus, north, south)

        ever = prometheus.query('max_over_time(ALERTS{alertstate="firing"}[10m])')
        fired = {(series["metric"]["alertname"], series["metric"]["instance"]) for series in ever}
        # That memory which is being filled will pass its limit may be foreseen as well.
        assert expected <= fired <= expected | {(SOON, "north")}, ever
        named = {rule["name"] for group in prometheus.get("rules")["groups"] for rule in group["rules"]}
        assert named == {name for name, _ in expected}, "an alert is not tried here"


main()
