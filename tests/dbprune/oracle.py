#!/usr/bin/env python3
"""oracle.py DBPRUNE RUNS [FIRST_SEED]: random schemas, rows and rules; what dbprune leaves is compared with what plain
sets say. Ends with 1 at the first difference, after printing the seed and the schema that repeat it."""
import os
import random
import sqlite3
import subprocess
import sys

PRUNE, RUNS = sys.argv[1], int(sys.argv[2])
FIRST = int(sys.argv[3]) if len(sys.argv) > 3 else 1
NAMES = ['tasks', 'Ünïcode', 'with space', 'quo"te', 'order', 'events', 'x.y', "it's"]
ACTIONS = ['', 'ON DELETE NO ACTION', 'ON DELETE RESTRICT', 'ON DELETE CASCADE', 'ON DELETE SET NULL']
AS_OF = 1_760_000_000


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class Table:
    def __init__(self, chance, name):
        self.name = name
        self.kind = chance.choice(['rowid', 'integer', 'text', 'without rowid', 'composite', 'nocase'])
        self.key = ['a', 'b'] if self.kind == 'composite' else ['a']
        self.foreign = []  # (columns, parent, action, not null, indexed)
        self.rows = {}     # key -> dict of all columns

    def create(self):
        number = self.kind in ('rowid', 'integer')
        affinity = {'text': 'TEXT', 'without rowid': 'TEXT', 'nocase': 'TEXT COLLATE NOCASE', 'composite': 'TEXT'}
        columns = ['a INTEGER PRIMARY KEY' if self.kind == 'integer' else
                   'a INTEGER UNIQUE NOT NULL' if number else f'a {affinity[self.kind]} NOT NULL']
        if self.kind == 'composite':
            columns.append('b INTEGER NOT NULL')
        columns += ['v INTEGER', 't', 'g INTEGER GENERATED ALWAYS AS (v + 1)']
        tail = []
        if not number:
            tail.append(f'PRIMARY KEY ({", ".join(self.key)})')
        for columns_of, parent, action, not_null, _ in self.foreign:
            for column, key in zip(columns_of, parent.key):
                kind = 'INTEGER' if key == 'b' or parent.kind in ('rowid', 'integer') else 'TEXT'
                columns.append(f'{column} {kind}' + (' NOT NULL' if not_null else ''))
            tail.append(f'FOREIGN KEY ({", ".join(columns_of)}) REFERENCES {quoted(parent.name)} '
                        f'({", ".join(parent.key)}) {action}')
        end = ' WITHOUT ROWID' if self.kind in ('without rowid', 'composite') else ''
        return f'CREATE TABLE {quoted(self.name)} ({", ".join(columns + tail)}){end}'


def a_time(chance, unit):
    seconds = AS_OF - chance.randrange(0, 20 * 86400)
    if unit == 'text':
        return sqlite3.connect(':memory:').execute("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?, 'unixepoch')", (seconds,)).fetchone()[0]
    return {'s': seconds, 'ms': seconds * 1000 + chance.randrange(1000), 'us': seconds * 1_000_000}[unit]


def make(chance):
    tables = [Table(chance, name) for name in chance.sample(NAMES, chance.randrange(1, 5))]
    for table in tables:
        for i in range(chance.choice([0, 1, 1, 2, 3])):
            parent = chance.choice(tables)
            columns = [f'f{i}_{key}' for key in parent.key]
            table.foreign.append((columns, parent, chance.choice(ACTIONS), chance.random() < 0.1 and parent is not table,
                                  chance.random() < 0.5))
    unit = chance.choice(['s', 'ms', 'us', 'text'])
    for table in tables:
        for n in range(chance.choice([0, 3, 10, 40])):
            key = (n,) if table.kind in ('rowid', 'integer') else (f'k{n % 7}', n) if table.kind == 'composite' else (f'k{n}',)
            row = dict(zip(table.key, key))
            row['v'] = chance.choice([None, 0, 1, 2, 3])
            row['t'] = a_time(chance, unit) if chance.random() < 0.9 else None
            table.rows[key] = row
    for table in tables:
        for columns, parent, _, not_null, _ in table.foreign:
            for key, row in list(table.rows.items()):
                if not parent.rows and not_null:
                    del table.rows[key]
                    continue
                null = not not_null and (not parent.rows or chance.random() < 0.4)
                target = (None,) * len(columns) if null else chance.choice(list(parent.rows))
                row.update(zip(columns, target))
    # Rows that lost their parents to the removal above.
    changed = True
    while changed:
        changed = False
        for table in tables:
            for key, row in list(table.rows.items()):
                for columns, parent, *_ in table.foreign:
                    target = tuple(row[c] for c in columns)
                    if None not in target and target not in parent.rows:
                        del table.rows[key]
                        changed = True
                        break
    return tables, unit


def seconds(value, unit):
    if value is None:
        return None
    if unit == 'text':
        return int(sqlite3.connect(':memory:').execute("SELECT strftime('%s', ?)", (value,)).fetchone()[0])
    return value / {'s': 1, 'ms': 1000, 'us': 1_000_000}[unit]


def dooms(rule, row, unit):
    if rule['where'] is not None and row['v'] != rule['where']:
        return False
    if rule['days'] is None:
        return True
    at = seconds(row['t'], unit)
    return at is not None and at < AS_OF - rule['days'] * 86400


def references(tables):
    """(child, child's key, parent, parent's key, action, not null) of every reference."""
    for table in tables:
        for columns, parent, action, not_null, _ in table.foreign:
            for key, row in table.rows.items():
                target = tuple(row[c] for c in columns)
                if None not in target:
                    yield table, key, parent, target, action, not_null


