#!/usr/bin/env python3
"""soak.py BIN DIRECTORY [--hours H] [--speed S] [--memory-scale M]: the synthetic autopilot for a long time, the metrics of success as
assertions, and the tools' own memory, descriptors and files, which have to stay flat. Ends with 1 where one does not hold."""
import statistics
import sys

import session
from metrics import COUNT, MEAN, MEGABYTES, Bound, bounds, written_a_day

FEWEST_LOOKS = 12  # for a middle third and a last one to compare


def introduce(options):
    print(f'A synthetic autopilot, {options.hours:g} hours in {options.seconds:.0f} seconds, the legacy way and with the tools.',
          flush=True)


def assertions(legacy, bounded):
    return [
        *bounds(legacy, bounded),
        Bound('logs the legacy way, a day', MEGABYTES, written_a_day(legacy), '>', 500e6),
        Bound('maintenance that failed', COUNT, len(bounded.cron_failures), '=', 0),
        Bound('tools that live as long as the job', COUNT, len(residents(bounded)), '>', 0),
        *flatness(bounded),
    ]


def flatness(run):
    """What the tools that live as long as the job take in the last third is what they took in the second."""
    third = len(run.looks) // 3
    middle, last = run.looks[third:2 * third], run.looks[2 * third:]
    found = []
    for tool, pid in sorted(residents(run)):
        # memwatch has one open for each process that it watches, and these come and go.
        for name, unit, at, of_all, slack in (('memory', MEGABYTES, 2, max, 4e6), ('descriptors', MEAN, 3, statistics.median, 2)):
            before, after = (of_all(values_of(part, pid, at)) for part in (middle, last))
            found.append(Bound(f'{tool} {pid}: {name}', unit, after, '<=', before * 1.05 + slack))
    files = [max(look.state_files for look in part) for part in (middle, last)]
    found.append(Bound('files of the tools', COUNT, files[1], '<=', files[0] + 3))
    return found


def residents(run):
    """Tools that were there in nine of ten looks of the last two thirds."""
    counts = {}
    looks = run.looks[len(run.looks) // 3:]
    for look in looks:
        for name, pid, _, _ in look.tools:
            counts[name, pid] = counts.get((name, pid), 0) + 1
    return [key for key, number in counts.items() if number >= 0.9 * len(looks)]


def values_of(looks, pid, at):
    return [tool[at] for look in looks for tool in look.tools if tool[1] == pid] or [0]


def report(legacy, bounded):
    if len(bounded.looks) < FEWEST_LOOKS:
        raise session.Refused(f'{len(bounded.looks)} looks were taken, of {FEWEST_LOOKS} at least: it takes more --hours, '
                              'or a lower --speed')
    found = assertions(legacy, bounded)
    for bound in found:
        print(f'{"ok    " if bound.holds() else "BROKEN"}  {bound.name}: {bound.unit.show(bound.value)} {bound.wanted()}')
    wrong = sum(not bound.holds() for bound in found)
    print(f'soak: {len(found)} assertions, {wrong} broken')
    return session.BROKEN if wrong else 0


def main():
    options = session.arguments('./run soak', 'Asserts what the tools promise of a synthetic autopilot that runs for days.',
                                hours=48, speed=864, fewest_seconds=10)
    return session.run(options, introduce, report)


if __name__ == '__main__':
    sys.exit(main())
