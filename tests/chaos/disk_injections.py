"""What goes wrong with files: no room, a limit, somebody who holds the database, damage."""
import contextlib
import errno
import random
import sqlite3
import time


def fill(whole, station, step):
    """The station has a file system to itself, which is filled to the last byte and then freed."""
    ballast = station.directory / 'ballast'
    with whole.fault('full disk', station):
        try:
            with ballast.open('wb', buffering=0) as file:
                fill_to_the_end(file, step.seconds)
        finally:
            ballast.unlink(missing_ok=True)
    return f'for {step.seconds} s'


def fill_to_the_end(file, seconds):
    """Also what others free meanwhile."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for size in (1 << 20, 4096):
            try:
                while file.write(b'\0' * size):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
        time.sleep(0.02)


def limit_files(whole, station, step):
    """What is started meanwhile may write files of so many bytes only: SIGXFSZ, or EFBIG where that is ignored."""
    size = (20_000, 100_000, 1_000_000)[step.variant % 3]
    with whole.fault('file limit', station, passes=False), station.started_by('prlimit', f'--fsize={size}', '--'):
        station.check_next()
    return f'{size} bytes'


def lock_database(whole, station, step):
    with whole.fault('locked', station), contextlib.suppress(sqlite3.OperationalError, TypeError):
        station.hold(step.seconds)
    return f'for {step.seconds} s'


def damage(whole, station, step):
    with whole.fault('damage', station):
        try:
            done = station.damage(random.Random(step.variant))
        except (FileNotFoundError, NotADirectoryError):
            done = None  # the round was over in between
    return done or 'nothing is there to damage'


