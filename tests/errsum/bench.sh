#!/bin/sh
# bench.sh [BYTES]: errsum over a long `ruff check` output, beside grep over the same file, in one run.
# Medians of five alternating runs, whole processes, user and system time. A gigabyte where nothing is said.
set -eu
here=$(dirname "$(readlink -f "$0")")
python3 - "${LONGHAUL_BIN:?}/errsum" "$here" "${1:-1000000000}" <<'END'
import os, resource, statistics, subprocess, sys, tempfile

errsum, here, size = sys.argv[1:]
case = os.path.join(here, '../fixtures/ruff/cases/full-present.txt')
here_env = dict(os.environ, LC_ALL='C')


def measured(argument):
    """User and system seconds, and peak kilobytes, of a command and its children."""
    pid = os.fork()
    if pid == 0:
        # into a pipe: grep stops at its first match where its output goes to /dev/null
        subprocess.run(argument, shell=isinstance(argument, str), env=here_env, capture_output=True)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        os.write(pipe[1], f'{used.ru_utime + used.ru_stime} {used.ru_maxrss}\n'.encode())
        os._exit(0)
    os.waitpid(pid, 0)
    seconds, kilobytes = os.read(pipe[0], 100).split()
    return float(seconds), int(kilobytes)


def medians(runs, *commands):
    taken = [[measured(command) for command in commands] for _ in range(runs)]
    return [[statistics.median(run[i][j] for run in taken) for j in (0, 1)] for i in range(len(commands))]


def row(what, figure, peer, ratio, bar):
    print(f'{what:34} {figure:>12} {peer:>12} {ratio:>8} {bar:>12}')


pipe = os.pipe()
with tempfile.TemporaryDirectory() as folder:
    long, short = os.path.join(folder, 'long'), os.path.join(folder, 'short')
    with open(case) as source, open(long, 'w') as output:
        subprocess.run([os.path.join(here, 'ruff_output.sh'), size], stdin=source, stdout=output, check=True)
    with open(long, 'rb') as source, open(short, 'wb') as output:
        output.write(source.read(51200))
    row('CPU seconds, medians', 'errsum', 'peer', 'ratio', 'bar')
    own, grep = medians(5, [errsum, '-q', long], ['grep', '-cE', '^[A-Z]+[0-9]+ ', long])
    row(f'{os.path.getsize(long) / 1e6:.0f} MB, grep -cE', f'{own[0]:.2f}', f'{grep[0]:.2f}', f'{own[0] / grep[0]:.2f}', '<= 2')
    own, sort = medians(1, [errsum, '-q', long], f"grep -oE '^[A-Z]+[0-9]+' {long} | sort | uniq -c")
    row('the same, grep -oE | sort | uniq -c', f'{own[0]:.2f}', f'{sort[0]:.2f}', f'{own[0] / sort[0]:.2f}', '<= 0.33')
    row('peak memory, MiB', f'{own[1] / 1024:.1f}', '', '', '<= 32')
    loop = 'i=0; while [ $i -lt 200 ]; do %s >/dev/null; i=$((i+1)); done'
    true, version, common = medians(5, loop % '/bin/true', loop % f'{errsum} --version', loop % f'{errsum} {short}')
    row('--version, 200 starts, /bin/true', f'{version[0]:.2f}', f'{true[0]:.2f}', f'{version[0] / true[0]:.2f}', '<= 3')
    row('50 KB, 200 times, /bin/true', f'{common[0]:.2f}', f'{true[0]:.2f}', f'{common[0] / true[0]:.2f}', '<= 5')
END
