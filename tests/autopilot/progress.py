"""How far a run is: on a terminal one line that is written over, elsewhere a line each quarter of the time."""
import contextlib
import os
import select
import sys

QUARTERS = 4


def short_size(value):
    """In six columns at most."""
    for unit in ('B', 'kB', 'MB', 'GB'):
        if value < 999.5 or unit == 'GB':
            return f'{value:.1f} {unit}' if value < 9.95 and unit != 'B' else f'{value:.0f} {unit}'
        value /= 1000


class Progress:
    def __init__(self, hours, memory_scale):
        self.hours = hours
        self.memory_scale = memory_scale
        self.quarter = 0
        self.is_terminal = sys.stderr.isatty()
        self.output = select.poll()
        self.output.register(sys.stdout.fileno(), 0)

    def __call__(self, looks):
        if any(events & select.POLLERR for _, events in self.output.poll(0)):
            raise BrokenPipeError
        line = self.line(*looks)
        if self.is_terminal:
            self.write('\r' + line[:(os.get_terminal_size(2).columns or 80) - 1] + '\033[K')
        elif (quarter := int(looks[0].hours / self.hours * QUARTERS)) > self.quarter:
            self.quarter = quarter
            self.write(line + '\n')

    def write(self, text):
        """That nobody reads it ends nothing."""
        with contextlib.suppress(OSError):
            print(text, end='', file=sys.stderr, flush=True)

    def line(self, legacy, bounded):
        """Of two days it fits into 80 columns."""
        return f'hour {legacy.hours:.1f} of {self.hours:.4g}: legacy {self.takes(legacy)}; tools {self.takes(bounded)}'

    def takes(self, look):
        return f'log {short_size(look.log)}, RAM {short_size(look.memory * self.memory_scale)}'

    def end(self):
        if self.is_terminal:
            self.write('\r\033[K')
