"""A station: one tool of longhaul at work, round after round, each in a folder of its own that is looked at when the
round is over. What an injection did to a round widens what may come of it by as much as the man page says."""
import contextlib
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import processes
from whole import Broken

# What may change the status of a tool that was started as ever.
TOUCHING = {'kill', 'both keepers', 'term', 'full disk', 'locked', 'damage', 'slow disk'}
HUNG = 90  # seconds: nothing that a station starts takes so long on a loaded machine


@dataclass
class Ended:
    words: list
    status: int
    out: bytes
    err: str
    seconds: float
    faults: set = field(default_factory=set)

    def told(self):
        words = ' '.join(str(word) for word in self.words)
        return f'status {self.status} of {words[:400]}, faults {sorted(self.faults) or "none"}, said: {self.err[-600:]!r}'


class Tool:
    """A tool that runs. What it prints goes to files, which no process that outlives it can hold open."""

    def __init__(self, station, words, stdin, environment, place, is_bare=False):
        # The time first: what it is started by belongs to a fault that may end meanwhile.
        self.began = time.monotonic()
        self.prefix = [] if is_bare else station.prefix
        self.station, self.words, self.is_bare = station, words, not self.prefix
        self.out, self.err = (tempfile.TemporaryFile(dir=station.whole.outputs) for _ in range(2))
        self.process = subprocess.Popen([*self.prefix, *words], stdin=stdin, stdout=self.out, stderr=self.err,
                                        env=environment, cwd=place)

    def runs(self):
        return self.process.poll() is None

    def send(self, number):
        self.process.send_signal(number)

    def wait(self, seconds=HUNG):
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Broken(f'still there after {seconds} s: {" ".join(map(str, self.words))}, faults '
                         f'{sorted(self.station.faults(self.began))}') from None
        ended = Ended(self.words, status, self._read(self.out), self._read(self.err).decode(errors='replace'),
                      time.monotonic() - self.began,
                      self.station.whole.faults(self.station, self.began, of_tools=not self.is_bare))
        self.out.close()
        self.err.close()
        return ended

    @staticmethod
    def _read(file):
        file.seek(0)
        return file.read()


