"""A simulated machine: a job, what the job leaves behind, a healthcheck over it, and node_exporter."""
import os
import pathlib
import re
import sqlite3
import subprocess
import time

from waiting import wait_until

BIN = os.environ["LONGHAUL_BIN"]
HAS_PRESSURE = os.path.exists("/proc/pressure/memory")

# What a busy machine that runs the tests may show is not to be an alert: the load has no limit here.
CONFIGURATION = """
scope = "autopilot"
history = "history"
breaker = "codex"
exit = ["nightly"]
temp = ["tmp"]

[[log]]
path = "auto.jsonl"
growth-warning = "1GB"

[[database]]
path = "tasks.db"
table = "tasks"
rows-warning = 1000

[[disk]]
path = "."
warning = "100%"
critical = "100%"
inodes-warning = "100%"
inodes-critical = "100%"

[[metric]]
name = "queue"
command = "wc -l <queue"
warning = 100
critical = 500

[[heartbeat]]
path = "beat"

[[heartbeat]]
path = "pulse"
warning = "25s"
critical = "30s"

[load]
warning = "none"
critical = "none"
"""
PRESSURE = """
[pressure]
cpu-warning = "none"
cpu-critical = "none"
memory-warning = "none"
memory-critical = "none"
io-warning = "none"
io-critical = "none"
"""


class Machine:
    def __init__(self, name, port):
        self.name = name
        self.address = f"127.0.0.1:{port}"
        self.folder = pathlib.Path(name).absolute()
        self.environment = {**os.environ, "LONGHAUL_STATE": str(self.folder / "state")}
        for folder in (self.folder, self.folder / "tmp", self.folder / "textfiles"):
            folder.mkdir()
        for file in ("auto.jsonl", "beat", "pulse", "queue"):
            (self.folder / file).touch()
        (self.folder / "health.toml").write_text(CONFIGURATION + (PRESSURE if HAS_PRESSURE else ""))
        self.make_database()
        self.run("proctrack", "run", "--name", "nightly", "--", "true")
        self.job = self.start("proctrack", "run", "--name", "autopilot", "--", "sh", "-c",
                              'while read -r command; do eval "$command"; done', stdin=subprocess.PIPE)
        start_heart(self)
        self.tell("touch up")
        wait_until(lambda: not (self.folder / "up").exists() and f"the job of {name}")
        self.exporter = subprocess.Popen(
            ["prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile",
             "--collector.textfile.directory=textfiles", "--web.listen-address=" + self.address],
            cwd=self.folder, stderr=(self.folder / "exporter.log").open("w"))
        self.remember_a_minute()
        self.healthcheck = None
        self.measure()

    def make_database(self):
        with sqlite3.connect(self.folder / "tasks.db") as database:
            database.execute("PRAGMA auto_vacuum = incremental")
            database.execute("CREATE TABLE tasks (status, completed_at, result)")
            database.executemany("INSERT INTO tasks VALUES ('pending', NULL, NULL)", [()] * 100)
        database.close()

    def remember_a_minute(self):
        """The growth of a log is told from a look that is a minute old: the first one is made so."""
        self.run("healthcheck", "--config", "health.toml")
        history = self.folder / "history"
        a_minute_ago = int((time.time() - 61) * 1000)
        history.write_text(re.sub(r"(?m)^s \d+", f"s {a_minute_ago}", history.read_text()))

    def start(self, tool, *arguments, **options):
        return subprocess.Popen([f"{BIN}/{tool}", *arguments], cwd=self.folder, env=self.environment, **options)

    def run(self, tool, *arguments, statuses=(0,)):
        """Runs one of longhaul's tools here, as somebody who is logged in would."""
        ended = subprocess.run([f"{BIN}/{tool}", *arguments], cwd=self.folder, env=self.environment,
                               stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if ended.returncode not in statuses:
            said = ended.stdout + ended.stderr
            raise SystemExit(f"{self.name}: {tool} {arguments}: status {ended.returncode}: {said}")

    def tell(self, command):
        """Lets the job run a command of its shell."""
        self.job.stdin.write(command.encode() + b"\n")
        self.job.stdin.flush()

    def measure(self):
        # Of the looks 240 are looked at: there is always one among them that is a minute old.
        self.healthcheck = self.start("healthcheck", "--config", "health.toml", "--watch", "300ms",
                                      "--format", "prometheus", "--output", "textfiles/health.prom")

    def measure_no_more(self):
        self.healthcheck.terminate()
        self.healthcheck.wait()

    def end(self):
        for process in (self.healthcheck, self.exporter, self.job):
            process.terminate()
            process.wait()


# What may go wrong on a machine, and how it is mended.

def fill_log(machine):
    os.truncate(machine.folder / "auto.jsonl", 100_000_001)


def rotate_log(machine):
    machine.run("logrotd", "--once", "--max-size", "10MB", "auto.jsonl")


def fill_database(machine):
    with sqlite3.connect(machine.folder / "tasks.db") as database:
        long_ago = time.time() - 30 * 86400
        database.executemany("INSERT INTO tasks VALUES ('completed', ?, zeroblob(160000))", [(long_ago,)] * 100)
    database.close()


def prune_database(machine):
    machine.run("dbprune", "--max-size", "10MB", "tasks.db")


def start_processes(machine):
    machine.tell('agents=; for agent in $(seq 25); do sleep 300 & agents="$agents $!"; done')


def end_processes(machine):
    machine.tell("kill $agents; wait $agents")


def leak_memory(size):
    def leak(machine):
        machine.tell(f"python3 -c 'import time; held = b\"x\" * {size}; time.sleep(300)' & leak=$!")
    return leak


def free_memory(machine):
    machine.tell("kill $leak; wait $leak")


def crash(machine):
    machine.run("proctrack", "run", "--name", "nightly", "--", "sh", "-c", "kill -KILL $$", statuses=(137,))


def end_well(machine):
    machine.run("proctrack", "run", "--name", "nightly", "--", "true")


def let_beat_age(machine):
    an_hour_ago = time.time() - 3600
    os.utime(machine.folder / "beat", (an_hour_ago, an_hour_ago))


def beat(machine):
    (machine.folder / "beat").touch()


def lose_beat(machine):
    (machine.folder / "beat").unlink()


def start_heart(machine):
    machine.tell("while :; do touch pulse; sleep 0.3; done & heart=$!")


def stop_heart(machine):
    """Its pulse gets older from now on, and reaches its limit in half a minute: that is foreseen at half of it."""
    machine.tell("kill $heart; wait $heart")


def reset_breaker(machine):
    machine.run("healthcheck", "--history", "history", "--breaker", "codex", "reset")