def expected_doomed(tables, rule, unit, mode):
    rooted = {(rule['table'].name, key) for key, row in rule['table'].rows.items() if dooms(rule, row, unit)}
    all_references = [((c.name, ck), (p.name, pk), action, not_null)
                      for c, ck, p, pk, action, not_null in references(tables)]

    def lets_go(action, not_null):
        return action == 'ON DELETE SET NULL' and not not_null

    def follows(action, not_null):
        return not lets_go(action, not_null) and (mode == 'cascade' or action == 'ON DELETE CASCADE')

    kept = set()
    while True:
        doomed = set(rooted - kept)
        growing = True
        while growing:
            growing = False
            for child, parent, action, not_null in all_references:
                if parent in doomed and child not in doomed and follows(action, not_null):
                    doomed.add(child)
                    growing = True
        if mode == 'cascade':
            return doomed
        # A row that stays keeps what it refers to, and so does one that would go only with a kept one.
        more = {parent for child, parent, action, not_null in all_references
                if parent in doomed and child not in doomed and not lets_go(action, not_null)}
        spread = True
        while spread:
            spread = False
            for child, parent, action, not_null in all_references:
                if child in more and parent in doomed and parent not in more and not lets_go(action, not_null):
                    more.add(parent)
                    spread = True
        if not more:
            return doomed
        if not more - kept:
            return doomed - more
        kept |= more


def contents(database, tables):
    found = {}
    for table in tables:
        columns = table.key + ['v', 't'] + [c for columns, *_ in table.foreign for c in columns]
        for row in database.execute(f'SELECT {", ".join(columns)} FROM {quoted(table.name)}'):
            found[(table.name, row[:len(table.key)])] = row[len(table.key):]
    return found


def expected_contents(tables, doomed):
    found = {}
    for table in tables:
        for key, row in table.rows.items():
            if (table.name, key) in doomed:
                continue
            values = [row['v'], row['t']]
            for columns, parent, *_ in table.foreign:
                target = tuple(row[c] for c in columns)
                gone = (parent.name, target) in doomed
                values += [None] * len(columns) if gone else list(target)
            found[(table.name, key)] = tuple(values)
    return found


def one(seed):
    chance = random.Random(seed)
    tables, unit = make(chance)
    path = 'oracle.db'
    for end in ('', '-wal', '-shm', '-journal'):
        if os.path.exists(path + end):
            os.unlink(path + end)
    database = sqlite3.connect(path, isolation_level=None)
    database.execute(f'PRAGMA auto_vacuum = {chance.choice(["none", "full", "incremental"])}')
    database.execute(f'PRAGMA journal_mode = {chance.choice(["wal", "delete"])}')
    database.execute('PRAGMA synchronous = OFF')
    database.execute('BEGIN')
    for table in tables:
        database.execute(table.create())
        for i, (columns, _, _, _, indexed) in enumerate(table.foreign):
            if indexed:
                database.execute(f'CREATE INDEX {quoted(f"i {table.name} {i}")} ON {quoted(table.name)} ({", ".join(columns)})')
    for table in tables:
        for row in table.rows.values():
            database.execute(f'INSERT INTO {quoted(table.name)} ({", ".join(row)}) VALUES ({", ".join("?" * len(row))})',
                             tuple(row.values()))
    database.execute('COMMIT')
    before = database.execute('PRAGMA foreign_key_check').fetchall()
    rule = {'table': chance.choice(tables), 'where': chance.choice([None, 0, 1]), 'days': chance.choice([None, 3, 10])}
    if rule['where'] is None and rule['days'] is None:
        rule['where'] = 2
    mode = chance.choice(['cascade', 'keep'])
    words = [PRUNE, '--table', rule['table'].name, '--as-of', str(AS_OF), '--on-referenced', mode, '--force', '--quiet']
    if rule['where'] is not None:
        words += ['--where', f'v = {rule["where"]}']
    if rule['days'] is not None:
        words += ['--age-column', 't', '--older-than', f'{rule["days"]}d']
    rebuild = mode == 'cascade' and chance.random() < 0.2 and not any('SET NULL' in f[2] for t in tables for f in t.foreign)
    if rebuild:
        words.append('--rebuild')
        database.close()
    done = subprocess.run(words + [path], capture_output=True, text=True, timeout=60)
    database = sqlite3.connect(path, isolation_level=None)
    got = contents(database, tables)
    wanted = expected_contents(tables, expected_doomed(tables, rule, unit, mode))
    after = database.execute('PRAGMA foreign_key_check').fetchall()
    whole = database.execute('PRAGMA integrity_check').fetchone()[0]
    if done.returncode == 0 and got == wanted and not set(after) - set(before) and whole == 'ok':
        database.close()
        return
    print(f'seed {seed}: status {done.returncode} {done.stderr}')
    print(' '.join(words))
    for table in tables:
        print(table.create())
    print('deleted too many:', sorted(map(str, set(wanted) - set(got)))[:5])
    print('deleted too few:', sorted(map(str, set(got) - set(wanted)))[:5])
    print('changed:', [(k, got[k], wanted[k]) for k in got if k in wanted and got[k] != wanted[k]][:3])
    print('foreign keys:', after[:3], 'integrity:', whole)
    sys.exit(1)


for number in range(FIRST, FIRST + RUNS):
    one(number)
print(f'{RUNS} schemas, no difference')
