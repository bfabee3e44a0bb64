#!/usr/bin/env python3
"""database_writer.py DB JOURNAL NAME SECONDS SEED: an autopilot that creates tasks, logs events of them and completes
them, some long ago. What was committed stands in the journal, a line of JSON each; its last line is the longest wait."""
import json
import random
import sqlite3
import sys
import time

DAY = 86_400_000  # milliseconds
PATIENCE = 30     # seconds; each try waits five of them


def rows_of(chance, name, number, now):
    """A task and its events; one in two was completed long ago."""
    kind = chance.choice(['old', 'old', 'fresh', 'pending'])
    completed = {'old': now - 30 * DAY, 'fresh': now - 1000, 'pending': None}[kind]
    task = (f'{name}-{number}', 'pending' if kind == 'pending' else 'completed', now - 40 * DAY, completed,
            'note ' * chance.randrange(1, 60))
    return kind, task, chance.randrange(0, 5)


def commit(connection, task, events):
    connection.execute('BEGIN IMMEDIATE')
    connection.execute('INSERT INTO tasks VALUES (?, ?, ?, ?, ?)', task)
    for event in range(events):
        connection.execute('INSERT INTO events (task_id, type, at) VALUES (?, ?, ?)', (task[0], f'step {event}', task[2]))
    connection.execute('COMMIT')


def keep_trying(connection, task, events):
    """The seconds it took; a full or locked database may be better later."""
    began = time.monotonic()
    while True:
        try:
            commit(connection, task, events)
            return time.monotonic() - began
        except sqlite3.OperationalError:
            if connection.in_transaction:
                connection.execute('ROLLBACK')
            if time.monotonic() > began + PATIENCE:
                raise
            time.sleep(0.01)


def main():
    database, journal, name, seconds, seed = sys.argv[1:]
    chance = random.Random(seed)
    connection = sqlite3.connect(database, timeout=5, isolation_level=None)
    connection.execute('PRAGMA foreign_keys = ON')
    connection.execute('PRAGMA synchronous = NORMAL')
    longest, number, end = 0.0, 0, time.monotonic() + float(seconds)
    with open(journal, 'a', encoding='utf-8', buffering=1) as file:
        while time.monotonic() < end:
            kind, task, events = rows_of(chance, name, number, int(time.time() * 1000))
            longest = max(longest, keep_trying(connection, task, events))
            file.write(json.dumps({'kind': kind, 'id': task[0], 'events': events}) + '\n')
            number += 1
            time.sleep(0.001)
        file.write(json.dumps({'longest': longest}) + '\n')


main()
