"""The synthetic autopilot, one way or the other, for some hours of simulated time; and what it takes meanwhile.

All figures are measured from outside, by /proc and the file system.
"""
import glob
import json
import os
import subprocess
import time

import marked

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = ('errsum', 'logrotd', 'dbprune', 'proctrack', 'memwatch', 'healthcheck')
TOOLS_PROCESSES = (*TOOLS, 'proctrack-guard')  # the second keeper of a scope has a name of its own
SHORTEST_BETWEEN_LOOKS = 0.25
MOST_LOOKS = 4000  # a run of days must not pile them up
DAY = 24.0
LONGEST_MAINTENANCE = 60
TIMED_OUT = 124
TRY_LATER = 75  # dbprune, where others hold the database: the next run comes


class AutopilotEnded(Exception):
    """Before its time."""


class Process:
    """A look at one process: what it is, and what it takes."""

    def __init__(self, pid):
        with open(f'/proc/{pid}/comm', encoding='utf-8', errors='replace') as file:
            self.name = file.read().strip()
        self.pid = pid
        self.is_tool = self.name in TOOLS_PROCESSES
        self.memory = 0
        self.descriptors = 0

    def measure(self):
        """The proportional set: what is shared counts once, and not for each."""
        with open(f'/proc/{self.pid}/smaps_rollup', encoding='ascii') as file:
            self.memory = next(int(line.split()[1]) * 1024 for line in file if line.startswith('Pss:'))
        if self.is_tool:
            self.descriptors = len(os.listdir(f'/proc/{self.pid}/fd'))
        return self


def marked_processes(mark):
    found = []
    for pid in marked.pids(mark):
        try:
            found.append(Process(pid).measure())
        except (OSError, StopIteration):
            pass  # has ended meanwhile, or is a zombie
    return found


def size_of(pattern):
    total = 0
    for path in glob.glob(pattern):
        try:
            total += os.stat(path).st_size
        except FileNotFoundError:
            pass
    return total


def count_files(folder):
    return sum(len(files) for _, _, files in os.walk(folder))


def count_lines(path):
    try:
        with open(path, 'rb') as file:
            return sum(1 for _ in file)
    except FileNotFoundError:
        return 0


class Look:
    """All there is at one moment."""

    def __init__(self, directory, mark, hours):
        processes = marked_processes(mark)
        job = [process for process in processes if not process.is_tool]
        tools = [process for process in processes if process.is_tool]
        self.hours = hours
        self.memory = sum(process.memory for process in job)
        self.processes = len(job)
        self.tools_memory = sum(process.memory for process in tools)
        self.tools_processes = len(tools)
        self.tools = [(process.name, process.pid, process.memory, process.descriptors) for process in tools]
        self.log = size_of(f'{directory}/autopilot.jsonl*')
        self.database = size_of(f'{directory}/tasks.db') + size_of(f'{directory}/tasks.db-wal')
        self.temporary_files = count_files(f'{directory}/tmp')
        self.state_files = count_files(f'{directory}/state')
        self.completed = size_of(f'{directory}/completed')
        self.crashes = count_lines(f'{directory}/crashes')


