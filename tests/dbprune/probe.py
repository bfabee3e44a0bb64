#!/usr/bin/env python3
"""probe.py DB STOP: a writer that commits one event every 5 ms until the file STOP is there; says how long its writes
took, in ms."""
import os
import sqlite3
import sys
import time

database = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
database.execute('PRAGMA synchronous = NORMAL')
task = database.execute("SELECT id FROM tasks WHERE status = 'pending' LIMIT 1").fetchall()[0][0]
stalls = []
while not os.path.exists(sys.argv[2]):
    begun = time.perf_counter()
    database.execute('BEGIN IMMEDIATE')
    database.execute("INSERT INTO events (task_id, type, at, data) VALUES (?, 'probe', 1760000000000, '{}')", (task,))
    database.execute('COMMIT')
    stalls.append((time.perf_counter() - begun) * 1000)
    time.sleep(0.005)
stalls.sort()
print(f'writes {len(stalls)}, median {stalls[len(stalls) // 2]:.2f}, 99th percentile {stalls[len(stalls) * 99 // 100]:.1f}, '
      f'longest {stalls[-1]:.1f}')
