"""A database of tasks that is written to while dbprune deletes from it. The writers' journals say what must be there:
in the database where the rule keeps it, else there or in the archive."""
import collections
import contextlib
import gzip
import json
import shutil
import sqlite3
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from station import KILLED, TERMINATED, Station
from whole import Broken

SECONDS = 0.7  # of writing
LOCKED, TROUBLE = {75}, {2}
UNDER = {
    'kill': KILLED, 'term': TERMINATED, 'stop': LOCKED, 'locked': LOCKED, 'slow disk': LOCKED | TROUBLE,
    'full disk': TROUBLE | LOCKED, 'ENOSPC': TROUBLE | LOCKED, 'EIO': TROUBLE | LOCKED, 'file limit': TROUBLE | LOCKED,
    'EINTR': TROUBLE | LOCKED, 'EAGAIN': TROUBLE | LOCKED,
}
# How long a writer waits on a machine with two processors and seven stations; --max-stall is 20 milliseconds.
LONGEST_WAIT = 2.5
SLOWED_BY = {'stop', 'slow disk', 'full disk', 'locked', 'pressure', 'EIO', 'ENOSPC', 'EINTR', 'EAGAIN', 'file limit', 'clock', 'flood'}


@dataclass(frozen=True)
class Variant:
    name: str
    options: tuple
    archive: str | None = None
    journal: str = 'WAL'
    by_age_alone: bool = True  # what was completed lately stays


VARIANTS = [
    Variant('archived as gzip', (), 'old.jsonl.gz'),
    Variant('archived as lines', (), 'old.jsonl'),
    Variant('archived in a database', (), 'old.db'),
    Variant('not archived', ()),
    Variant('without a log', (), 'old.jsonl', journal='DELETE'),
    Variant('short stalls', ('--max-stall', '5ms'), 'old.jsonl'),
    Variant('bounded', ('--max-size', '120kB'), 'old.jsonl.gz', by_age_alone=False),
]


def make(database, journal):
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.executescript(f'''
            PRAGMA auto_vacuum = incremental;
            PRAGMA journal_mode = {journal};
            CREATE TABLE tasks (id TEXT PRIMARY KEY, status TEXT NOT NULL, created_at INTEGER NOT NULL,
                                completed_at INTEGER, note TEXT);
            CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL REFERENCES tasks (id),
                                 type TEXT, at INTEGER);
            CREATE INDEX events_by_task ON events (task_id);''')


