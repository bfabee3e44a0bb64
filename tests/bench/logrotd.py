"""logrotd.py LOGROTD FOLDER: what logrotd.sh measures, over FOLDER/day and FOLDER/small. Only what python3-minimal holds."""
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

LOGROTD, FOLDER = sys.argv[1:]
OUT = os.path.join(FOLDER, 'out')
DAY, SMALL = os.path.join(FOLDER, 'day'), os.path.join(FOLDER, 'small')
RUNS = 5
os.environ['LC_ALL'] = 'C'


def fresh():
    shutil.rmtree(OUT, ignore_errors=True)
    os.mkdir(OUT)
    os.mkdir(OUT + '/d')


def median(numbers):
    return sorted(numbers)[len(numbers) // 2]


def row(what, figure, peer='', ratio='', bar=''):
    print(f'{what:44} {figure:>10} {peer:>10} {ratio:>7} {bar:>8}', flush=True)


def through_pipe(command, source):
    """Wall seconds from the start until the writer has ended, fed by cat through a pipe."""
    fresh()
    begun = time.perf_counter()
    feeder = subprocess.Popen(['cat', source], stdout=subprocess.PIPE)
    writer = subprocess.Popen(command, stdin=feeder.stdout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=OUT)
    feeder.stdout.close()
    writer.wait()
    feeder.wait()
    return time.perf_counter() - begun


def medians(source, commands):
    taken = [[through_pipe(command, source) for command in commands] for _ in range(RUNS)]
    return [median([run[i] for run in taken]) for i in range(len(commands))]


CAT = ['sh', '-c', 'exec cat >log']
PEERS = {
    'rotatelogs': ['rotatelogs', 'log', '10M'],
    'cronolog': ['cronolog', 'log.%H%M%S'],
    's6-log': ['s6-log', 'n100', 's10000000', './d'],
    'multilog': ['multilog', 'n100', 's10000000', './d'],
    'svlogd': ['svlogd', './d'],
}


def throughput():
    with_svlogd_config()
    raw = [LOGROTD, '--raw', '--compress', 'none', 'log']
    names = [name for name in PEERS if shutil.which(PEERS[name][0])]
    times = medians(SMALL, [raw, CAT, [LOGROTD, '--raw', 'log']] + [PEERS[name] for name in names])
    own, cat, compressed = times[:3]
    row('--raw, cat, s', f'{own:.2f}', f'{cat:.2f}', f'{own / cat:.2f}', '<= 1')
    for name, taken in zip(names, times[3:]):
        row(f'--raw, {name}, s', f'{own:.2f}', f'{taken:.2f}', f'{own / taken:.2f}', '<= 1' if name == 'rotatelogs' else '')
    row('--raw until all is gzip, cat, s', f'{compressed:.2f}', f'{cat:.2f}', f'{compressed / cat:.2f}')
    s6 = dict(zip(names, times[3:])).get('s6-log')
    for what, source in (('small entries', SMALL), ('bad day', DAY)):
        commands = [[LOGROTD, '--compress', 'none', 'log'], [LOGROTD, 'log'],
                    [LOGROTD, '--compress', 'none', '--level', 'info', 'log'],
                    [LOGROTD, '--compress', 'none', '--dedupe', '60s', '--redact', 'log'], CAT]
        if s6:
            commands.append(PEERS['s6-log'])
        taken = medians(source, commands)
        plain, zipped, level, careful, cat = taken[:5]
        row(f'{what}: defaults, not compressed, cat, s', f'{plain:.2f}', f'{cat:.2f}', f'{plain / cat:.2f}', '<= 2')
        row(f'{what}: until all is gzip, cat, s', f'{zipped:.2f}', f'{cat:.2f}', f'{zipped / cat:.2f}')
        row(f'{what}: --level info, cat, s', f'{level:.2f}', f'{cat:.2f}', f'{level / cat:.2f}', '<= 2')
        if s6:
            row(f'{what}: defaults, s6-log, s', f'{plain:.2f}', f'{taken[5]:.2f}', f'{taken[5] / plain:.2f}', '>= 3')
            row(f'{what}: --dedupe --redact, s6-log, s', f'{careful:.2f}', f'{taken[5]:.2f}', f'{careful / taken[5]:.2f}', '<= 1')
    if shutil.which('jq'):
        part = os.path.join(FOLDER, 'part')
        jq = ['sh', '-c', """exec jq -c 'select(.level!="debug")' >log"""]
        own, theirs = medians(part, [[LOGROTD, '--compress', 'none', '--level', 'info', 'log'], jq])
        row('small entries: --level info, jq, s', f'{own:.3f}', f'{theirs:.3f}', f'{theirs / own:.1f}', '>= 10')


def with_svlogd_config():
    if shutil.which('svlogd'):
        PEERS['svlogd'] = ['sh', '-c', 'echo s10000000 >d/config; echo n100 >>d/config; exec svlogd d']


def what_is_left():
    fresh()
    subprocess.run([LOGROTD, '--compress', 'none', '--dedupe', '60s', 'log'], stdin=open(DAY), cwd=OUT, check=True)
    left = sum(os.path.getsize(os.path.join(OUT, name)) for name in os.listdir(OUT))
    of = os.path.getsize(DAY)
    row(f'{of / 1e6:.0f} MB leave, MB', f'{left / 1e6:.1f}', '', '', '< 50')


def status_kib(pid, field):
    try:
        with open(f'/proc/{pid}/status') as status:
            for line in status:
                if line.startswith(field):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def end(writer):
    """Waits for a writer whose input has ended; s6-log may wait for its processor for ever."""
    try:
        writer.wait(10)
    except subprocess.TimeoutExpired:
        writer.kill()
        writer.wait()


def longest_write(command, rate, seconds):
    """The producer's longest write(), in ms, and the writer's peak resident set, in KiB."""
    fresh()
    writer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=OUT)
    pipe = writer.stdin.fileno()
    dump = (b'{"level":"error","msg":"' + b'src/a.py:1:1: F401 unused ' * 2000)[:50_000] + b'"}\n'
    step, longest, peak, sent = 0.02, 0.0, 0, 0
    begun = time.perf_counter()
    while (now := time.perf_counter() - begun) < seconds:
        while sent < rate * now:
            entry = dump.replace(b'F401', b'F%03d' % (sent % 997), 3)
            before = time.perf_counter()
            view = memoryview(entry)
            while view:
                view = view[os.write(pipe, view):]
            longest = max(longest, time.perf_counter() - before)
            sent += len(entry)
        peak = max(peak, status_kib(writer.pid, 'VmHWM'))
        time.sleep(step)
    writer.stdin.close()
    end(writer)
    return longest * 1000, peak


