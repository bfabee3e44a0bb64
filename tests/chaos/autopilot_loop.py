#!/usr/bin/env python3
"""autopilot_loop.py DB ENTRIES DONE TASKS: a small autopilot. For each task that is not done it runs an agent, writes entries, and
says that the task is done once that is committed; it frees nothing. ENTRIES has what was written, DONE what was said: on a disk that
nobody fills."""
import contextlib
import fcntl
import json
import os
import sqlite3
import subprocess
import sys

ENTRIES_OF_TASK, LEAK_OF_TASK = 40, 3_000_000
# What a task's agent does: it ends well, leaves a server behind, leaves files and a child, does not end.
AGENTS = ('exit 0', '(setsid sleep 300 &) </dev/null; exit 0', 'mktemp >/dev/null; mktemp -d >/dev/null; sleep 300 & exit 0', 'sleep 300')


def require_to_be_alone():
    """The kernel counts, whatever the tools believe."""
    lock = os.open('alone', os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with open('not-alone', 'a', encoding='ascii') as file:
            file.write(f'{os.getpid()}\n')


def run_agent(task):
    script = AGENTS[task % len(AGENTS)]
    return subprocess.call(['proctrack', 'slot', '--name', 'agent', '--max', '2', '--timeout', '300ms', '--kill-after', '200ms',
                            '--', 'sh', '-c', script], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def append(path, line):
    with open(path, 'ab', buffering=0) as file:
        if file.write(line) != len(line):
            raise OSError(f'{path}: half a line')


def write_entries(task, path):
    """Numbered through all runs: each goes into the pipe by a write of its own, once it is written down whole."""
    with open(path, 'a+b') as file:
        file.seek(0)
        text = file.read()
        file.truncate(text.rfind(b'\n') + 1)
        first = text.count(b'\n')
    for number in range(first, first + ENTRIES_OF_TASK):
        line = json.dumps({'level': 'info', 'w': 0, 'n': number, 'task': task, 'pad': os.urandom(100).hex()}).encode() + b'\n'
        append(path, line)
        os.write(1, line)


def commit(connection, task, status):
    with connection:
        connection.execute('BEGIN IMMEDIATE')
        connection.execute('INSERT INTO done VALUES (?, ?)', (task, status))
        connection.execute('DELETE FROM tasks WHERE id = ?', (task,))


def main():
    database, entries, done, tasks = sys.argv[1:]
    require_to_be_alone()
    kept = []
    with contextlib.closing(sqlite3.connect(database, timeout=10, isolation_level=None)) as connection:
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,):
            connection.executescript(f'''
                BEGIN;
                CREATE TABLE tasks (id INTEGER PRIMARY KEY);
                CREATE TABLE done (task INTEGER, status INTEGER);
                WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {int(tasks)}) INSERT INTO tasks SELECT id FROM n;
                COMMIT''')
        while (task := connection.execute('SELECT min(id) FROM tasks').fetchone()[0]) is not None:
            status = run_agent(task)
            write_entries(task, entries)
            commit(connection, task, status)
            append(done, b'%d\n' % task)
            kept.append(b'\1' * LEAK_OF_TASK)
    append(done, b'all\n')


main()
