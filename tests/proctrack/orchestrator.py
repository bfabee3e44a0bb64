#!/usr/bin/env python3
"""orchestrator.py PROCTRACK [--throughput]: an orchestrator that starts 285 short commands, forty at a time, under a slot of four. At no
moment are there more than ten processes of theirs, and it takes hardly longer than the same commands four at a time, which is
asked for with --throughput: it is not for builds with sanitizers."""
import os
import subprocess
import sys
import threading
import time

PROCTRACK = sys.argv[1]
COMMANDS, AT_ONCE, SLOTS = 285, 40, 4
MARK = f'ORCHESTRATOR={os.getpid()}'
WORK = 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'


def run_all(at_once, command):
    left = iter(range(COMMANDS))
    lock = threading.Lock()
    wrong = []

    def work():
        while True:
            with lock:
                if next(left, None) is None:
                    return
            if subprocess.run(command, env=dict(os.environ, ORCHESTRATOR=str(os.getpid()))).returncode != 0:
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(at_once)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    return time.monotonic() - begun


def working():
    """Processes that do the work: those that wait for their turn and the keepers of scopes are not it."""
    count = 0
    for entry in os.listdir('/proc'):
        if not entry.isdigit():
            continue
        try:
            with open(f'/proc/{entry}/environ', 'rb') as environ, open(f'/proc/{entry}/cmdline', 'rb') as words:
                count += MARK.encode() in environ.read() and b'proctrack' not in words.read()
        except OSError:
            pass
    return count


most = 0
over = threading.Event()


def watch():
    global most
    while not over.is_set():
        most = max(most, working())
        time.sleep(0.005)


watcher = threading.Thread(target=watch)
watcher.start()
slotted = run_all(AT_ONCE, [PROCTRACK, 'slot', '--name', 'cli', '--max', str(SLOTS), '--', 'sh', '-c', WORK])
over.set()
watcher.join()
bare = run_all(SLOTS, ['sh', '-c', WORK])
print(f'{COMMANDS} commands: {slotted:.2f} s under slots, {bare:.2f} s bare; {most} processes at most')
assert 0 < most <= 10, most
# The watcher itself takes a part of one of two processors, and a spawn of a scope its milliseconds.
assert '--throughput' not in sys.argv or slotted < 1.5 * bare, (slotted, bare)
