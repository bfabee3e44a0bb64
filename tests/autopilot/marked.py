"""Processes that are known by a mark, NAME=VALUE in their environment, which all that descends from them inherits: one that has
left its parent, its session or its scope is found all the same."""
import contextlib
import os
import signal
import time

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LONGEST_ENDING = 20.0  # seconds
BETWEEN_SEARCHES = 0.02


class EndedBySignal(BaseException):
    def __init__(self, number):
        super().__init__(number)
        self.number = number


class StillThere(Exception):
    pass


def pids(mark):
    found = []
    for entry in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open(f'/proc/{entry}/environ', 'rb') as file:
                if os.fsencode(mark) in file.read().split(b'\0'):
                    found.append(int(entry))
        except OSError:
            pass  # has ended meanwhile, or is another user's
    return found


def end(mark):
    """Until two searches in a row find none: they may fork meanwhile, and what is just being executed has no environment."""
    deadline = time.monotonic() + LONGEST_ENDING
    searches_in_vain = 0
    while searches_in_vain < 2:
        left = pids(mark)
        searches_in_vain = 0 if left else searches_in_vain + 1
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if left and time.monotonic() > deadline:
            raise StillThere(f'could not be ended: {" ".join(map(str, left))}')
        time.sleep(BETWEEN_SEARCHES)


def raise_ended(number, _):
    ignore_signals()
    raise EndedBySignal(number)


def ignore_signals():
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextlib.contextmanager
def ended_with_block(marks):
    """Whatever ends the block, a signal too, ends all with these marks, and no signal interrupts that."""
    try:
        for number in ENDING_SIGNALS:
            if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
                signal.signal(number, raise_ended)
        yield
        ignore_signals()
    finally:
        ignore_signals()
        for mark in marks:
            end(mark)
