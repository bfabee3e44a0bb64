#!/usr/bin/env python3
"""bad_day.py BYTES: an autopilot's telemetry on a bad day, as JSONL on standard output.

The same bytes for the same size. Of every hundred entries some ninety are small: state snapshots, decisions with
nested scores, model calls, debug noise, a burst of the same warning. The others carry an error dump of about 50 KB,
made of what real tools printed (tests/fixtures), and are nine tenths of the bytes. Every distinct error has a name,
"E" and a number, which stands in its message.
"""
import datetime
import json
import os
import random
import sys

FIXTURES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'fixtures')
DUMPS = ('ruff/cases/hundreds-full.txt', 'mypy/cases/hundreds.txt', 'pytest/cases/default.txt',
         'eslint/cases/hundreds-9.txt', 'tsc/cases/hundreds-4.txt', 'unknown/cases/compose-prefix-java.txt')
DUMP_BYTES = 50_000


def dumps():
    found = []
    for name in DUMPS:
        path = os.path.join(FIXTURES, name)
        if not os.path.exists(path):
            continue
        with open(path, encoding='utf-8', errors='replace') as file:
            text = file.read()
        found.append((text * (DUMP_BYTES // len(text) + 1))[:DUMP_BYTES])
    return found or sys.exit('bad_day.py: no fixtures')


def main():
    size = int(sys.argv[1])
    chance = random.Random(20261124)
    texts = dumps()
    start = datetime.datetime(2026, 11, 24, tzinfo=datetime.timezone.utc)
    written = number = errors = 0
    out = sys.stdout
    burst = 0
    while written < size:
        number += 1
        now = start + datetime.timedelta(milliseconds=130 * number)
        stamp = now.isoformat(timespec='milliseconds').replace('+00:00', 'Z')
        kind = chance.random()
        if burst:
            burst -= 1
            entry = {'timestamp': stamp, 'level': 'warn', 'msg': 'rate limit reached, backing off', 'provider': 'a'}
        elif kind < 0.02:
            burst = 40
            continue
        elif kind < 0.18:
            errors += 1
            which = errors % 500  # the same failures come again and again
            dump = texts[which % len(texts)].replace('apps/', f'apps{which}/')
            entry = {'timestamp': stamp, 'level': 'error', 'event': 'preflight_failed', 'task_id': f'T{which}',
                     'message': f'preflight failed: E{which}', 'output': dump}
        elif kind < 0.5:
            entry = {'timestamp': stamp, 'level': 'debug', 'event': 'poll', 'queue': chance.randrange(9), 'n': number}
        elif kind < 0.75:
            entry = {'event': 'decision', 'timestamp': now.timestamp(), 'level': 'info', 'action': 'execute_tasks',
                     'scores': {name: {'score': chance.random() * 5, 'bias': 0.0, 'pressure': chance.random(),
                                       'remaining': chance.randrange(40)} for name in ('product', 'mcp', 'infra')}}
        else:
            entry = {'timestamp': stamp, 'level': 'info', 'type': 'operations_snapshot', 'mode': 'balance',
                     'avgQuality': 0, 'queueLength': chance.randrange(20), 'totalTasks': 9, 'blockedTasks': 0}
        line = json.dumps(entry, separators=(',', ':')) + '\n'
        out.write(line)
        written += len(line)


main()
