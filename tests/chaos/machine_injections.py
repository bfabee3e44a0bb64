"""What goes wrong with the machine: its clock, its memory, its /proc, and those who send too much."""
import subprocess
import sys
import time

DAY = 86400
JUMPS = (1, -1, 3600, -3600, DAY, -DAY, 400 * DAY, -400 * DAY)
LARGEST_HOG = 1_000_000_000
HOG = 'import sys, time; kept = bytearray(int(sys.argv[1])); kept[::4096] = b"x" * len(kept[::4096]); time.sleep(float(sys.argv[2]))'
# The mount is that of the tool alone.
WITHOUT_PROC = ('unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh')


def jump_clock(whole, station, step):
    """The wall clock of what is started meanwhile is right at first, and then jumps."""
    jump = JUMPS[step.variant % len(JUMPS)]
    offset = whole.outputs / f'offset-{station.name}'
    offset.write_text('0\n', encoding='utf-8')
    with whole.fault('clock', station, passes=False), station.started_by(whole.clock_jump, offset):
        station.check()
        time.sleep(0.3)
        offset.write_text(f'{jump}\n', encoding='utf-8')
        station.check_next()
    return f'{jump} s'


def press_memory(whole, station, step):
    """A part of what is free, never more than a quarter."""
    size = min(available_memory() // 4, LARGEST_HOG)
    with whole.fault('pressure'):
        subprocess.run([sys.executable, '-c', HOG, str(size), str(step.seconds)], check=True)
    return f'{size // 1_000_000} MB for {step.seconds} s'


def available_memory():
    with open('/proc/meminfo', encoding='ascii') as file:
        fields = dict(line.split(':') for line in file)
    return 1024 * int(fields['MemAvailable'].split()[0])


def flood(whole, station, step):
    with whole.fault('flood'):
        return station.flood(100 + step.variant % 200)


def hide_processes(whole, station, step):
    with whole.fault('no proc', station, passes=False), station.started_by(*WITHOUT_PROC):
        station.check_next()
    return 'an empty /proc'
