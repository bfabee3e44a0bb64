#!/usr/bin/env python3
"""tour.py BIN DIRECTORY [--hours H] [--speed S] [--memory-scale M]: the synthetic autopilot the legacy way and with the tools,
side by side, what each took, and whether it is within bounds with the tools; ends with 1 where it is not. Writes a page that shows
the health of the run with the tools. What the directory has is removed."""
import os
import sys

import session
from metrics import METRICS, bounds

TITLES = ('the legacy way', 'with the tools')


def introduce(options):
    print(f'A synthetic autopilot, {options.hours:g} hours in {options.seconds:.0f} seconds, '
          'the legacy way and with the tools side by side.')
    if options.memory_scale != 1:
        scale = f'{options.memory_scale:g}'
        print(f'The job allocates 1/{scale} of the memory that it would; the table shows {scale} times that.')
    sys.stdout.flush()


def row(metric, legacy, bounded):
    cells = [metric.name, *(metric.unit.show(metric.measure(run)) for run in (legacy, bounded))]
    bound = metric.bound(legacy, bounded)
    return [*cells, bound.wanted() if bound else '', '' if bound is None or bound.holds() else 'does not hold']


def table(legacy, bounded):
    rows = [['', *TITLES, 'shall be', ''], *(row(metric, legacy, bounded) for metric in METRICS)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = (f'{name:<{widths[0]}}' + ''.join(f'  {cell:>{width}}' for cell, width in zip(cells, widths[1:])) for name, *cells in rows)
    return ''.join(line.rstrip() + '\n' for line in lines)


def size_of_tree(directory):
    return sum(os.lstat(os.path.join(folder, name)).st_size for folder, _, names in os.walk(directory) for name in names)


def report(legacy, bounded):
    directory = os.path.dirname(bounded.directory)
    held = [bound.holds() for bound in bounds(legacy, bounded)]
    print('\n' + table(legacy, bounded))
    if bounded.processor_time > legacy.processor_time:
        print('Processor time is higher with the tools, which compress, hash and watch; at this speed that is paid '
              f'{bounded.speed:g} times as often as in life.')
    print(f'Open this page, the health of the run with the tools: {bounded.directory}/dashboard.html')
    print(f'The logs of both stay in {directory} ({size_of_tree(directory) / 1e6:.0f} MB).')
    print(f'{TITLES[1]}: {sum(held)} of {len(held)} bounds hold')
    return 0 if all(held) else session.BROKEN


def main():
    options = session.arguments('./run main', 'Shows a synthetic autopilot with the tools and without them, side by side.',
                                hours=8, speed=480, fewest_seconds=2)
    return session.run(options, introduce, report)


if __name__ == '__main__':
    sys.exit(main())
