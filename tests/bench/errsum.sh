#!/bin/sh
# errsum.sh [BYTES]: errsum over a long `ruff check` output beside grep over the same file, over a tenth as much of what
# all tools print, with all formats and with one, and its start beside /bin/true. A gigabyte where nothing is said. One
# table: what, errsum's figure, the peer's, their ratio, the bar.
set -eu
errsum=${LONGHAUL_BIN:?}/errsum
tests=$(dirname "$(dirname "$(readlink -f "$0")")")
bytes=${1:-1000000000}
case $bytes in '' | *[!0-9]*) echo "errsum.sh: '$bytes' is not a number of bytes" >&2; exit 2 ;; esac

case=$tests/fixtures/ruff/cases/full-present-14.txt
generator=$tests/bench/ruff_output.sh

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
"$generator" "$bytes" <"$case" >"$folder/long"
head -c 51200 "$folder/long" >"$folder/short"
cat "$tests"/fixtures/*/cases/*.txt >"$folder/all"
: >"$folder/mixed"
while [ "$(wc -c <"$folder/mixed")" -lt $((bytes / 10)) ]; do cat "$folder/all" >>"$folder/mixed"; done

# Only what python3-minimal holds. Output goes to a file: grep stops at its first match where that is /dev/null.
python3 - "$errsum" "$folder" <<'END'
import os, sys, time

errsum, folder = sys.argv[1:]
long, short, mixed, sink = (os.path.join(folder, name) for name in ('long', 'short', 'mixed', 'sink'))
environment = {'LC_ALL': 'C', 'PATH': os.environ['PATH']}
grep, pattern = '/bin/grep', '^[A-Z]+[0-9]+'


def start(command, source):
    return os.posix_spawn(command[0], command, environment, file_actions=[
        (os.POSIX_SPAWN_OPEN, 0, source, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, sink, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)])


def seconds(command, source='/dev/null'):
    """User and system seconds, and wall seconds, of a command and the children it waits for."""
    begun = time.perf_counter()
    _, status, used = os.wait4(start(command, source), 0)
    wall = time.perf_counter() - begun
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f'{command}: status {os.waitstatus_to_exitcode(status)}')
    return used.ru_utime + used.ru_stime, wall


def peak_kib(command):
    """VmHWM, read while the command runs: ru_maxrss would count this interpreter too."""
    child, peak = start(command, '/dev/null'), 0
    while os.waitpid(child, os.WNOHANG)[0] == 0:
        with open(f'/proc/{child}/status') as status:
            for line in status:
                if line.startswith('VmHWM:') and f'/{os.path.basename(command[0])}' in executable(child):
                    peak = max(peak, int(line.split()[1]))
        time.sleep(0.002)
    return peak


def executable(process):
    try:
        return os.readlink(f'/proc/{process}/exe')
    except OSError:
        return ''


def median(numbers):
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def medians(runs, *jobs):
    """The jobs by turns; for each the medians of CPU and of wall seconds."""
    taken = [[seconds(*job) for job in jobs] for _ in range(runs)]
    return [[median([run[job][clock] for run in taken]) for clock in (0, 1)] for job in range(len(jobs))]


def row(*cells):
    print('{:38} {:>11} {:>11} {:>7} {:>6}'.format(*cells), flush=True)


def compare(what, figure, peer, ratio, bar, unit=1):
    row(what, *(f'{value * unit:.3f}' for value in (figure, peer)), f'{ratio:.2f}', bar)


clocks = 'CPU', 'wall'
row('what', 'figure', 'peer', 'ratio', 'bar')
own, peer = medians(5, ([errsum, '-q', long],), ([grep, '-cE', pattern + ' ', long],))
size = f'{os.path.getsize(long) / 1e6:.0f} MB'
for clock in (0, 1):
    compare(f'{size}, grep -cE, {clocks[clock]} s', own[clock], peer[clock], own[clock] / peer[clock], '<= 2')
(slow,) = medians(2, (['/bin/sh', '-c', f'{grep} -oE "$1" "$2" | sort | uniq -c', 'sh', pattern, long],))
for clock in (0, 1):
    compare(f'{size}, grep|sort|uniq, {clocks[clock]} s', own[clock], slow[clock], slow[clock] / own[clock], '>= 3')
row(f'{size}, peak RSS, MiB', f'{peak_kib([errsum, "-q", long]) / 1024:.1f}', '', '', '<= 32')
megabytes = os.path.getsize(mixed) / 1e6
all_formats, one_format = medians(3, ([errsum, '-q', mixed],), ([errsum, '-q', '--tool', 'black', mixed],))
row(f'{megabytes:.0f} MB of all tools, MB/s', f'{megabytes / all_formats[0]:.0f}', '', '', '>= 250')
row(f'{megabytes:.0f} MB of all tools, peak RSS, MiB', f'{peak_kib([errsum, "-q", mixed]) / 1024:.1f}', '', '', '<= 48')
compare('the same, all formats and one, CPU s', all_formats[0], one_format[0], all_formats[0] / one_format[0], '')
true, version, small = medians(200, (['/bin/true'],), ([errsum, '--version'],), ([errsum, '-q'], short))
for clock in (0, 1):
    compare(f'--version, /bin/true, {clocks[clock]} ms', version[clock], true[clock], version[clock] / true[clock], '<= 3', 1000)
    compare(f'50 KB, /bin/true, {clocks[clock]} ms', small[clock], true[clock], small[clock] / true[clock], '<= 5', 1000)
END
