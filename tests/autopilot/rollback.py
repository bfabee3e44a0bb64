#!/usr/bin/env python3
"""rollback.py BIN: the synthetic autopilot with the tools on, then LONGHAUL=off while work goes on, then on again, in one directory.
No telemetry is lost or doubled, no task is lost, and the database is whole."""
import collections
import glob
import gzip
import json
import os
import sqlite3
import sys
import time

import marked
from orchestrator import SMALL_LEVELS, SMALL_ENTRIES_OF_TASK
from simulation import Simulation

SPEED, TASKS_A_PHASE, DEADLINE = 864, 12, 60
KEPT = sum(level in ('info', 'warn') for level in SMALL_LEVELS) * SMALL_ENTRIES_OF_TASK // len(SMALL_LEVELS)


def run_phase(run, rollout, wanted):
    """Until so many tasks are done, then the orderly end: what a change of the variable takes."""
    run.environment['LONGHAUL'] = rollout
    if os.path.exists('rollback/stop'):
        os.remove('rollback/stop')
    run.begin()
    begun = time.monotonic()
    while run.look().completed < wanted:
        assert time.monotonic() - begun < DEADLINE, f'{run.looks[-1].completed} tasks of {wanted} with {rollout}'
        time.sleep(0.05)
    run.finish()


def entries():
    """How many small entries of info and above each task has in the log and its archives."""
    counts = collections.Counter()
    for path in glob.glob('rollback/autopilot.jsonl*'):
        if path.endswith('.lock'):
            continue
        with (gzip.open if path.endswith('.gz') else open)(path, 'rt', encoding='utf-8') as file:
            for line in file:
                entry = json.loads(line)
                if entry.get('level') in ('info', 'warn') and 'step' in entry:
                    counts[entry['task_id'], entry['step']] += 1
    return counts


def main():
    run = Simulation('bounded', os.path.abspath('rollback'), sys.argv[1], SPEED, 10)
    with marked.ended_with_block([run.mark]):
        for phase, rollout in enumerate(('on', 'off', 'on'), start=1):
            run_phase(run, rollout, phase * TASKS_A_PHASE)
    done = run.left.completed
    counts = entries()
    tasks = collections.Counter(task for task, _ in counts)
    assert len(tasks) == done, (len(tasks), done)
    assert set(tasks.values()) == {KEPT} and set(counts.values()) == {1}, (tasks, collections.Counter(counts.values()))
    assert run.left.crashes == 0, run.left.crashes
    database = sqlite3.connect('rollback/tasks.db')
    assert database.execute('PRAGMA integrity_check').fetchone() == ('ok',)
    assert database.execute("SELECT count(*) FROM tasks WHERE status = 'running'").fetchone() == (0,)
    print(f'{done} tasks, {KEPT} entries of each')


if __name__ == '__main__':
    main()