def latency():
    for rate, size in ((2_500_000, '1MB'), (27_000_000, '10MB')):
        commands = {'logrotd --raw': [LOGROTD, '--raw', '--max-size', size, 'log'],
                    'logrotd --max-value 0': [LOGROTD, '--max-value', '0', '--max-size', size, 'log'],
                    'logrotd': [LOGROTD, '--max-size', size, 'log']}
        if shutil.which('rotatelogs'):
            commands['rotatelogs'] = ['rotatelogs', 'log', size.replace('MB', 'M')]
        if shutil.which('s6-log'):
            commands['s6-log, gzip'] = ['s6-log', 'n100', 's' + size.replace('MB', '000000'), '!gzip', './d']
        runs = [{name: longest_write(command, rate, 3) for name, command in commands.items()} for _ in range(RUNS)]
        for name in commands:
            own = name.startswith('logrotd')
            row(f'{rate / 1e6:.1f} MB/s, {name}: longest write, ms', f'{median([run[name][0] for run in runs]):.1f}', '', '',
                '< 10' if own else '')
            row(f'{rate / 1e6:.1f} MB/s, {name}: peak RSS, MiB', f'{max(run[name][1] for run in runs) / 1024:.1f}', '', '',
                '< 16' if own else '')


def lost_when_killed(command, read_back):
    """Lines lost when the writer is killed at 2.5 MB/s and started again on the same pipe."""
    fresh()
    reading, writing = os.pipe()
    start = lambda: subprocess.Popen(command, stdin=reading, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=OUT)
    writer, count, ended = start(), [0], threading.Event()

    def produce():
        begun = time.perf_counter()
        while not ended.is_set():
            while count[0] * 100 < 2_500_000 * (time.perf_counter() - begun):
                os.write(writing, b'{"n":%08d,"text":"%s"}\n' % (count[0], b'x' * 76))
                count[0] += 1
            time.sleep(0.0005)

    producer = threading.Thread(target=produce)
    producer.start()
    time.sleep(0.5 + 0.037 * (os.getpid() + int(time.time() * 1000)) % 0.3)
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    again = start()
    time.sleep(0.3)
    ended.set()
    producer.join()
    os.close(writing)
    end(again)
    os.close(reading)
    there = {line for line in read_back().split(b'\n') if line.startswith(b'{"n":') and line.endswith(b'"}')}
    return count[0] - len(there)


def joined():
    text = b''
    for name in sorted(os.listdir(OUT)):
        path = os.path.join(OUT, name)
        if name.endswith('.gz'):
            text += subprocess.run(['gzip', '-dc', path], stdout=subprocess.PIPE, check=True).stdout
        elif os.path.isfile(path):
            text += open(path, 'rb').read()
    for name in sorted(os.listdir(OUT + '/d')):
        text += open(os.path.join(OUT, 'd', name), 'rb').read()
    return text


def killed():
    commands = {'logrotd': [LOGROTD, '--max-size', '200kB', 'log']}
    if shutil.which('rotatelogs'):
        commands['rotatelogs'] = ['rotatelogs', 'log', '200K']
    if shutil.which('s6-log'):
        commands['s6-log'] = ['s6-log', 'n100', 's200000', './d']
    for name, command in commands.items():
        lost = [lost_when_killed(command, joined) for _ in range(20)]
        row(f'kill -9, {name}: lines lost, median', f'{median(lost)}', '', '', '0' if name == 'logrotd' else '')
        row(f'kill -9, {name}: lines lost, most', f'{max(lost)}')


row('what', 'figure', 'peer', 'ratio', 'bar')
throughput()
what_is_left()
latency()
killed()
