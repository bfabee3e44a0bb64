"""healthcheck over the rest: it answers in time, with one of its four words; its history stays readable whoever dies
with it; a breaker turns as it must."""
import json
import re
import time

from station import KILLED, TERMINATED, Station
from whole import Broken

LEVELS = {0, 1, 2, 3}
UNDER = {'kill': KILLED, 'term': TERMINATED, 'ENOSPC': {127}, 'EIO': {127}, 'EAGAIN': {127}}
TIMEOUT, CHECKS = 1, 6  # seconds for each of so many
SLACK = 4               # seconds, for two processors and seven stations
COOLDOWN = 1            # second
LINE = re.compile(r'(s \d+ (ok|warning|critical|unknown)( [^ =]+=[^ =]+)*|a \d+ \w+ \w+|b \d+ .*)')
TURNS = {('closed', 'open'), ('open', 'half-open'), ('half-open', 'open'), ('half-open', 'closed'), ('open', 'closed')}
# What makes a breaker forget, or lets time pass.
UNSURE = {'kill', 'stop', 'term', 'full disk', 'damage', 'clock', 'EIO', 'ENOSPC', 'EINTR', 'EAGAIN', 'file limit', 'slow disk'}


class GateStation(Station):
    name = 'gate'
    disk = '8m'

    def round(self, chance):
        self.was_damaged = False
        self.history = self.place / 'history'
        began = time.monotonic()
        self.together(3, [(self._look,)] * 8)
        self._use_breaker()
        self.whole.wait_until_calm(self)
        self._history_is_whole(began)

    def _look(self):
        whole = self.whole.directory
        formats = ('json', 'text', 'shell', 'nagios')
        kind = formats[self.number % len(formats)]
        ended = self.run(self.tool('healthcheck'), '--history', 'history', '--keep', 5, '--timeout', f'{TIMEOUT}s', '--disk', '.',
                         '--temp', 'tmp', '--log', whole / 'log/*/log*', '--database', whole / 'database' / 'tasks.db',
                         '--metric', 'q:100:500=echo 3', '--load', '-f', kind)
        self.expect(ended, LEVELS, UNDER)
        _, stopped = self.whole.times('stop', self, time.monotonic() - ended.seconds)
        _, slowed = self.whole.times('slow disk', self, time.monotonic() - ended.seconds)
        # The history is waited for as well.
        most = (CHECKS + 2) * TIMEOUT + SLACK + stopped + 5 * slowed
        self.require(ended.seconds <= most, f'answers after {ended.seconds:.1f} s and not {most:.1f}: {ended.told()}')
        if kind == 'json' and ended.status in LEVELS and ended.out:
            json.loads(ended.out)

    def _breaker(self, *words):
        return self.expect(self.run(self.tool('healthcheck'), '--history', 'history', '--breaker', 'work', '--breaker-cooldown',
                                    f'{COOLDOWN}s', '--timeout', '5s', *words), LEVELS, UNDER)

    def _use_breaker(self):
        began = time.monotonic()
        answers = [self._breaker('record', 'fail') for _ in range(3)]
        opened = time.monotonic()
        refused = self._breaker('allow')
        in_time = time.monotonic() - began < COOLDOWN
        time.sleep(max(0, opened + COOLDOWN + 0.05 - time.monotonic()))
        trial = time.monotonic()
        allowed = self.together(3, [(self._breaker, 'allow')] * 3)
        one_trial = time.monotonic() - trial < COOLDOWN
        closed = self._breaker('record', 'ok')
        passed = self._breaker('allow')
        if self.faults(began) & UNSURE or self.was_damaged or self.prefix:
            return
        told = [ended.status for ended in (*answers, refused, *allowed, closed, passed)]
        self.require([ended.status for ended in answers] == [0, 0, 0], f'record fail: {told}')
        self.require(not in_time or refused.status == 1, f'an open breaker lets through: {told}')
        self.require(not one_trial or sorted(ended.status for ended in allowed) == [0, 1, 1], f'not one trial: {told}')
        self.require((closed.status, passed.status) == (0, 0), f'a closed breaker refuses: {told}')

    def _history_is_whole(self, began):
        # What was cut off by a kill is dropped by the next one.
        self.expect(self.run_untouched(self.tool('healthcheck'), '--history', 'history', '--metric', 'q=echo 1'), LEVELS, {})
        text = self.history.read_text(encoding='utf-8', errors='replace')
        lines = text.splitlines()
        self.require(text.endswith('\n'), f'the history ends with {text[-80:]!r}')
        self.require(lines[0] == 'longhaul-healthcheck 1', f'the history begins with {lines[0][:80]!r}')
        for line in lines[1:]:
            self.require(self.was_damaged or LINE.fullmatch(line), f'a damaged line of the history: {line[:200]!r}')
        if not self.was_damaged:
            states = ['closed'] + [line.split()[3] for line in lines if line.startswith('b ')]
            for turn in zip(states, states[1:]):
                self.require(turn[0] == turn[1] or turn in TURNS, f'a breaker turned from {turn[0]} to {turn[1]}: {states}')

    def damage(self, chance):
        """A history that was cut, overwritten or is none."""
        if not self.history or not self.history.exists():
            return None
        what = chance.choice(['cut', 'overwritten', 'none', 'half a line'])
        self.was_damaged = True
        data = self.history.read_bytes()
        if what == 'cut':
            self.history.write_bytes(data[:chance.randrange(len(data) + 1)])
        elif what == 'overwritten':
            place = chance.randrange(len(data) + 1)
            self.history.write_bytes(data[:place] + chance.randbytes(50) + data[place + 50:])
        elif what == 'none':
            self.history.write_bytes(chance.randbytes(3000))
        else:
            with self.history.open('ab') as file:
                file.write(b's 17')
        return f'the history is {what}'

    history = None
    was_damaged = False