class DatabaseStation(Station):
    name = 'database'
    disk = '48m'
    database = None

    def round(self, chance):
        variant = chance.choice(VARIANTS)
        self.database = self.place / 'tasks.db'
        make(self.database, variant.journal)
        journals = [self.whole.outputs / f'journal-{self.number}-{writer}' for writer in range(2)]
        began = time.monotonic()
        archive = ('--archive', variant.archive) if variant.archive else ()
        prune = (self.tool('dbprune'), '--busy-timeout', '1s', '--max-fraction', '1', *variant.options, *archive, 'tasks.db')
        try:
            self._prune_while_written(prune, journals, variant, chance)
            self.whole.wait_until_calm(self)
            self._prune_at_last(prune, variant)
            self._verify(variant, journals, began)
        except Broken as broken:
            raise Broken(f'{variant.name}: {broken}') from None
        for journal in journals:
            journal.unlink(missing_ok=True)

    def _prune_while_written(self, prune, journals, variant, chance):
        writers = [self.start_tool(sys.executable, Path(__file__).with_name('database_writer.py'), 'tasks.db', journal,
                                   f'w{number}', SECONDS, chance.random()) for number, journal in enumerate(journals)]
        normal = {0} if variant.by_age_alone else {0, 1}
        while any(writer.runs() for writer in writers):
            self.expect(self.run(*prune), normal, UNDER)
            time.sleep(0.02)
        for writer in writers:
            # What hits a writer is no matter of dbprune's: it only writes no more.
            self.expect(writer.wait(), {0}, {**dict.fromkeys(UNDER, {1}), 'kill': KILLED, 'term': TERMINATED})

    def _prune_at_last(self, prune, variant):
        """Once all is calm it is as it should be."""
        self.expect(self.run_untouched(*prune), {0} if variant.by_age_alone else {0, 1}, {})

    def _verify(self, variant, journals, began):
        committed, waits = read_journals(journals)
        with contextlib.closing(sqlite3.connect(self.database, timeout=10)) as connection:
            self.require(connection.execute('PRAGMA integrity_check').fetchall() == [('ok',)], 'integrity_check is not ok')
            self.require(not connection.execute('PRAGMA foreign_key_check').fetchall(), 'foreign_key_check is not empty')
            tasks = {name for (name,) in connection.execute('SELECT id FROM tasks')}
            events = collections.Counter(name for (name,) in connection.execute('SELECT task_id FROM events'))
        # By a clock that jumped what is fresh may be old, and the other way round.
        by_age = variant.by_age_alone and 'clock' not in self.faults(began)
        kept = {'pending'} | ({'fresh'} if by_age else set())
        archived_tasks, archived_events = self._archived(variant)
        for line in committed:
            name, is_there = line['id'], line['id'] in tasks
            if line['kind'] in kept:
                self.require(is_there and events[name] == line['events'], f'the rule keeps {line}, and it is not there with its events')
            elif line['kind'] == 'old' and by_age:
                self.require(not is_there, f'the rule dooms {line}, and it is still there')
            if variant.archive and not is_there:
                self.require(name in archived_tasks, f'{line} is neither in the database nor in the archive')
                self.require(archived_events[name] >= line['events'], f'{line}: events {archived_events[name]} in the archive')
        slowed = self.faults(began) & SLOWED_BY
        self.require(slowed or max(waits, default=0) <= LONGEST_WAIT, f'a writer waited {max(waits, default=0):.2f} s')

    def _archived(self, variant):
        """The ids of the tasks in the archive, and the number of events of each."""
        path = variant.archive and self.place / variant.archive
        if not path or not path.exists():
            return set(), collections.Counter()
        if path.suffix == '.db':
            with contextlib.closing(sqlite3.connect(path)) as connection:
                # A table comes with its first row.
                tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
                tasks = connection.execute('SELECT id FROM tasks') if 'tasks' in tables else ()
                events = connection.execute('SELECT task_id FROM events') if 'events' in tables else ()
                return {name for (name,) in tasks}, collections.Counter(name for (name,) in events)
        return archived_lines(path)

    def damage(self, chance):
        """A copy with flipped bytes or a broken header: dbprune says so, and changes nothing half."""
        copy = self.whole.outputs / 'damaged.db'
        try:
            shutil.copyfile(self.database, copy)
        except (OSError, TypeError):
            return None
        what = chance.choice(['header', 'bytes', 'cut', 'garbage'])
        data = bytearray(copy.read_bytes())
        if what == 'header':
            data[:16] = chance.randbytes(16)
        elif what == 'cut':
            del data[chance.randrange(len(data)):]
        elif what == 'garbage':
            data[:] = chance.randbytes(5000)
        else:
            for _ in range(200):
                data[chance.randrange(100, max(101, len(data)))] ^= 0xff
        copy.write_bytes(data)
        ended = self.start_aside(self.tool('dbprune'), '--check', '--archive', 'damaged.jsonl', copy).wait()
        for path in self.whole.outputs.glob('damaged*'):
            path.unlink()
        # What is cut to nothing is an empty database, and a flipped byte may be one that nobody needs.
        self.expect(ended, {2} if what in ('header', 'garbage') else {0, 2}, UNDER)
        self.require(ended.status != 2 or ended.err.startswith('dbprune: '), f'says not what is wrong: {ended.told()}')
        return f'{what} of a copy: status {ended.status}'

    def hold(self, seconds):
        """Somebody has the database for himself."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=5, isolation_level=None)) as connection:
            connection.execute('BEGIN EXCLUSIVE')
            time.sleep(seconds)
            connection.execute('ROLLBACK')


def read_journals(journals):
    committed, waits = [], []
    for journal in journals:
        for line in journal.read_text(encoding='utf-8').splitlines() if journal.exists() else []:
            with contextlib.suppress(ValueError):  # the last one of a writer that was killed
                read = json.loads(line)
                if 'longest' in read:
                    waits.append(read['longest'])
                else:
                    committed.append(read)
    return committed, waits


def archived_lines(path):
    data = path.read_bytes()
    try:
        text = gzip.decompress(data) if path.suffix == '.gz' else data
        rows = [json.loads(line) for line in text.splitlines()]
    except (OSError, EOFError, ValueError) as error:
        raise Broken(f'torn archive {path.name}: {error}') from None
    tasks = {row['row']['id'] for row in rows if row['table'] == 'tasks'}
    events = {(row['row']['task_id'], row['row']['id']) for row in rows if row['table'] == 'events'}
    return tasks, collections.Counter(name for name, _ in events)
