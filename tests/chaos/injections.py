"""What is done to the whole: a table. An injection takes (whole, station, step), does its work, takes it back where it
can be taken back, and says what it did."""
from dataclasses import dataclass

import call_injections as calls
import disk_injections as disks
import machine_injections as machine
import process_injections as process

ALL = ('log', 'database', 'scope', 'memory', 'gate', 'summary', 'autopilot')


@dataclass(frozen=True)
class Injection:
    name: str
    act: object
    weight: int = len(ALL)    # how often before all begin anew
    stations: tuple = ALL
    needs: tuple = ()         # of needs.NEEDS
    seconds: tuple = (0, 0)   # how long it lasts, from and to


INJECTIONS = [
    Injection('kill -9', process.kill, 2 * len(ALL)),
    Injection('kill -9 of both keepers', process.kill_keepers, 2, ('scope', 'autopilot')),
    Injection('SIGTERM', process.terminate),
    Injection('SIGSTOP', process.stop, seconds=(0.1, 1.5)),
    Injection('full disk', disks.fill, needs=('mount',), seconds=(0.3, 1.5)),
    Injection('file size limit', disks.limit_files, 3, needs=('prlimit',)),
    Injection('slow disk', calls.slow_disk, 5, ('log', 'database', 'memory', 'gate', 'autopilot'), ('strace',), (0.5, 1.5)),
    Injection('EIO', calls.fail_with('EIO'), needs=('strace',)),
    Injection('ENOSPC', calls.fail_with('ENOSPC'), needs=('strace',)),
    Injection('EINTR', calls.interrupt, needs=('strace',)),
    Injection('EAGAIN', calls.try_again, needs=('strace',)),
    Injection('locked database', disks.lock_database, 2, ('database',), seconds=(0.1, 2.5)),
    Injection('damaged file', disks.damage, 2 * len(ALL)),
    Injection('clock jump', machine.jump_clock, needs=('clock',)),
    Injection('memory pressure', machine.press_memory, 1, ('memory',), seconds=(0.5, 2)),
    Injection('flood', machine.flood, 2, ('log', 'summary')),
    Injection('no /proc', machine.hide_processes, needs=('mount',)),
]
