#!/usr/bin/env python3
"""memwatch.py MEMWATCH FOLDER SECONDS: see memwatch.sh, which calls it. FOLDER holds the program grow."""
import json
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import time

MEMWATCH, FOLDER, SECONDS = sys.argv[1], sys.argv[2], int(sys.argv[3])
GROW = os.path.join(FOLDER, 'grow')
RECORD = os.path.join(FOLDER, 'record')
GB = 1_000_000_000


def row(what, figure, peer='', ratio='', bar=''):
    print(f'{what:66} {figure:>11} {peer:>11} {ratio:>7} {bar:>9}', flush=True)


def lines():
    return [json.loads(line) for line in open(RECORD)]


class Tree:
    """A process with children, that all sleep; each has touched some bytes of its own, and shares some."""
    def __init__(self, children, own=0, shared=0):
        script = (f'import os, signal\nshared = b"s" * {shared}\n'
                  f'for _ in range({children}):\n    if os.fork() == 0:\n        own = b"o" * {own}\n        signal.pause()\n'
                  'print("up", flush=True)\nsignal.pause()')
        self.process = subprocess.Popen([sys.executable, '-c', script], stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()
        self.pid = self.process.pid

    def pids(self):
        return [self.pid] + [int(pid) for pid in open(f'/proc/{self.pid}/task/{self.pid}/children').read().split()]

    def proportional(self):
        return sum(int(line.split()[1]) * 1024 for pid in self.pids() for line in open(f'/proc/{pid}/smaps_rollup')
                   if line.startswith('Pss:'))

    def end(self):
        for pid in reversed(self.pids()):
            os.kill(pid, signal.SIGKILL)
        self.process.wait()


def cpu_seconds(pid):
    return int(open(f'/proc/{pid}/schedstat').read().split()[0]) / 1e9


def start(*command):
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def steady_cost():
    tree = Tree(19)
    watchers = {'memwatch': start(MEMWATCH, '--pid', str(tree.pid), '-b', '10GB', '--log', RECORD)}
    if shutil.which('earlyoom'):
        watchers['earlyoom'] = start('earlyoom', '-r', '0')
    time.sleep(3)  # the beginning is another matter
    before = {name: cpu_seconds(watcher.pid) for name, watcher in watchers.items()}
    begun = time.monotonic()
    time.sleep(SECONDS)
    hours = (time.monotonic() - begun) / 3600
    cost = {name: (cpu_seconds(watcher.pid) - before[name]) / hours for name, watcher in watchers.items()}
    status = open(f'/proc/{watchers["memwatch"].pid}/status').read()
    high_water = int(status.split('VmHWM:')[1].split()[0]) / 1024
    for watcher in watchers.values():
        watcher.send_signal(signal.SIGTERM)
        watcher.wait()
    begun = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(5):
        subprocess.run(['ps', '-o', 'rss=', '--ppid', str(tree.pid)], stdout=subprocess.DEVNULL, check=True)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    ps = (ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime) / 5 * 3600
    tree.end()
    earlyoom = cost.get('earlyoom')
    row('20 processes, nothing happens, CPU s an hour; earlyoom', f'{cost["memwatch"]:.2f}',
        f'{earlyoom:.2f}' if earlyoom else 'none', f'{cost["memwatch"] / earlyoom:.2f}' if earlyoom else '', '< 0.1')
    row('the same beside ps once a second', f'{cost["memwatch"]:.2f}', f'{ps:.2f}', f'{cost["memwatch"] / ps:.3f}')
    row('its own memory, high-water mark, MiB', f'{high_water:.1f}', '', '', '< 8')


def cost_of_many():
    tree = Tree(1999)
    watcher = start(MEMWATCH, '--pid', str(tree.pid), '-b', '10GB', '--log', RECORD, '--interval', '20ms')
    time.sleep(2)
    before = cpu_seconds(watcher.pid)
    time.sleep(5)
    cost = cpu_seconds(watcher.pid) - before
    os.unlink(RECORD)
    watcher.send_signal(signal.SIGTERM)
    watcher.wait()
    looks = 5 / 0.02
    row('2000 processes, CPU ms a sample', f'{cost / looks * 1000:.2f}', '', '', '< 1')
    tree.end()


def overshoot(action, extra=()):
    peaks = []
    for _ in range(50):
        if os.path.exists(RECORD):
            os.unlink(RECORD)
        watcher = start(MEMWATCH, '-b', str(GB), '--critical', '1', '--warning', '0.9', '--action', action, '--log', RECORD,
                        *extra, '--', GROW, '1e9', '3e9')
        victim = None
        while action == 'pause' and victim is None:
            time.sleep(0.01)
            if os.path.exists(RECORD):
                paused = [line for line in open(RECORD) if '"pause"' in line and line.endswith('\n')]
                victim = json.loads(paused[0])['pid'] if paused else None
        if victim:
            time.sleep(0.05)
            peaks.append(int(open(f'/proc/{victim}/status').read().split('VmHWM:')[1].split()[0]) * 1024)
            os.kill(victim, signal.SIGKILL)
            watcher.wait()
        else:
            watcher.wait()
            peaks.append(lines()[-1]['peakBytes'])
    os.unlink(RECORD)
    row(f'1 GB/s towards 1 GB, --critical 1 --action {action}: peak, MB, median', f'{statistics.median(peaks) / 1e6:.1f}')
    row('  the largest of 50', f'{max(peaks) / 1e6:.1f}', '', '', '<= 1005')


def truth(what, tree, bar='<= 5%'):
    look = json.loads(subprocess.run([MEMWATCH, '--once', '--pid', str(tree.pid), '-b', '100GB', '--format', 'json'],
                                     stdout=subprocess.PIPE, check=True, text=True).stdout)
    true = tree.proportional()
    resident = sum(int(open(f'/proc/{pid}/statm').read().split()[1]) * 4096 for pid in tree.pids())
    row(f'{what}: MB, summed proportional set size', f'{look["bytes"] / 1e6:.0f}', f'{true / 1e6:.0f}',
        f'{abs(look["bytes"] - true) / true:.1%}', bar)
    row('  resident, summed', '', f'{resident / 1e6:.0f}')
    tree.end()


class NodeWorkers(Tree):
    def __init__(self, count):
        script = ('const { fork } = require("child_process"); const held = []; '
                  'if (process.send) { for (let i = 0; i < 20; i++) held.push(Buffer.alloc(1 << 20, 1)); process.send("up"); '
                  'setInterval(() => held.length, 1e6); } else { let up = 0; for (let i = 0; i < %d; i++) '
                  'fork(__filename).on("message", () => { if (++up === %d) console.log("up"); }); }' % (count, count))
        path = os.path.join(FOLDER, 'workers.js')
        open(path, 'w').write(script)
        self.process = subprocess.Popen(['node', path], stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()
        self.pid = self.process.pid


def starts():
    def once(*command):
        begun = time.perf_counter()
        subprocess.run(command, check=True)
        return time.perf_counter() - begun
    taken = [(once('/bin/true'), once(MEMWATCH, '-b', '1GB', '--', '/bin/true')) for _ in range(300)]
    bare, watched = (statistics.median(column) * 1e6 for column in zip(*taken))
    row('memwatch -- /bin/true, us, beside a bare start', f'{watched:.0f}', f'{bare:.0f}', f'{watched / bare:.2f}', '<= 2')
    if shutil.which('parallel'):
        taken = [(once('parallel', '--memfree', '1M', '-N0', '/bin/true', ':::', '1'),
                  once(MEMWATCH, '--admit', '1MB', '--', '/bin/true')) for _ in range(10)]
        parallel, admitted = (statistics.median(column) * 1e6 for column in zip(*taken))
        row('memwatch --admit, us, beside parallel --memfree', f'{admitted:.0f}', f'{parallel:.0f}',
            f'{admitted / parallel:.3f}')


row('what', 'memwatch', 'peer', 'ratio', 'bar')
os.environ['LONGHAUL_STATE'] = os.path.join(FOLDER, 'state')
starts()
truth('20 processes that share 500 MB', Tree(20, own=1_000_000, shared=500_000_000))
if shutil.which('node'):
    truth('20 node workers', NodeWorkers(20))
for one in ('pause', 'kill'):
    overshoot(one)
if subprocess.run([MEMWATCH, '-b', '1GB', '--hard', '--', 'true'], stderr=subprocess.DEVNULL).returncode == 0:
    overshoot('kill', ('--hard',))
steady_cost()
cost_of_many()