class Simulation:
    """way: the directory of the scripts, legacy or bounded. An hour takes 3600 / speed seconds."""

    def __init__(self, way, directory, bin_directory, speed, memory_scale):
        self.way = way
        self.directory = directory
        self.speed = speed
        self.memory_scale = memory_scale
        self.mark = f'AUTOPILOT_SIMULATION={directory}'
        self.looks = []
        self.cron_failures = []  # statuses
        self.environment = self.environment_of_scripts(bin_directory)

    def environment_of_scripts(self, bin_directory):
        """Without what the caller has set for the tools."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith('LONGHAUL') and name != 'BEGUN'}
        name, value = self.mark.split('=', 1)
        return ours | {
            name: value, 'SPEED': str(self.speed), 'MEMORY_SCALE': str(self.memory_scale),
            'PATH': f"{bin_directory}:{ours.get('PATH', os.defpath)}", 'TMPDIR': f'{self.directory}/tmp',
            'LONGHAUL_STATE': f'{self.directory}/state', 'LONGHAUL_SHADOW_LOG': f'{self.directory}/shadow.jsonl',
            'BUDGET': str(int(1_500_000_000 / self.memory_scale)), 'ADMIT': str(int(400_000_000 / self.memory_scale)),
            'DATABASE_SIZE': '6MB', 'AGENT_TIMEOUT': f'{15 * 60 / self.speed * 1000:.0f}ms', 'RESTART_DELAY': f'{120 / self.speed:.3f}',
            'LOOK_EVERY': f'{max(3600 / self.speed / 4, 0.25) * 1000:.0f}ms'}

    def begin(self):
        """Again, too, in the directory that it had before."""
        self.begun = time.monotonic()
        self.environment.setdefault('BEGUN', str(self.begun))
        os.makedirs(f'{self.directory}/tmp', exist_ok=True)
        self.messages = open(f'{self.directory}/messages', 'ab')
        self.autopilot = self.start('autopilot.sh')
        self.cron = Cron(self)

    def elapsed(self):
        """In simulated hours."""
        return (time.monotonic() - self.begun) * self.speed / 3600

    def look(self):
        self.cron.run_due(self.elapsed())
        self.looks.append(Look(self.directory, self.mark, self.elapsed()))
        if self.autopilot.poll() is not None:
            raise AutopilotEnded(f'the autopilot ended before its time, with status {self.autopilot.returncode}: '
                                 f'see {self.directory}/messages')
        return self.looks[-1]

    def finish(self):
        self.hours = self.elapsed()
        with open(f'{self.directory}/stop', 'wb'):
            pass
        usage = os.wait4(self.autopilot.pid, 0)[2]
        self.processor_time = usage.ru_utime + usage.ru_stime
        self.cron_failures = self.cron.finish()
        self.left = Look(self.directory, self.mark, self.hours)
        self.messages.close()

    def start(self, script):
        """In a session of its own: ^C is for the one who called, who ends it."""
        return subprocess.Popen([f'{HERE}/{self.way}/{script}'], cwd=self.directory, env=self.environment, start_new_session=True,
                                stdin=subprocess.DEVNULL, stdout=self.messages, stderr=self.messages)

    def written_log(self):
        """All that was ever written, whether it is still there or not: as logrotd says at its end, or the file itself."""
        try:
            with open(f'{self.directory}/logrotd.messages', encoding='utf-8') as file:
                return sum(json.loads(line)['bytesOut'] for line in file if line.startswith('{'))
        except FileNotFoundError:
            return self.left.log

    def longest_entry(self):
        """Of the log as it is; what was rotated is alike."""
        with open(f'{self.directory}/autopilot.jsonl', 'rb') as file:
            return max((len(line) for line in file), default=0)

    def most(self, name):
        return max(getattr(look, name) for look in self.looks)

    def mean(self, name):
        return sum(getattr(look, name) for look in self.looks) / len(self.looks)


def run_side_by_side(simulations, hours, progress):
    """At the same time, so that whatever else the machine does disturbs all alike."""
    for simulation in simulations:
        simulation.begin()
    while simulations[-1].elapsed() < hours:
        progress([simulation.look() for simulation in simulations])
        time.sleep(max(SHORTEST_BETWEEN_LOOKS, hours * 3600 / simulations[0].speed / MOST_LOOKS))
    for simulation in simulations:
        simulation.finish()


class Cron:
    """The crontab of a way: its maintenance, each hour, where it has one."""

    def __init__(self, simulation):
        self.simulation = simulation
        self.due = 1.0
        self.running = []
        self.has_job = os.path.exists(f'{HERE}/{simulation.way}/maintenance.sh')

    def run_due(self, hours):
        if self.has_job and hours >= self.due:
            self.due += 1.0
            self.running.append(self.simulation.start('maintenance.sh'))

    def finish(self):
        return [status for job in self.running if (status := self.status_of(job)) not in (0, TRY_LATER)]

    def status_of(self, job):
        try:
            return job.wait(LONGEST_MAINTENANCE)
        except subprocess.TimeoutExpired:
            return TIMED_OUT
