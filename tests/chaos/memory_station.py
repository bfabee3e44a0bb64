"""memwatch over a job that grows beyond its budget: it is held, the record tells of it, the command's status stands."""
import contextlib
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from station import KILLED, TERMINATED, Station
from whole import Broken

MB = 1_000_000
BUDGET = 48 * MB
# One letter for each megabyte that is in use, so that the last one tells how far it came, however it ended.
GROW = '''
import sys, time
kept, rate, most = [], int(sys.argv[1]), int(sys.argv[2])
with open('grown', 'ab', buffering=0) as grown:
    while len(kept) < most:
        kept.append(b'x' * 1000000)
        grown.write(b'M')
        time.sleep(1 / rate)  # what it lost while it had no processor it does not make up for
'''
FAILED = {125}
# Calls that fail where the kernel's own do not, as in a read of /proc: what cannot be measured is not judged rightly, and
# what the job itself does of them is its own. A process that seems to be gone is no victim, and the first one is.
MISLED = FAILED | KILLED | TERMINATED | {1, 2, 127}
UNDER = {
    'kill': KILLED | {7, 125}, 'term': TERMINATED, 'no proc': FAILED, 'EIO': MISLED, 'ENOSPC': MISLED, 'EINTR': MISLED,
    'EAGAIN': MISLED, 'file limit': FAILED, 'full disk': FAILED | {2}, 'damage': FAILED,
}
# Who may not look, or not act, holds nothing.
UNGUARDED = {'kill', 'stop', 'term', 'no proc', 'EIO', 'ENOSPC', 'EAGAIN', 'EINTR', 'file limit', 'slow disk', 'full disk', 'damage'}
# From the kernel's word that it may run to its look, and from its signal to the end of the job.
LATE_SECONDS = 0.2
KINDS = {'sample', 'state', 'action', 'hook', 'kernelKill', 'summary'}


@dataclass(frozen=True)
class Variant:
    action: tuple
    rate: int  # megabytes a second


VARIANTS = [Variant(('kill',), 50), Variant(('kill',), 80), Variant(('term', '--kill-after', '200ms'), 40),
            Variant(('kill', '--victim', 'youngest'), 60)]


class MemoryStation(Station):
    name = 'memory'
    disk = '8m'

    def round(self, chance):
        variant, status = chance.choice(VARIANTS), chance.choice([0, 3, 7])
        began = time.monotonic()
        job = f'"$0" -c "$1" {variant.rate} 110 & wait; exit {status}'
        tool = self.start_tool(self.tool('memwatch'), '-b', BUDGET, '--log', 'record', '--state-file', 'state-file', '--action',
                         *variant.action, '--', 'sh', '-c', job, sys.executable, GROW)
        waited = self._waits_for_a_processor(tool)
        ended = self.expect(tool.wait(), {status}, UNDER)
        # It starts nothing that it could not see: what ran unseen would not be held either.
        self.require('unshare' not in tool.prefix or (ended.status == 125 and '/proc' in ended.err), f'says not that it sees nothing: {ended.told()}')
        self.whole.wait_until_calm(self)
        faults = self.faults(began)
        grown = self.place / 'grown'
        megabytes = grown.stat().st_size if grown.exists() else 0
        if not faults & UNGUARDED:
            self.require(megabytes <= BUDGET // MB + variant.rate * (LATE_SECONDS + waited), f'{megabytes} MB are in use of a budget of {BUDGET // MB} MB, by {variant}, though memwatch waited {waited:.2f} s for a processor')
            self._record_tells(megabytes)
            self.require(not (self.place / 'state-file').exists(), 'the state file stays')
        self._record_is_readable(faults)
        if not faults & {'kill', 'stop'}:
            self.nothing_left(began)

    def _waits_for_a_processor(self, tool):
        """How many seconds the tool was ready to run and did not, as others had the processors."""
        waited = 0
        while tool.runs():
            with contextlib.suppress(OSError, IndexError):
                waited = int(Path(f'/proc/{tool.process.pid}/schedstat').read_text(encoding='ascii').split()[1])
            time.sleep(0.02)
        return waited / 1e9

    def _lines(self):
        record = self.place / 'record'
        return record.read_text(encoding='utf-8').splitlines() if record.exists() else []

    def _record_is_readable(self, faults):
        lines = self._lines()
        for number, line in enumerate(lines):
            try:
                kind = json.loads(line).get('event', json.loads(line).get('type'))
                self.require(kind in KINDS, f'of no known kind: {line[:200]}')
            except ValueError:
                is_last = number == len(lines) - 1
                if not (is_last and 'kill' in faults) and not faults & {'full disk', 'ENOSPC', 'EIO', 'file limit', 'EAGAIN', 'damage'}:
                    raise Broken(f'torn line of the record: {line[:200]!r}') from None

    def _record_tells(self, megabytes):
        text = '\n'.join(self._lines())
        if megabytes > 0:
            self.require('"summary"' in text, f'the record has no summary: {text[-300:]}')
            self.require('"action"' in text, f'the record tells of no action: {text[-300:]}')

    def damage(self, chance):
        """The record of an earlier run that was cut off, and a state file of somebody else."""
        if chance.random() < 0.5:
            with (self.place / 'record').open('ab') as file:
                file.write(b'{"time":"2026-01-01T00:00')
            return 'half a line in the record'
        (self.place / 'state-file').write_bytes(chance.randbytes(500))
        return 'garbage in the state file'
