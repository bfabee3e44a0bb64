#!/usr/bin/env python3
"""orchestrator.py: the loop of a synthetic autopilot, in the current directory, until a file named "stop" is there.

It does what the real one does, in a time that goes $SPEED times as fast: takes tasks as they arrive, some at a time, runs
a preflight and an agent for each, keeps them in tasks.db with their events, writes telemetry to standard output, error
dumps of 50 KB among it, and forgets to free what a task has needed, until it dies of that as V8 does at its limit. On
SIGUSR2 it ends the tasks at hand and starts itself anew in the same process.

$PREFLIGHT and $AGENT are the commands, each called with the number of the task; how these are started is all that
differs between the legacy way and that with the tools. $MEMORY_SCALE divides all sizes of memory.
"""
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(os.path.dirname(HERE), 'fixtures')

SPEED = float(os.environ.get('SPEED', 1))
MEMORY_SCALE = float(os.environ.get('MEMORY_SCALE', 1))

TASKS_AN_HOUR = 12
AGENTS = 3
AGENT_TIMEOUT = 15 * 60 / SPEED
# 667 MB a day at 288 tasks a day are 2.3 MB a task, nine tenths of them dumps.
DUMPS_OF_TASK = 42
DUMP_BYTES = 50_000
SMALL_ENTRIES_OF_TASK = 1000
SMALL_LEVELS = ('debug', 'debug', 'info', 'info', 'warn')
# 27 MB for 224 tasks.
EVENTS_OF_TASK = 24
EVENT_BYTES = 1_000
RESULT_BYTES = 96_000
# The heap is at its limit after six hours.
HEAP_LIMIT = int(2_000_000_000 / MEMORY_SCALE)
LEAK_OF_TASK = HEAP_LIMIT // (6 * TASKS_AN_HOUR)

DUMPS = ('ruff/cases/hundreds-full.txt', 'mypy/cases/hundreds.txt', 'pytest/cases/default.txt',
         'eslint/cases/hundreds-9.txt', 'tsc/cases/hundreds-4.txt')


def dump(name):
    with open(os.path.join(FIXTURES, name), encoding='utf-8', errors='replace') as file:
        text = file.read()
    return json.dumps((text * (DUMP_BYTES // len(text) + 1))[:DUMP_BYTES])


class Telemetry:
    """Entries on standard output, each task's in one piece; a reader that is gone ends the run."""

    def __init__(self):
        self.dumps = [dump(name) for name in DUMPS]
        self.lock = threading.Lock()

    def write(self, task):
        stamp = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime())
        lines = []
        for at in range(SMALL_ENTRIES_OF_TASK):
            level = SMALL_LEVELS[at % len(SMALL_LEVELS)]
            lines.append(f'{{"timestamp":"{stamp}.{at:03}Z","level":"{level}","event":"operations_snapshot","task_id":"T{task}",'
                         f'"mode":"balance","queueLength":{at % 20},"totalTasks":9,"blockedTasks":0,"avgQuality":0.5,"step":{at}}}\n')
        for at in range(DUMPS_OF_TASK):
            which = (task + at) % len(self.dumps)
            lines.append(f'{{"timestamp":"{stamp}.{at:03}Z","level":"error","event":"preflight_failed","task_id":"T{task}",'
                         f'"message":"preflight failed: E{which}","output":{self.dumps[which]}}}\n')
        data = ''.join(lines).encode()
        with self.lock:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()


class Tasks:
    """The task database: as it is written by programs that think of today only."""

    def __init__(self):
        self.local = threading.local()
        self.connection().executescript('''
            CREATE TABLE IF NOT EXISTS tasks (id INTEGER PRIMARY KEY, status TEXT, completed_at INTEGER, result TEXT);
            CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, at INTEGER, text TEXT,
              task INTEGER REFERENCES tasks(id) ON DELETE CASCADE);''')

    def connection(self):
        if not hasattr(self.local, 'connection'):
            self.local.connection = sqlite3.connect('tasks.db', timeout=30, isolation_level=None)
            self.local.connection.execute('PRAGMA journal_mode = WAL')
        return self.local.connection

    def count(self):
        """Of all that there ever were: what is pruned was not the last."""
        return self.connection().execute('SELECT coalesce(max(id), 0) FROM tasks').fetchone()[0]

    def begin(self):
        return self.connection().execute("INSERT INTO tasks (status) VALUES ('running')").lastrowid

    def end(self, task, status):
        now = int(time.time())
        connection = self.connection()
        connection.execute('BEGIN IMMEDIATE')
        for at in range(EVENTS_OF_TASK):
            connection.execute('INSERT INTO events (task, at, text) VALUES (?, ?, ?)',
                               (task, now, f'step {at} '.ljust(EVENT_BYTES, '.')))
        connection.execute('UPDATE tasks SET status = ?, completed_at = ?, result = ? WHERE id = ?',
                           (status, now, 'r' * RESULT_BYTES, task))
        connection.execute('COMMIT')
        connection.close()
        del self.local.connection


class Autopilot:
    def __init__(self):
        self.telemetry = Telemetry()
        self.tasks = Tasks()
        self.places = threading.Semaphore(AGENTS)
        self.kept = []
        self.shall_restart = False

    def call(self, command, task):
        """As a program does that knows of its own child only: what that has started is not ended with it."""
        child = subprocess.Popen(['sh', '-c', f'{command} {task}'], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            return child.wait(AGENT_TIMEOUT)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            return 124

    def run_task(self):
        try:
            task = self.tasks.begin()
            self.call(os.environ['PREFLIGHT'], task)
            status = self.call(os.environ['AGENT'], task)
            self.telemetry.write(task)
            self.tasks.end(task, 'completed' if status == 0 else 'failed')
            self.leak()
            with open('completed', 'a', encoding='ascii') as file:
                file.write('.')
        finally:
            self.places.release()

    def leak(self):
        self.kept.append(b'\1' * LEAK_OF_TASK)
        if sum(map(len, self.kept)) > HEAP_LIMIT:
            print('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory', file=sys.stderr)
            os.abort()

    def run(self):
        signal.signal(signal.SIGUSR2, self.note_restart)
        # Tasks arrive from the beginning on, whoever is there to take them.
        begun = float(os.environ['BEGUN'])
        arrived = self.tasks.count()
        while not os.path.exists('stop'):
            arrived += 1
            time.sleep(max(0, begun + arrived * 3600 / TASKS_AN_HOUR / SPEED - time.monotonic()))
            self.places.acquire()
            if self.shall_restart:
                self.places.release()
                self.drain()
                os.execv(sys.executable, [sys.executable, os.path.abspath(__file__)])
            threading.Thread(target=self.run_task).start()
        self.drain()

    def drain(self):
        for _ in range(AGENTS):
            self.places.acquire()

    def note_restart(self, *_):
        self.shall_restart = True


if __name__ == '__main__':
    Autopilot().run()
