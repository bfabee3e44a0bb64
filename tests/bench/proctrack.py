#!/usr/bin/env python3
"""proctrack.py PROCTRACK FOLDER: see proctrack.sh, which calls it. FOLDER holds a static program, static."""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PROCTRACK, FOLDER = sys.argv[1:3]
RUNS = 400
TRUE, STATIC = ['/bin/true'], [os.path.join(FOLDER, 'static')]
ENVIRONMENT = {'PATH': os.environ['PATH'], 'HOME': FOLDER, 'TMPDIR': FOLDER, 'LONGHAUL_STATE': FOLDER + '/state'}
REQUEST = os.path.join(FOLDER, 'request')


def once(command, environment, source='/dev/null'):
    begun = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, environment, file_actions=[
        (os.POSIX_SPAWN_OPEN, 0, source, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, '/dev/null', os.O_WRONLY, 0)])
    _, status, _ = os.wait4(pid, 0)
    taken = time.perf_counter() - begun
    if status != 0:
        sys.exit(f'{command}: status {status}')
    return taken


def microseconds(commands, runs=RUNS):
    """Medians of alternating runs. A command is (words, environment, standard input)."""
    taken = [[once(*command) for command in commands] for _ in range(runs)]
    return [statistics.median(column) * 1e6 for column in zip(*taken)]


def row(what, figure, bare, bar=''):
    print(f'{what:58} {figure:9.0f} {bare:9.0f} {figure / bare:7.2f} {bar:>8}', flush=True)


def scopes(place, environment):
    run = [PROCTRACK, 'run']
    rows = [
        (f'run --isolate subreaper, TMPDIR {place}, us', run + ['--isolate', 'subreaper', '--'], '<= 2.5'),
        (f'run --isolate pidns, TMPDIR {place}, us', run + ['--isolate', 'pidns', '--'], '<= 3'),
        (f'run, TMPDIR {place}, us', run + ['--'], ''),
        (f'slot --isolate subreaper, TMPDIR {place}, us', [PROCTRACK, 'slot', '--name', 's', '--isolate', 'subreaper', '--'], '<= 2.5'),
    ]
    return [(what, (words + TRUE, environment), bar) for what, words, bar in rows]


def beside_a_bare_start():
    in_memory = tempfile.mkdtemp(dir='/dev/shm')
    try:
        rows = scopes('on this disk', ENVIRONMENT) + scopes('in memory', dict(ENVIRONMENT, TMPDIR=in_memory))
        for what, words in (('tini-static -s', ['tini-static', '-s', '--']), ('dumb-init', ['dumb-init']),
                            ('timeout 60', ['timeout', '60']), ('unshare -pf --kill-child', ['unshare', '-pf', '--kill-child'])):
            rows.append((what + ', us', (words + TRUE, ENVIRONMENT), ''))
        bare, *figures = microseconds([(TRUE, ENVIRONMENT)] + [command for _, command, _ in rows])
        for (what, _, bar), figure in zip(rows, figures):
            row(what, figure, bare, bar)
    finally:
        shutil.rmtree(in_memory)
    sem, slot, bare = microseconds([(['sem', '--fg', '--id', 's', '-j', '5'] + TRUE, ENVIRONMENT),
                                    ([PROCTRACK, 'slot', '--name', 's', '--max', '5', '--'] + TRUE, ENVIRONMENT),
                                    (TRUE, ENVIRONMENT)], 20)
    row('sem --fg -j 5, us', sem, bare)
    row('slot --max 5 beside sem (second column), us', slot, sem, '<= 0.01')


def pool_call():
    with open(REQUEST, 'w') as file:
        file.write('{"n": 1}\n')
    subprocess.run([PROCTRACK, 'pool', 'start', '--name', 'p', '--', 'cat'], env=ENVIRONMENT, check=True)
    call, bare = microseconds([([PROCTRACK, 'pool', 'call', 'p'], ENVIRONMENT, REQUEST), (STATIC, ENVIRONMENT)])
    row('pool call beside the start of a static C program, us', call, bare, '<= 2')
    subprocess.run([PROCTRACK, 'pool', 'stop', 'p'], env=ENVIRONMENT, check=True)


print(f'{"what":58} {"figure":>9} {"bare":>9} {"ratio":>7} {"bar":>8}')
beside_a_bare_start()
pool_call()
subprocess.run([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'proctrack', 'orchestrator.py'), PROCTRACK, '--throughput'],
               env=ENVIRONMENT, check=True)
