#!/usr/bin/env python3
"""healthcheck.py BIN FOLDER: see healthcheck.sh, which calls it."""
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import time

BIN, FOLDER = sys.argv[1:3]
HEALTHCHECK = os.path.join(BIN, 'healthcheck')
PLUGINS = '/usr/lib/nagios/plugins/'
ROUNDS = 300
CONFIG = '''
[memory]
[processes]
warning = 100
critical = 200
[zombies]
[descriptors]
[[log]]
path = "one.jsonl"
[[log]]
path = "two.jsonl"
[[log]]
path = "three.jsonl"
[[database]]
path = "tasks.db"
table = "tasks"
[[temp]]
path = "temp"
[[disk]]
path = "/"
[load]
warning = 1000
critical = 2000
[pressure]
cpu-warning = "none"
cpu-critical = "none"
memory-warning = "none"
memory-critical = "none"
io-warning = "none"
io-critical = "none"
[[heartbeat]]
path = "beat"
[[exit]]
scope = "job"
'''
METRIC = '''
[[metric]]
name = "queue"
command = "echo 4"
'''
MONIT = '''set logfile FOLDER/monit.log
set pidfile FOLDER/monit.pid
set idfile FOLDER/monit.id
set statefile FOLDER/monit.state
check process tree pidfile FOLDER/tree.pid
  if total memory > 1.5 GB then exec "/bin/true"
  if children > 100 then exec "/bin/true"
check file one path FOLDER/one.jsonl
  if size > 50 MB then exec "/bin/true"
check file two path FOLDER/two.jsonl
  if size > 50 MB then exec "/bin/true"
check file three path FOLDER/three.jsonl
  if size > 50 MB then exec "/bin/true"
check file tasks path FOLDER/tasks.db
  if size > 10 MB then exec "/bin/true"
check filesystem root path /
  if space usage > 90% then exec "/bin/true"
check system machine
  if loadavg (1min) per core > 1000 then exec "/bin/true"
'''


def write(name, text):
    with open(name, 'w', encoding='utf-8') as file:
        file.write(text)


def prepare():
    os.chdir(FOLDER)
    for name in ('one', 'two', 'three'):
        write(name + '.jsonl', '{"level":"info"}\n' * 100000)
    database = sqlite3.connect('tasks.db')
    database.execute('PRAGMA journal_mode=WAL')
    database.execute('CREATE TABLE tasks (id INTEGER PRIMARY KEY, log TEXT)')
    database.executemany('INSERT INTO tasks (log) VALUES (?)', [('x' * 20000,)] * 224)
    database.commit()
    os.mkdir('temp')
    for at in range(50):
        write(f'temp/{at}', 'x')
    write('beat', '')
    subprocess.run([os.path.join(BIN, 'proctrack'), 'run', '--name', 'job', '--', 'true'], check=True)
    tree = subprocess.Popen(['sh', '-c', 'for at in $(seq 19); do sleep 6000 & done; wait'], start_new_session=True)
    write('tree.pid', f'{tree.pid}\n')
    write('health.toml', CONFIG)
    write('command.toml', CONFIG + METRIC)
    write('monitrc', MONIT.replace('FOLDER', FOLDER))
    os.chmod('monitrc', 0o600)
    return database, tree


def once(command):
    begun = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, 'out', os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)])
    _, status, _ = os.wait4(pid, 0)
    taken = time.perf_counter() - begun
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f'{command}: status {os.waitstatus_to_exitcode(status)}: {open("out", encoding="utf-8").read()}')
    return taken * 1000


def measure(tree):
    look = [HEALTHCHECK, '--pid', str(tree.pid), '--config']
    history = ['--history', 'history']
    rows = [
        ('check_disk /', [PLUGINS + 'check_disk', '-w', '1%', '-c', '0%', '-p', '/'], ''),
        ('check_procs', [PLUGINS + 'check_procs', '-w', '10000', '-c', '20000'], ''),
        ('monit, one cycle', ['/usr/bin/monit', '-c', FOLDER + '/monitrc'], ''),
        ('a shell that prints a number', ['/bin/sh', '-c', 'echo 4'], ''),
        ('healthcheck, all measures but a command', look + ['health.toml'], '<= 5 ms, <= 3'),
        ('the same with a history of 500', look + ['health.toml'] + history, '<= 5 ms, <= 3'),
        ('healthcheck, all measures', look + ['command.toml'], '<= 5 ms, <= 3'),
        ('the same with a history of 500', look + ['command.toml'] + history, '<= 5 ms, <= 3'),
        ('healthcheck --breaker b allow', [HEALTHCHECK, '--breaker', 'b', 'allow'] + history, ''),
        ('/bin/true', ['/bin/true'], ''),
    ]
    for _ in range(500):
        os.utime('beat')
        once(rows[5][1])
    taken = []
    for _ in range(ROUNDS):
        os.utime('beat')
        taken.append([once(command) for _, command, _ in rows])
    disk, *_ = medians = [statistics.median(column) for column in zip(*taken)]
    for (what, _, bar), figure in zip(rows, medians):
        print(f'{what:42} {figure:8.2f} ms {figure / disk:7.2f}  {bar}', flush=True)


def main():
    database, tree = prepare()
    try:
        measure(tree)
    finally:
        os.killpg(tree.pid, signal.SIGKILL)
        tree.wait()
        database.close()


main()
