#!/usr/bin/env python3
"""soak.py BIN DIRECTORY [--hours H] [--speed S] [--memory-scale M]: the synthetic autopilot for a long time, the metrics of success as
assertions, and the tools' own memory, descriptors and files, which have to stay flat. Ends with 1 where one does not hold."""
import argparse
import os
import shutil
import sys

from simulation import DAY, Simulation, run_side_by_side

MEGABYTE = 1e6


def assertions(legacy, bounded):
    """(what, measured, most or least, limit); the limits are those that the tools were made for."""
    log = bounded.left.log / bounded.hours * DAY
    return [
        ('logs a day with the tools, MB', log / MEGABYTE, '<', 50),
        ('logs a day the legacy way, MB', legacy.left.log / legacy.hours * DAY / MEGABYTE, '>', 500),
        ('memory of the job, MB', bounded.most('memory') * bounded.memory_scale / MEGABYTE, '<=', 1500),
        ('processes of the job, on average', bounded.mean('processes'), '<=', 10),
        ('processes of the job, at most', bounded.most('processes'), '<=', 20),
        ('processes left behind', bounded.left.processes + bounded.left.tools_processes, '<=', 0),
        ('database, MB', bounded.most('database') / MEGABYTE, '<=', 10),
        ('temporary files left behind', bounded.left.temporary_files, '<=', 0),
        ('crashes', bounded.left.crashes, '<=', 0),
        ('maintenance that failed', len(bounded.cron_failures), '<=', 0),
        # Those at hand when the time was over are nobody's loss.
        ('tasks done', bounded.left.completed, '>=', legacy.left.completed - 3),
        *flatness(bounded),
    ]


def flatness(run):
    """What the tools that live as long as the job take in the last third is what they took in the second."""
    third = len(run.looks) // 3
    middle, last = run.looks[third:2 * third], run.looks[2 * third:]
    found = []
    for tool, pid in sorted(residents(run)):
        for name, at, slack in (('memory, MB', 2, 4.0), ('descriptors', 3, 2)):
            before = most_of(middle, pid, at)
            after = most_of(last, pid, at)
            unit = MEGABYTE if at == 2 else 1
            found.append((f'{tool} {pid}: {name}', after / unit, '<=', before / unit * 1.05 + slack))
    files = [max(look.state_files for look in part) for part in (middle, last)]
    found.append(('files of the tools', files[1], '<=', files[0] + 3))
    return found


def residents(run):
    """Tools that were there in nine of ten looks of the last two thirds."""
    counts = {}
    looks = run.looks[len(run.looks) // 3:]
    for look in looks:
        for name, pid, _, _ in look.tools:
            counts[name, pid] = counts.get((name, pid), 0) + 1
    return [key for key, number in counts.items() if number >= 0.9 * len(looks)]


def most_of(looks, pid, at):
    return max((tool[at] for look in looks for tool in look.tools if tool[1] == pid), default=0)


HOLDS = {'<': lambda a, b: a < b, '<=': lambda a, b: a <= b, '>': lambda a, b: a > b, '>=': lambda a, b: a >= b}


def report(found):
    wrong = 0
    for what, measured, relation, limit in found:
        holds = HOLDS[relation](measured, limit)
        wrong += not holds
        print(f'{"ok    " if holds else "BROKEN"}  {what}: {measured:.1f} {relation} {limit:.1f}')
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('bin')
    parser.add_argument('directory')
    parser.add_argument('--hours', type=float, default=48)
    parser.add_argument('--speed', type=float, default=864)
    parser.add_argument('--memory-scale', type=float, default=10)
    options = parser.parse_args()
    directory = os.path.abspath(options.directory)
    shutil.rmtree(directory, ignore_errors=True)
    print(f'{options.hours:g} hours in {options.hours * 3600 / options.speed:.0f} seconds', flush=True)
    runs = [Simulation(way, f'{directory}/{way}', os.path.abspath(options.bin), options.speed, options.memory_scale)
            for way in ('legacy', 'bounded')]
    run_side_by_side(runs, options.hours, lambda looks: None)
    legacy, bounded = runs
    found = assertions(legacy, bounded)
    if not residents(bounded):
        found.append(('tools that live as long as the job', 0, '>', 0))
    wrong = report(found)
    print(f'soak: {len(found)} assertions, {wrong} broken')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
