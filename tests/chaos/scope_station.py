"""proctrack: commands that leave processes and files behind, more callers than slots, and a pool. When the round is
over nothing that it started is there, whoever was killed meanwhile."""
import json
import time
from dataclasses import dataclass

from station import KILLED, TERMINATED, Station
from whole import Broken

SLOTS, CALLERS = 2, 5
FAILED = {125, 2}
UNDER = {
    # A keeper, the command, or one of its children, whose end the command may pass on.
    'kill': KILLED | {125, 124, 1, 2}, 'both keepers': KILLED | {125}, 'term': TERMINATED | {1, 2, 125},
    'stop': {124, 75}, 'no proc': FAILED, 'damage': FAILED, 'full disk': FAILED,
    'EIO': FAILED | {126, 127}, 'ENOSPC': FAILED | {126, 127}, 'EINTR': FAILED, 'EAGAIN': FAILED | {126, 127}, 'file limit': FAILED,
}
HARMLESS = ('clock', 'pressure', 'slow disk', 'flood')


@dataclass(frozen=True)
class Leaver:
    """A command that leaves something, and the status that proctrack has for it."""
    script: str
    statuses: frozenset
    options: tuple = ()


LEAVERS = [
    Leaver('(setsid sleep 300 &) </dev/null; exit 0', frozenset({0})),
    Leaver('sh -c "trap : TERM; while :; do sleep 300; done" & sleep 0.05; exit 3', frozenset({3}), ('--kill-after', '200ms')),
    Leaver('sleep 300 & kill -STOP $!; exit 4', frozenset({4})),
    Leaver('sleep 300 & mktemp >/dev/null; mktemp -d >/dev/null; echo x >"$TMPDIR/file"; sleep 0.1; exit 5', frozenset({5, 1})),
    Leaver('sleep 300', frozenset({124}), ('--timeout', '300ms')),
    Leaver('sleep 300 & kill -9 $$', frozenset({137})),
    Leaver('for n in 1 2 3 4 5 6; do sleep 300 & done; exit 6', frozenset({6, 2}), ('--max-procs', '3', '--on-limit', 'deny')),
    Leaver('for n in 1 2 3 4 5 6; do (sleep 300 &) & done; sleep 0.1; exit 7', frozenset({7})),
]
# Who holds a slot holds one of so many locks: the kernel counts, whatever proctrack believes.
HOLDER = '''flock -n 8 || flock -n 9 || echo "$CALLER" >>over; sleep 0.05; exit 0'''
WORKER = 'while read -r line; do printf \'{"answer":%s}\\n\' "$line"; done'


class ScopeStation(Station):
    name = 'scope'
    disk = '16m'

    def round(self, chance):
        self.began = began = time.monotonic()
        isolations = chance.choice([('auto',), ('subreaper',), ('pidns',), ('auto', 'subreaper', 'pidns')])
        leavers = [(leaver, chance.choice(isolations)) for leaver in chance.sample(LEAVERS, 4)]
        calls = [(self._leave, number, *leaver) for number, leaver in enumerate(leavers)]
        calls += [(self._take_slot, number) for number in range(CALLERS)]
        calls += [(self._pool, chance.randrange(1, 4))] if chance.random() < 0.6 else []
        self.together(4, calls)
        self.whole.wait_until_calm(self)
        faults = self.faults(began)
        over = self.place / 'over'
        if not faults & {'both keepers', 'kill', 'EIO', 'EAGAIN'}:
            self.require(not over.exists(), f'more than {SLOTS} held a slot at one time')
        # Where both keepers are killed, gc does it later.
        if faults:
            self._collect(faults)
        self.nothing_left(began)
        self._no_files_left(faults)
        self._report_is_readable(faults)

    def _leave(self, number, leaver, isolation):
        ended = self.run(self.tool('proctrack'), 'run', '--isolate', isolation, '--report', 'report', '--name', f'name-{number}',
                         *leaver.options, '--', 'sh', '-c', leaver.script)
        self.expect(ended, leaver.statuses, UNDER)
        if ended.status == 125 and 'kill' not in ended.faults:
            self.require('proctrack: ' in ended.err, f'says not why: {ended.told()}')

    def _take_slot(self, number):
        command = ('sh', '-c', f'exec 8>slot.1 9>slot.2; {HOLDER}')
        self.expect(self.run(self.tool('proctrack'), 'slot', '--name', 'few', '--max', SLOTS, '--wait', '60s', '--', *command,
                             CALLER=str(number)), {0}, UNDER)

    def _pool(self, size):
        pool = (self.tool('proctrack'), 'pool')
        # Nothing that can be done to one is to keep the others: its callers are told, and the script goes on.
        self.expect(self.run(*pool, 'start', '--name', 'pool', '--size', size, '--timeout', '5s', '--', 'sh', '-c', WORKER),
                    {0}, UNDER)
        self.together(3, [(self._call, pool, number) for number in range(12)])
        # What hit the pool lasts until its end.
        ended = self.run(*pool, 'stop', 'pool')
        ended.faults |= self.faults(self.began)
        self.expect(ended, {0}, {kind: set(statuses) | {1, 2} for kind, statuses in UNDER.items() if kind not in HARMLESS})
        # Who asked it to end may have been ended himself.
        if ended.status != 0:
            self.run_untouched(*pool, 'stop', 'pool')

    def _call(self, pool, number):
        request = self.place / f'request-{number}'
        request.write_text(json.dumps({'n': number}) + '\n', encoding='utf-8')
        with request.open('rb') as stdin:
            ended = self.run(*pool, 'call', 'pool', stdin=stdin)
        missing = {kind: set(statuses) | {2, 75, 124} for kind, statuses in UNDER.items() if kind not in HARMLESS}
        ended.faults |= self.faults(self.began)
        self.expect(ended, {0}, missing)
        if ended.status == 0:
            self.require(json.loads(ended.out) == {'answer': {'n': number}}, f'the answer to {number} is {ended.out[:200]!r}')

    def _collect(self, faults):
        """As cron does it some time later."""
        self.expect(self.run_untouched(self.tool('proctrack'), 'gc'), {0} | ({1, 2} if 'damage' in faults else set()), {})

    def _no_files_left(self, faults):
        left = [str(path.relative_to(self.place)) for folder in ('tmp', 'state/scopes')
                if (self.place / folder).is_dir() for path in (self.place / folder).iterdir()]
        if left and faults:
            self._collect(faults)
            left = [name for name in left if (self.place / name).exists()]
        left = [name for name in left if not name.endswith('garbage')]
        self.require(not left, f'left over: {left}, faults {sorted(faults)}')

    def _report_is_readable(self, faults):
        report = self.place / 'report'
        for line in report.read_text(encoding='utf-8').splitlines() if report.exists() else []:
            try:
                json.loads(line)
            except ValueError:
                if not faults & {'full disk', 'kill', 'both keepers', 'ENOSPC', 'EIO', 'file limit'}:
                    raise Broken(f'torn report: {line[:200]!r}') from None

    def damage(self, chance):
        """Garbage where scopes are written down."""
        folder = self.place / 'state' / chance.choice(['scopes', 'names', 'exits', 'slots'])
        if not folder.is_dir():
            return None
        kind = chance.choice(['1234-5678.garbage', 'garbage', 'few/garbage' if folder.name == 'slots' else 'name-garbage'])
        (folder / kind).write_bytes(chance.randbytes(chance.randrange(0, 3000)))
        return f'{folder.name}/{kind} holds garbage'
