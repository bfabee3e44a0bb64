#!/usr/bin/env python3
"""dbprune.py DBPRUNE FOLDER: see dbprune.sh, which calls it. FOLDER holds large.db and small.db."""
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time

DBPRUNE, FOLDER = sys.argv[1:3]
PROBE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'dbprune', 'probe.py')
NOW = 1_760_000_000
RUNS = 3
DOOMED = f"""CREATE TEMP TABLE doomed (id PRIMARY KEY) WITHOUT ROWID;
INSERT INTO doomed WITH RECURSIVE d(id) AS (
  SELECT id FROM tasks WHERE status = 'completed' AND completed_at < ({NOW} - 7 * 86400) * 1000 UNION
  SELECT t.id FROM d JOIN refers t ON t.parent = d.id) SELECT id FROM d;
"""
REFERS = """CREATE TEMP TABLE refers AS SELECT id, epic_id AS parent FROM tasks WHERE epic_id IS NOT NULL UNION ALL
SELECT id, parent_id FROM tasks WHERE parent_id IS NOT NULL;
CREATE INDEX temp.refers_parent ON refers (parent);
"""
CHILDREN = """DELETE FROM events WHERE task_id IN (SELECT id FROM {0});
DELETE FROM quality_metrics WHERE task_id IN (SELECT id FROM {0});
DELETE FROM task_dependencies WHERE task_id IN (SELECT id FROM {0}) OR depends_on_task_id IN (SELECT id FROM {0});
DELETE FROM tasks WHERE id IN (SELECT id FROM {0});
"""
ONE_TRANSACTION = '.timeout 60000\n' + REFERS + DOOMED + 'BEGIN;\n' + CHILDREN.format('doomed') + 'COMMIT;\nVACUUM;\n'


def row(what, figure, peer='', ratio='', bar=''):
    print(f'{what:<56} {figure:>10} {peer:>10} {ratio:>7} {bar:>10}', flush=True)


def path(name):
    return os.path.join(FOLDER, name)


def fresh(source):
    for end in ('', '-wal', '-shm'):
        if os.path.exists(path('db') + end):
            os.unlink(path('db') + end)
    shutil.copy(path(source), path('db'))
    os.sync()


def watched(run):
    """Calls run() beside the writer; gives back its result, the seconds, the writer's longest write in ms, and the
    largest size of the log in bytes."""
    if os.path.exists(path('stop')):
        os.unlink(path('stop'))
    probe = subprocess.Popen([sys.executable, PROBE, path('db'), path('stop')], stdout=subprocess.PIPE, text=True)
    time.sleep(0.5)
    begun = time.perf_counter()
    process = run()
    peak = 0
    while process.poll() is None:
        try:
            peak = max(peak, os.path.getsize(path('db') + '-wal'))
        except FileNotFoundError:
            pass
        time.sleep(0.01)
    taken = time.perf_counter() - begun
    if process.returncode != 0:
        sys.exit(f'status {process.returncode}')
    out = process.stdout.read() if process.stdout else ''
    open(path('stop'), 'w').close()
    longest = float(probe.communicate()[0].rsplit('longest ', 1)[1])
    return out, taken, longest, peak


def prune():
    return subprocess.Popen([DBPRUNE, '-f', 'json', '--as-of', str(NOW), path('db')], stdout=subprocess.PIPE, text=True)


