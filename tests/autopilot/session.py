"""What ./run main and ./run soak have in common: their options, one run at a time in a directory, and an end in one line."""
import argparse
import contextlib
import fcntl
import math
import os
import shutil
import signal
import sys

import marked
from progress import Progress
from simulation import TOOLS, AutopilotEnded, Simulation, run_side_by_side

BROKEN, UNUSABLE, TRY_LATER = 1, 2, 75
OF_SIGNAL = 128


class Refused(Exception):
    def __init__(self, message, status=UNUSABLE):
        super().__init__(message)
        self.status = status


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(UNUSABLE, f'{self.prog}: {message}\n')


def number(least, most):
    def parse(text):
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"'{text}' is not a number from {least:g} to {most:g}")
        return value
    return parse


def arguments(program, description, hours, speed, fewest_seconds):
    parser = Parser(prog=program, description=description, usage='%(prog)s [--hours H] [--speed S] [--memory-scale M]')
    parser.add_argument('bin', help=argparse.SUPPRESS)
    parser.add_argument('directory', help=argparse.SUPPRESS)
    parser.add_argument('--hours', metavar='H', type=number(0.1, 10000), default=hours, help='of simulated time, %(default)s by default')
    parser.add_argument('--speed', metavar='S', type=number(1, 86400), default=speed,
                        help='simulated seconds in a second, %(default)s by default')
    parser.add_argument('--memory-scale', metavar='M', type=number(1, 20), default=10,
                        help='all sizes of memory are divided by it, %(default)s by default')
    parser.add_argument('--check-options', action='store_true', help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.program = program
    options.bin = os.path.abspath(options.bin)
    options.directory = os.path.abspath(options.directory)
    options.seconds = options.hours * 3600 / options.speed
    if options.seconds < fewest_seconds:
        parser.error(f'{options.hours:g} hours at a speed of {options.speed:g} take {options.seconds:.1f} seconds: '
                     f'{fewest_seconds} are needed')
    if options.check_options:
        parser.exit()
    return options


@contextlib.contextmanager
def only_one(directory):
    os.makedirs(os.path.dirname(directory), exist_ok=True)
    with open(f'{directory}.lock', 'ab') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f'another one runs in {directory}', TRY_LATER) from None
        yield


def require_tools(folder):
    for tool in TOOLS:
        if not os.access(f'{folder}/{tool}', os.X_OK):
            raise Refused(f'{folder}: {tool} is not there')


def run_both(options, introduce, report):
    """The status is what report(legacy, bounded) returns."""
    require_tools(options.bin)
    with only_one(options.directory):
        simulations = [Simulation(way, f'{options.directory}/{way}', options.bin, options.speed, options.memory_scale)
                       for way in ('legacy', 'bounded')]
        with marked.ended_with_block([simulation.mark for simulation in simulations]):
            for simulation in simulations:
                marked.end(simulation.mark)  # of a run that was killed
            if os.path.lexists(options.directory):
                shutil.rmtree(options.directory)
            introduce(options)
            progress = Progress(options.hours, options.memory_scale)
            try:
                run_side_by_side(simulations, options.hours, progress)
            finally:
                progress.end()
            status = report(*simulations)
            sys.stdout.flush()
            return status


def run(options, introduce, report):
    """Whatever ends it, it says so in a line at most."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, 'w', encoding='utf-8')
    if sys.stdout is None:
        return leave(options, 'standard output is closed', UNUSABLE)
    try:
        return run_both(options, introduce, report)
    except BrokenPipeError:
        return leave(options, None, OF_SIGNAL + signal.SIGPIPE)
    except marked.EndedBySignal as ended:
        return leave(options, f'ended by {signal.Signals(ended.number).name}, and so is all that it has started',
                     OF_SIGNAL + ended.number)
    except Refused as refused:
        return leave(options, refused, refused.status)
    except (AutopilotEnded, marked.StillThere) as broken:
        return leave(options, broken, BROKEN)
    except OSError as error:
        return leave(options, f'{error.filename or "output"}: {error.strerror or error}', UNUSABLE)


def leave(options, message, status):
    """What is still to be written is dropped: its reader may be gone."""
    with contextlib.suppress(OSError):
        if message is not None:
            print(f'{options.program}: {message}', file=sys.stderr, flush=True)
    null = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(null, descriptor)
    return status
