#!/usr/bin/env python3
"""chaos.py [--seed N] [--minutes M]: all tools at work at the same time, while one thing after another goes wrong.

Stations (a tool under load, and what its man page promises) work in a fresh directory; an injector takes one step after
another, drawn from the seed; after each the station that was hit must end its round as promised. The first promise that
is not kept ends the run with status 1, the timeline, and the command that repeats it."""
import argparse
import collections
import contextlib
import itertools
import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import isolation
import needs
from autopilot_station import AutopilotStation
from database_station import DatabaseStation
from gate_station import GateStation
from injections import INJECTIONS
from log_station import LogStation
from memory_station import MemoryStation
from schedule import schedule
from scope_station import ScopeStation
from summary_station import SummaryStation
from whole import Broken, Whole

STATIONS = (LogStation, DatabaseStation, ScopeStation, MemoryStation, GateStation, SummaryStation, AutopilotStation)
SHOWN = 80  # lines of the timeline


def minutes(text):
    value = float(text)
    if not 0 < value < float('inf'):
        raise argparse.ArgumentTypeError(f"'{text}' is not more than 0")
    return value


def arguments():
    parser = argparse.ArgumentParser(prog='chaos', description=__doc__.split('\n')[0])
    parser.add_argument('--seed', type=int, help='of the schedule; a random one by default')
    parser.add_argument('--minutes', type=minutes, default=2, help='how long, 2 by default')
    parser.add_argument('--list', type=int, metavar='N', help='print the first N steps of the schedule, and exit')
    names = [kind.name for kind in STATIONS] + [injection.name for injection in INJECTIONS]
    parser.add_argument('--only', metavar='NAME', action='append', choices=names, help='only this station, or this injection')
    parser.add_argument('--bin', default=os.environ.get('LONGHAUL_BIN'), help='where the tools are')
    parser.add_argument('--clock-jump', default=os.environ.get('CHAOS_CLOCK_JUMP'), help='the program that makes the clock jump')
    parser.add_argument('--inside', metavar='DIR', help=argparse.SUPPRESS)
    parser.add_argument('--check-options', action='store_true', help=argparse.SUPPRESS)
    return parser.parse_args()


def mount_disks(whole, stations, lacks):
    """Each station has a small file system to itself, so that a full one is nobody else's."""
    for station in stations if 'mount' not in lacks else []:
        subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={station.disk},mode=755', f'chaos-{station.name}', station.directory], check=True)


def inject(whole, station, step):
    """Does it, and returns when the station has recovered."""
    whole.note(f'{step}')
    done = step.injection.act(whole, station, step)
    whole.note(f'{step.number} done: {done}')
    station.check()
    return step.injection.name


def run_steps(whole, stations, options, lacks, counts):
    """One begins after another until the time is over. A station is hit again once it has recovered, and meanwhile
    others are. What is counted has been recovered from."""
    going_on = {}
    end = time.monotonic() + 60 * options.minutes
    with ThreadPoolExecutor(len(stations)) as injector:
        for step in itertools.takewhile(lambda _: time.monotonic() < end, schedule(options.seed)):
            if not is_possible(step, stations, options, lacks):
                continue
            if step.station in going_on:
                counts[going_on[step.station].result()] += 1
            time.sleep(step.pause)
            whole.raise_if_broken()
            going_on[step.station] = injector.submit(inject, whole, stations[step.station], step)
        counts.update(last.result() for last in going_on.values())


def is_possible(step, stations, options, lacks):
    is_meant = not options.only or bool({step.injection.name, step.station} & set(options.only))
    return is_meant and step.station in stations and not set(step.injection.needs) & lacks


def work(options):
    """The whole from its beginning to its end; the status."""
    whole = Whole(options.inside, Path(__file__).resolve().parents[2], Path(options.bin).resolve(), options.seed)
    whole.clock_jump = options.clock_jump and os.path.abspath(options.clock_jump)
    lacks = needs.missing(whole)
    unavailable = sorted(injection.name for injection in INJECTIONS if set(injection.needs) & lacks)
    for name in unavailable:
        print(f'chaos: not available here: {name}', flush=True)
    stations = {kind.name: kind(whole) for kind in STATIONS}
    if options.only and set(options.only) & set(stations):
        stations = {name: station for name, station in stations.items() if name in options.only}
    counts = collections.Counter()
    try:
        mount_disks(whole, stations.values(), lacks)
        for station in stations.values():
            station.start()
        run_steps(whole, stations, options, lacks, counts)
        for station in stations.values():
            station.check_next()
        end_all(whole, stations.values())
    except Broken as broken:
        whole.broke('chaos', broken)
    except Exception:
        whole.broke('chaos', traceback.format_exc())
    seconds = time.monotonic() - whole.began
    report(whole, stations, counts, seconds, unavailable, options)
    return 1 if whole.broken else 0


def end_all(whole, stations):
    for station in stations:
        station.stop()
    whole.raise_if_broken()
    for station in stations:
        left = station.processes()
        if left:
            raise Broken(f'{station.name}: left over at the end: {left}')


def report(whole, stations, counts, seconds, unavailable, options):
    if whole.broken:
        print(*whole.lines[-SHOWN:], sep='\n')
        keep(whole, stations.values())
        print(f'\nchaos: broken: {whole.broken}')
    print(f'\n{"injection":<28} {"count":>6}')
    for injection in INJECTIONS:
        print(f'{injection.name:<28} {"not available" if injection.name in unavailable else counts[injection.name]:>6}')
    print('rounds: ' + ', '.join(f'{station.name} {station.done}' for station in stations.values()))
    without = f'; not available: {", ".join(unavailable)}' if unavailable else ''
    print(f'chaos: seed {options.seed}: {sum(counts.values())} injections in {seconds:.0f} s, '
          f'{1 if whole.broken else 0} broken invariants{without}', flush=True)


def keep(whole, stations):
    """What is on the stations' file systems goes with them."""
    for station in stations:
        with contextlib.suppress(OSError, shutil.Error):
            shutil.copytree(station.directory, whole.directory / 'kept' / station.name, symlinks=True, dirs_exist_ok=True)


def start(options):
    options.seed = random.SystemRandom().randrange(1, 1_000_000) if options.seed is None else options.seed
    print(f'chaos: seed {options.seed}', flush=True)
    directory = Path(tempfile.mkdtemp(prefix='chaos-'))
    words = [sys.executable, __file__, '--inside', directory, '--seed', options.seed, '--minutes', options.minutes,
             '--bin', options.bin, *itertools.chain(*(('--only', name) for name in options.only or ())),
             *(('--clock-jump', options.clock_jump) if options.clock_jump else ())]
    broken = False
    try:
        broken = isolation.run_inside([str(word) for word in words], directory)
    finally:
        if broken:
            only = ''.join(f' --only {shlex.quote(name)}' for name in options.only or ())
            print(f'chaos: repeat it by: ./run chaos --seed {options.seed} --minutes {options.minutes:g}{only}\nchaos: kept: {directory}')
        else:
            shutil.rmtree(directory, ignore_errors=True)
    return 1 if broken else 0


def main():
    options = arguments()
    if options.list:
        print(*itertools.islice(schedule(options.seed), options.list), sep='\n')
        return 0
    if options.check_options:
        return 0
    if not options.bin:
        sys.exit('chaos: --bin: name the folder of the tools')
    if options.inside:
        return isolation.as_first_process(lambda: work(options))
    return start(options)


sys.exit(main())
