"""errsum over what real tools printed, two at a time, with all that it remembers: every record that it prints is exact,
and what it saved is what was read."""
import contextlib
import functools
import gzip
import json
import sqlite3
import time
from dataclasses import dataclass

from station import KILLED, TERMINATED, Station
from whole import Broken

LARGEST = 60_000
EXACT = ('total', 'errors', 'warnings', 'fixable', 'files')
TROUBLE = {2}
UNDER = {
    'kill': KILLED, 'term': TERMINATED, 'EIO': TROUBLE | {127}, 'ENOSPC': TROUBLE | {127}, 'EAGAIN': TROUBLE | {127},
    'EINTR': TROUBLE | {127}, 'file limit': TROUBLE, 'no proc': (),
}


@dataclass(frozen=True)
class Fixture:
    name: str
    text: bytes
    truth: dict


@functools.cache
def fixtures(source):
    """Those of which all is known and read rightly."""
    gaps = {line.split(':')[0] for line in (source / 'tests/diag/known_gaps.txt').read_text(encoding='utf-8').splitlines()}
    found = []
    for path in sorted((source / 'tests/fixtures').glob('*/cases/*.json')):
        name, output = f'{path.parent.parent.name}/{path.stem}', path.with_suffix('.txt')
        if name in gaps or not output.exists() or output.stat().st_size > LARGEST:
            continue
        truth = json.loads(path.read_text(encoding='utf-8'))
        if truth.get('recognised', True) and truth.get('total'):
            found.append(Fixture(name, output.read_bytes(), truth))
    return found


class SummaryStation(Station):
    name = 'summary'
    disk = '16m'

    def round(self, chance):
        self.was_damaged = False
        self.given = chance.sample(fixtures(self.whole.source), 8)
        began = time.monotonic()
        for one, two in zip(self.given[::2], self.given[1::2]):
            self._two_at_a_time(chance, one, two)
        self.whole.wait_until_calm(self)
        faults = self.faults(began)
        self._state_is_whole(faults)
        self._saved_is_what_was_read(faults)
        self._tasks_are_readable(faults)

    def _two_at_a_time(self, chance, *pair):
        running = []
        for fixture in pair:
            wraps = chance.random() < 0.25
            source = self.place / fixture.name.replace('/', '-')
            source.write_bytes(fixture.text)
            remembering = ('--state', 'state.db', '--save', 'saved', '--fix-task', 'tasks', '--task-id', f'T{chance.randrange(3)}')
            command = ('--run', '--', 'sh', '-c', 'cat "$0"; exit 4', source) if wraps else (source,)
            running.append((fixture, wraps, self.start_tool(self.tool('errsum'), '-f', 'json', '--max', 0, *remembering, *command)))
        for fixture, wraps, tool in running:
            ended = tool.wait()
            failed = {kind: set(statuses) | ({125} if wraps else set()) for kind, statuses in UNDER.items()}
            self.expect(ended, {4} if wraps else {1}, failed)
            # The command's own failure stands above that of writing the record, which is said.
            if ended.status in (1, 4) and not (wraps and 'errsum: stdout: ' in ended.err):
                self._is_exact(fixture, ended, is_whole=not ended.faults & {'kill', 'term'} or not wraps)

    def _is_exact(self, fixture, ended, is_whole):
        try:
            record = json.loads(ended.out)
        except ValueError:
            raise Broken(f'no record: {ended.out[:200]!r}, {ended.told()}') from None
        wrong = {key: (record.get(key, 0), fixture.truth[key]) for key in EXACT
                 if fixture.truth.get(key) is not None and record.get(key, 0) != fixture.truth[key]}
        # Of a command that was killed only a part is read.
        self.require(not wrong or not is_whole, f'{fixture.name}: (said, true) {wrong}, {ended.told()}')

    def _state_is_whole(self, faults):
        state = self.place / 'state.db'
        if self.was_damaged or not state.exists():
            return
        with contextlib.closing(sqlite3.connect(state, timeout=10)) as connection:
            self.require(connection.execute('PRAGMA integrity_check').fetchall() == [('ok',)], 'the state is damaged')

    def _saved_is_what_was_read(self, faults):
        texts = {fixture.text for fixture in self.given}
        saved = self.place / 'saved'
        for path in sorted(saved.glob('*.gz')) if saved.is_dir() else []:
            try:
                text = gzip.decompress(path.read_bytes())
            except (OSError, EOFError) as error:
                raise Broken(f'torn output {path.name}: {error}') from None
            # An input that was ended early is saved as far as it came.
            self.require(text in texts or faults & {'term', 'kill', 'EIO', 'EAGAIN', 'ENOSPC'}, f'{path.name} is none of the outputs')
            shown = self.run_untouched(self.tool('errsum'), '--save', 'saved', '--show', path.name.removesuffix('.gz'))
            self.expect(shown, {0}, {})
            self.require(shown.out == text, f'{path.name} is shown as something else')

    def _tasks_are_readable(self, faults):
        tasks = self.place / 'tasks'
        open_tasks, torn = set(), 0
        for line in tasks.read_bytes().splitlines() if tasks.exists() else []:
            try:
                task = json.loads(line)
            except ValueError:
                torn += 1
                continue
            self.require(task['id'] not in open_tasks or self.was_damaged, f'the task {task["id"]} is there twice')
            open_tasks.add(task['id'])
        self.require(not torn or self.was_damaged or faults & {'kill', 'full disk', 'ENOSPC', 'EIO', 'file limit', 'EAGAIN'},
                     f'{torn} tasks are torn')

    def damage(self, chance):
        """A memory that is none any more, or of which a part is missing."""
        state = self.place / 'state.db'
        if not state.exists():
            return None
        self.was_damaged = True
        if chance.random() < 0.5:
            state.write_bytes(chance.randbytes(chance.randrange(1, 9000)))
            return 'garbage in the state'
        with state.open('r+b') as file:
            file.truncate(chance.randrange(state.stat().st_size + 1))
        return 'the state is cut'

    def flood(self, megabytes):
        """Many findings, each of them many times: they count once."""
        block = b''.join(b'src/part_%d.py:%d:1: F401 `module_%d` imported but unused\n' % (n % 500, n // 500 + 1, n) for n in range(16_000))
        source = self.whole.outputs / f'flood-{self.number}.txt'
        with source.open('wb') as file:
            for _ in range(max(1, megabytes * 1_000_000 // len(block))):
                file.write(block)
        ended = self.start_aside(self.tool('errsum'), '-f', 'json', source).wait()
        source.unlink()
        self.expect(ended, {1}, UNDER)
        if ended.status == 1:
            total = json.loads(ended.out)['total']
            self.require(total == 16_000, f'{total} of 16000 findings in {megabytes} MB')
        return f'{megabytes} MB'

    was_damaged = False
    given = ()