def shell(script):
    process = subprocess.Popen(['sqlite3', path('db')], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    process.stdin.write(script)
    process.stdin.close()
    return process


def batches():
    """As one does it by hand: 500 tasks a transaction, and free pages given back after each."""
    script = '.timeout 60000\n' + REFERS + DOOMED + 'CREATE TEMP TABLE batch (id PRIMARY KEY) WITHOUT ROWID;\n'
    doomed = int(subprocess.run(['sqlite3', path('db')], input=REFERS + DOOMED + 'SELECT count(*) FROM doomed;', text=True,
                                capture_output=True).stdout)
    one = ('DELETE FROM batch; INSERT INTO batch SELECT id FROM doomed LIMIT 500; BEGIN;\n' + CHILDREN.format('batch') +
           'COMMIT; DELETE FROM doomed WHERE id IN (SELECT id FROM batch); PRAGMA incremental_vacuum(500);\n')
    return shell(script + one * (doomed // 500 + 1))


def vacuumed_size():
    subprocess.run(['sqlite3', path('db'), f"VACUUM INTO '{path('vacuumed')}'"], check=True)
    size = os.path.getsize(path('vacuumed'))
    os.unlink(path('vacuumed'))
    return size


def compare(source, label, stall_bar, time_bar):
    own = []
    for _ in range(RUNS):
        fresh(source)
        out, taken, longest, peak = watched(prune)
        own.append((taken, longest, peak))
    result = json.loads(out)
    size = os.path.getsize(path('db'))
    ideal = vacuumed_size()
    wrong = subprocess.run(['sqlite3', path('db'), 'PRAGMA foreign_key_check'], capture_output=True, text=True).stdout.count('\n')
    taken, longest, peak = (statistics.median(each) for each in zip(*own))
    fresh(source)
    _, one_taken, one_longest, one_peak = watched(lambda: shell(ONE_TRANSACTION))
    row(f'{label}: rows deleted, millions', f"{result['rows'] / 1e6:.2f}")
    row(f'{label}: one transaction and VACUUM, s', f'{taken:.1f}', f'{one_taken:.1f}', f'{taken / one_taken:.2f}', time_bar)
    row(f'{label}: longest stall of the writer, ms', f'{longest:.0f}', f'{one_longest:.0f}', f'{longest / one_longest:.3f}', stall_bar)
    row(f'{label}: peak of the log, MB', f'{peak / 1e6:.1f}', f'{one_peak / 1e6:.1f}', f'{peak / one_peak:.3f}', '< 32')
    fresh(source)
    _, hand_taken, hand_longest, hand_peak = watched(batches)
    row(f'{label}: batches of 500, s', f'{taken:.1f}', f'{hand_taken:.1f}', f'{taken / hand_taken:.2f}')
    row(f'{label}: batches of 500, longest stall, ms', f'{longest:.0f}', f'{hand_longest:.0f}', f'{longest / hand_longest:.3f}')
    row(f'{label}: batches of 500, peak of the log, MB', f'{peak / 1e6:.1f}', f'{hand_peak / 1e6:.1f}', f'{peak / hand_peak:.3f}')
    row(f'{label}: file beside a full VACUUM, MB', f'{size / 1e6:.1f}', f'{ideal / 1e6:.1f}', f'{size / ideal:.2f}', '<= 1.10')
    row(f'{label}: foreign key violations', f'{wrong}', '', '', '0')


def rebuild(source, label):
    times = []
    for _ in range(RUNS):
        fresh(source)
        begun = time.perf_counter()
        subprocess.run([DBPRUNE, '-q', '--rebuild', '--as-of', str(NOW), path('db')], check=True)
        own = time.perf_counter() - begun
        fresh(source)
        stay = 'SELECT * FROM {0} WHERE {1} NOT IN (SELECT id FROM doomed);\n'
        script = REFERS + DOOMED + f"ATTACH '{path('copy')}' AS copy; PRAGMA copy.journal_mode = OFF; PRAGMA copy.synchronous = OFF;\n"
        script += ''.join(f'CREATE TABLE copy.{table} AS {stay.format(table, column)}' for table, column in
                          (('tasks', 'id'), ('events', 'task_id'), ('quality_metrics', 'task_id'), ('task_dependencies', 'task_id')))
        script += ('CREATE UNIQUE INDEX copy.a ON tasks (id); CREATE INDEX copy.b ON tasks (status); CREATE INDEX copy.c ON '
                   'tasks (created_at); CREATE INDEX copy.d ON events (task_id); CREATE INDEX copy.e ON events (at); CREATE '
                   'INDEX copy.f ON quality_metrics (task_id); CREATE INDEX copy.g ON task_dependencies (task_id, '
                   'depends_on_task_id);\n')
        begun = time.perf_counter()
        shell(script).wait()
        times.append((own, time.perf_counter() - begun))
        os.unlink(path('copy'))
    own, bare = (statistics.median(each) for each in zip(*times))
    row(f'{label}: --rebuild beside a bare copy, s', f'{own:.1f}', f'{bare:.1f}', f'{own / bare:.2f}', '<= 1.5')


row('what', 'figure', 'peer', 'ratio', 'bar')
compare('small.db', 'small', '< 20', '')
rebuild('small.db', 'small')
rebuild('large.db', 'large')
compare('large.db', 'large', '< 50', '<= 1.5')
row('peak resident set, MiB', f'{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f}', '', '', '< 64 (*)')
print('(*) of all processes that were run, the peers among them')
