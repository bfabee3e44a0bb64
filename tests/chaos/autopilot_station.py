"""An autopilot as its user has it: its guard, a budget for its memory, a log at the end of its pipe, and somebody who starts it
anew. Whatever happens to any part of it, its tasks are done once, its log is whole and bounded, and nothing of it stays."""
import collections
import contextlib
import itertools
import os
import sqlite3
import sys
import time
from pathlib import Path

import log_files
from log_variants import Sent, the_newest
from station import HUNG, Station

TASKS, STARTS = 10, 4  # starts before it is left alone
MOST_OF_LOG = 60_000
# One whose memory watch dies goes on without: what is started anew has a scope of its own.
AUTOPILOT = '''
"$1" sh -c '
  for start in 1 2 3 4 5; do
    proctrack gc -q
    proctrack run --name loop -- memwatch --budget 32MB --action term --kill-after 200ms --log memory.jsonl -- "$@" && exit
    sleep 0.1
  done
' sh "$2" "$3" tasks.db "$4" "$5" "$6" | logrotd --max-size 20kB --max-total 60kB log
'''


class AutopilotStation(Station):
    name = 'autopilot'
    disk = '16m'

    def round(self, chance):
        self.was_damaged = False
        began = time.monotonic()
        self.entries, self.said = (self.whole.outputs / f'{name}-{self.number}' for name in ('entries', 'done'))
        starts = self._run_until_done()
        self.whole.wait_until_calm(self)
        # As the next start would do it.
        self._collect()
        self.nothing_left(began)
        cleared = time.monotonic()
        self.expect(self.run_untouched(self.tool('logrotd'), 'log'), {0}, {})
        faults = self.faults(began)
        self._no_files_left()
        self.require(not (self.place / 'not-alone').exists(), f'two autopilots at one time, faults {sorted(faults)}')
        self._tasks_are_done_once()
        self._log_is_whole(starts if faults else 0, cleared)
        self.require(faults or starts == 1, f'{starts} starts without a fault')
        self.require(faults or self._was_held(), 'it grew beyond its budget and was not held')
        for path in (self.entries, self.said):
            path.unlink(missing_ok=True)

    def environment(self, **more):
        return super().environment(PATH=f'{self.whole.binaries}:{os.environ["PATH"]}', ADMIT='1MB', **more)

    def _words(self):
        here = Path(__file__)
        return ('sh', '-c', AUTOPILOT, 'autopilot', here.parents[1] / 'autopilot/bounded/guard.sh', sys.executable,
                here.with_name('autopilot_loop.py'), self.entries, self.said, TASKS)

    def _run_until_done(self):
        """How often it was started. One that is never left alone may not get on, as without /proc; and one whose shell was killed
        still runs when the next is started, which is refused."""
        self.given_up, end = False, None
        for start in itertools.count(1):
            is_left_alone = start > STARTS
            end = end or (is_left_alone and time.monotonic() + HUNG)
            ended = (self.run_untouched if is_left_alone else self.run)(*self._words())
            self.given_up |= ended.status == 2
            if 'all' in self._told():
                return start
            self.require(not end or time.monotonic() < end, f'does not get on, {self._told()} of {TASKS} tasks are done: {ended.told()}')
            time.sleep(0.2)

    def _told(self):
        return self.said.read_text(encoding='ascii').split() if self.said.exists() else []

    def _collect(self):
        ended = self.run_untouched(self.tool('proctrack'), 'gc')
        self.expect(ended, {0} | ({1, 2} if self.was_damaged else set()), {})

    def _no_files_left(self):
        left = [str(path.relative_to(self.place)) for folder in ('tmp', 'state/scopes')
                if (self.place / folder).is_dir() for path in (self.place / folder).iterdir() if not path.name.endswith('garbage')]
        self.require(not left, f'left over: {left}')

    def _tasks_are_done_once(self):
        with contextlib.closing(sqlite3.connect(self.place / 'tasks.db', timeout=10)) as connection:
            done = collections.Counter(task for (task,) in connection.execute('SELECT task FROM done'))
        said = {int(word) for word in self._told() if word != 'all'}
        self.require(said <= set(done), f'tasks {sorted(said - set(done))} were said to be done and are not in the database')
        self.require(done == collections.Counter(range(1, TASKS + 1)), f'tasks are not done once each: {dict(done)}')

    def _was_held(self):
        record = self.place / 'memory.jsonl'
        return record.exists() and '"event":"action"' in record.read_text(encoding='utf-8')

    def _log_is_whole(self, kills, cleared):
        log = self.place / 'log'
        parts = log_files.parts_of(log)
        lines = self.entries.read_bytes().splitlines(keepends=True)
        the_newest(b''.join(text for _, text in parts), Sent([lines], kills=kills, given_up=self.given_up), log, ())
        total = sum(path.stat().st_size for path, _ in parts)
        self.require(total <= MOST_OF_LOG, f'{total} bytes of log are more than {MOST_OF_LOG}')
        left = log_files.unfinished(log)
        # What is planted later is for the one after that.
        self.require(not left or 'damage' in self.faults(cleared), f'left over: {left}')

    def damage(self, chance):
        """Garbage beside the log, or where scopes are written down."""
        name = chance.choice(['log.20260101T000000Z-0007.gz.tmp', 'log.lock', 'state/scopes/1234-5678.garbage', 'state/names/garbage'])
        with (self.place / name).open('ab') as file:
            file.write(chance.randbytes(chance.randrange(1, 3000)))
        self.was_damaged = True
        return f'{name} holds garbage'

    was_damaged = False
