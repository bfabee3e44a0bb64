"""Processes of the whole, known by the mark in their environment, which all that descends from a tool inherits."""
import os
import signal
import time
from dataclasses import dataclass

MARK = 'CHAOS_STATION'
# What injects a fault stands between the harness and a tool, and is not part of the whole.
INJECTORS = {'strace', 'clock_jump', 'unshare', 'prlimit'}


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    name: str
    state: str
    start: int

    def send(self, number):
        try:
            os.kill(self.pid, number)
            return True
        except ProcessLookupError:
            return False


def look_at(pid):
    try:
        with open(f'/proc/{pid}/stat', encoding='utf-8', errors='replace') as file:
            head, _, tail = file.read().rpartition(')')
    except OSError:
        return None
    words = tail.split()
    if len(words) < 20:
        return None
    return Process(int(pid), int(words[1]), head.partition('(')[2], words[0], int(words[19]))


def marked(name, value):
    """Living processes with NAME=VALUE in their environment, by their numbers."""
    wanted = f'{name}={value}\0'.encode()
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open(f'/proc/{pid}/environ', 'rb') as file:
                environment = b'\0' + file.read()
            program = os.path.basename(os.readlink(f'/proc/{pid}/exe'))
        except OSError:
            continue
        process = look_at(pid)
        if process and process.state not in 'ZX' and b'\0' + wanted in environment and program not in INJECTORS:
            found.append(process)
    return sorted(found, key=lambda process: process.pid)


def wait_until(condition, seconds, step=0.01):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(step)
    return bool(condition())


def kill_all(name, value):
    """Again and again, since they may fork meanwhile."""
    def none_left():
        left = marked(name, value)
        for process in left:
            process.send(signal.SIGKILL)
        return not left
    return wait_until(none_left, 10)
