#!/usr/bin/env python3
"""tour.py BIN DIRECTORY [--hours H] [--speed S] [--memory-scale M]: the synthetic autopilot the legacy way and with the tools,
side by side, and what each took. Writes a page that shows the health of the second. What the directory
has is removed."""
import argparse
import os
import shutil
import sys

from simulation import DAY, Simulation, run_side_by_side

WAYS = (('legacy', 'the legacy way'), ('bounded', 'with the tools'))


def megabytes(value):
    return f'{value / 1e6:.1f} MB'


def count(value):
    return f'{value:.0f}'


# What is measured, how it is shown, how it follows from a simulation, and what it shall be with the tools.
METRICS = (
    ('logs on disk, a day', megabytes, lambda run: run.left.log / run.hours * DAY, '50 MB'),
    ('longest entry', lambda value: f'{value / 1e3:.1f} kB', lambda run: run.longest_entry(), ''),
    ('memory of the job, at most', megabytes, lambda run: run.most('memory') * run.memory_scale, '1500 MB'),
    ('processes of the job, on average', count, lambda run: run.mean('processes'), '10'),
    ('processes of the job, at most', count, lambda run: run.most('processes'), '20'),
    ('processes left behind', count, lambda run: run.left.processes, '0'),
    ('temporary files left behind', count, lambda run: run.left.temporary_files, '0'),
    ('database, at most', megabytes, lambda run: run.most('database'), '10 MB'),
    ('crashes', count, lambda run: run.left.crashes, '0'),
    ('tasks an hour', lambda value: f'{value:.1f}', lambda run: run.left.completed / run.hours, 'no fewer'),
    ('memory of the tools, at most', megabytes, lambda run: run.most('tools_memory'), ''),
    ('processes of the tools, at most', count, lambda run: run.most('tools_processes'), ''),
    ('processor time', lambda value: f'{value:.1f} s', lambda run: run.processor_time, ''),
)


class ProgressLine:
    """One line that is written over, on a terminal; elsewhere nothing."""

    def __init__(self, hours):
        self.hours = hours
        self.is_shown = sys.stderr.isatty()

    def __call__(self, looks):
        if not self.is_shown:
            return
        parts = [f'{title}: {look.completed} tasks, log {megabytes(look.log)}, memory {megabytes(look.memory)}, '
                 f'{look.processes} processes' for look, (_, title) in zip(looks, WAYS)]
        line = f'hour {looks[0].hours:.1f} of {self.hours:g}; ' + '; '.join(parts)
        sys.stderr.write('\r' + line[:os.get_terminal_size(2).columns - 1] + '\033[K')

    def end(self):
        if self.is_shown:
            sys.stderr.write('\r\033[K')


def table(runs):
    rows = [('', *(title for _, title in WAYS), 'shall be')]
    rows += [(name, *(show(measure(run)) for run in runs), bound) for name, show, measure, bound in METRICS]
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    lines = (f'{row[0]:<{widths[0]}}' + ''.join(f'  {cell:>{width}}' for cell, width in zip(row[1:], widths[1:])) for row in rows)
    return ''.join(line.rstrip() + '\n' for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('bin')
    parser.add_argument('directory')
    parser.add_argument('--hours', type=float, default=12, help='of simulated time')
    parser.add_argument('--speed', type=float, default=720, help='simulated seconds in a second')
    parser.add_argument('--memory-scale', type=float, default=10, help='all sizes of memory are divided by it')
    options = parser.parse_args()
    directory = os.path.abspath(options.directory)
    shutil.rmtree(directory, ignore_errors=True)
    seconds = options.hours * 3600 / options.speed
    print(f'A synthetic autopilot, {options.hours:g} hours in {seconds:.0f} seconds, the legacy way and with the tools side by '
          f'side.\nIts memory is 1:{options.memory_scale:g}, and shown as it would be.', flush=True)
    runs = [Simulation(way, f'{directory}/{way}', os.path.abspath(options.bin), options.speed, options.memory_scale)
            for way, _ in WAYS]
    progress = ProgressLine(options.hours)
    run_side_by_side(runs, options.hours, progress)
    progress.end()
    print('\n' + table(runs))
    print(f'The health of the second: {directory}/bounded/dashboard.html')
    return 0


if __name__ == '__main__':
    sys.exit(main())