class Station:
    """Subclasses say what a round does, by round()."""
    name = ''
    disk = '64m'  # of the file system that the station has to itself where it may have one

    def __init__(self, whole):
        self.whole = whole
        self.directory = whole.directory / self.name
        self.directory.mkdir(exist_ok=True)
        self.place = None
        self.prefix = []  # what newly started tools are started by
        self.number = 0
        self.done = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name=self.name, daemon=True)

    # What a run asks of a station.
    def start(self):
        self._thread.start()

    def check(self, seconds=2 * HUNG):
        """Returns when the round that goes on now has ended well."""
        self._wait_for_rounds(1, seconds)

    def check_next(self, seconds=2 * HUNG):
        """The same for a round that has not yet begun."""
        self._wait_for_rounds(2, seconds)

    def stop(self):
        self._stopping = True
        self._thread.join(2 * HUNG)
        if self._thread.is_alive():
            raise Broken(f'{self.name}: the last round does not end')

    def damage(self, chance):
        """Damages a file that the tool keeps. Says what was done, None where there is nothing to damage."""
        return None

    @contextlib.contextmanager
    def started_by(self, *words):
        """What is started meanwhile is started by these words."""
        self.prefix = [str(word) for word in words]
        try:
            yield
        finally:
            self.prefix = []

    # What a round is made of.
    def round(self, chance):
        raise NotImplementedError

    def tool(self, name):
        return str(self.whole.binaries / name)

    def environment(self, **more):
        return {**os.environ, processes.MARK: self.name, 'CHAOS_ROUND': f'{self.name}-{self.number}',
                'LONGHAUL_STATE': str(self.place / 'state'), 'TMPDIR': str(self.place / 'tmp'),
                'HOME': str(self.place), **more}

    def start_tool(self, *words, stdin=subprocess.DEVNULL, **more):
        return Tool(self, [str(word) for word in words], stdin, self.environment(**more), self.place)

    def start_aside(self, *words, stdin=subprocess.DEVNULL):
        """Beside the rounds, whose end it may outlive."""
        environment = self.environment(CHAOS_ROUND='none', TMPDIR=str(self.whole.outputs))
        return Tool(self, [str(word) for word in words], stdin, environment, self.whole.outputs, is_bare=True)

    def run(self, *words, stdin=subprocess.DEVNULL, seconds=HUNG, **more):
        return self.start_tool(*words, stdin=stdin, **more).wait(seconds)

    def run_untouched(self, *words):
        """As often as it takes to have it done without a fault in between."""
        for _ in range(50):
            self.whole.wait_until_calm(self)
            ended = Tool(self, [str(word) for word in words], subprocess.DEVNULL, self.environment(), self.place, is_bare=True).wait()
            if not ended.faults & TOUCHING:
                break
        return ended

    def faults(self, since):
        return self.whole.faults(self, since)

    @staticmethod
    def together(workers, calls):
        """Calls (function, argument...) so many at a time; what has not begun when one fails does not begin."""
        with ThreadPoolExecutor(workers) as pool:
            jobs = [pool.submit(*call) for call in calls]
            try:
                return [job.result() for job in jobs]
            except BaseException:
                for job in jobs:
                    job.cancel()
                raise

    def processes(self):
        return processes.marked(processes.MARK, self.name)

    def require(self, condition, text):
        if not condition:
            raise Broken(text)

    def expect(self, ended, normal, under):
        """The status is a normal one, or one that a fault of that time explains."""
        lawful = set(normal)
        for kind in ended.faults:
            lawful |= set(under.get(kind, ()))
        if ended.status not in lawful:
            raise Broken(f'{ended.told()}, where {sorted(lawful)} is lawful')
        return ended

    def nothing_left(self, faults_since, seconds=5):
        """No process of this round is there any more."""
        mark = f'{self.name}-{self.number}'
        if not processes.wait_until(lambda: not processes.marked('CHAOS_ROUND', mark), seconds):
            left = processes.marked('CHAOS_ROUND', mark)
            raise Broken(f'left over: {left}, faults {sorted(self.faults(faults_since))}')

    # The rounds.
    def _work(self):
        while not self._stopping and not self.whole.broken:
            self.number += 1
            self.place = self.directory / str(self.number)
            chance = random.Random(f'{self.whole.seed} {self.name} {self.number}')
            began = time.monotonic()
            try:
                (self.place / 'tmp').mkdir(parents=True)
                self.round(chance)
                self.whole.note(f'  {self.name} {self.number}: well, {time.monotonic() - began:.2f} s')
            except Broken as broken:
                return self.whole.broke(f'{self.name} {self.number}', broken)
            except OSError as error:
                if not self._begins_anew(error, began):
                    return self.whole.broke(f'{self.name} {self.number}', traceback.format_exc())
            except Exception:
                return self.whole.broke(f'{self.name} {self.number}', traceback.format_exc())
            finally:
                if not self.whole.broken:
                    processes.kill_all('CHAOS_ROUND', f'{self.name}-{self.number}')
                    shutil.rmtree(self.place, ignore_errors=True)
                with self.whole.changed:
                    self.done += 1
                    self.whole.changed.notify_all()

    def _begins_anew(self, error, began):
        """The harness itself cannot make its files on a full disk: that tells nothing about a tool."""
        is_full = 'full disk' in self.faults(began)
        if is_full:
            self.whole.note(f'  {self.name} {self.number}: begins anew, {error}')
            self.whole.wait_until_calm(self)
        return is_full

    def _wait_for_rounds(self, rounds, seconds):
        with self.whole.changed:
            wanted = self.done + rounds
            if not self.whole.changed.wait_for(lambda: self.whole.broken or self.done >= wanted, seconds):
                raise Broken(f'{self.name}: round {self.number} does not end')
        self.whole.raise_if_broken()


TERMINATED = {-signal.SIGTERM, 128 + signal.SIGTERM}
KILLED = {-signal.SIGKILL, 128 + signal.SIGKILL}
