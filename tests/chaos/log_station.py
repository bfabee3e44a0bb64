"""logrotd at the end of a pipe: producers write numbered entries, and whoever kills the reader finds another one on
the same pipe, as a supervising script would have it."""
import fcntl
import os
import signal
import sys
import termios
import threading
import time

import log_files
from log_variants import VARIANTS, Sent, entries_of, make_entries
from station import KILLED, Station
from whole import Broken

ENTRIES = 3000  # of a round
TROUBLE = {2}
UNDER = {
    'kill': KILLED,
    'full disk': TROUBLE | {1}, 'ENOSPC': TROUBLE | {1}, 'EIO': TROUBLE | {1}, 'file limit': TROUBLE | {1},
    # The dynamic loader of a tool that shares the C library reads, too, before there is a tool.
    'EAGAIN': TROUBLE, 'EINTR': TROUBLE,
    # Before it reads it ends as any program does; all is still in the pipe.
    'term': {-signal.SIGTERM},
}


def bytes_in(pipe):
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


class LogStation(Station):
    name = 'log'
    disk = '24m'

    def round(self, chance):
        variant = chance.choice(VARIANTS)
        self.log = self.place / 'log'
        sent = Sent(make_entries(variant, chance, self.whole.source, ENTRIES))
        reading, writing = os.pipe()
        producers = [threading.Thread(target=self._produce, args=(lines, os.dup(writing)), daemon=True) for lines in sent.lines]
        for producer in producers:
            producer.start()
        try:
            self._keep_reading(variant, sent, producers, reading, writing, asks_twice=chance.random() < 0.3)
        finally:
            os.close(reading)
            for producer in producers:
                producer.join(10)
        # What one that was killed left behind is finished or removed by the next one.
        cleared = time.monotonic()
        self.expect(self.run_untouched(self.tool('logrotd'), *variant.options, 'log'), {0}, {})
        self._verify(variant, sent, cleared)

    def _produce(self, lines, pipe):
        """Some dozen entries at a time, each by a write of its own, which a pipe does not mix with others."""
        try:
            for begin in range(0, len(lines), 60):
                for line in lines[begin:begin + 60]:
                    os.write(pipe, line)
                time.sleep(0.01)
        except BrokenPipeError:
            pass  # the round was given up
        finally:
            os.close(pipe)

    def _keep_reading(self, variant, sent, producers, reading, writing, asks_twice):
        is_open = True
        while True:
            self.require(sent.restarts < 200, 'logrotd does not stay')
            tool = self.start_tool(self.tool('logrotd'), *variant.options, 'log', stdin=reading)
            if asks_twice and sent.restarts == 0:
                self._second_is_refused(tool)
            hung = time.monotonic() + 90
            while tool.runs() and time.monotonic() < hung:
                if is_open and not any(producer.is_alive() for producer in producers):
                    self.whole.wait_until_calm(self)
                    os.close(writing)
                    is_open = False
                time.sleep(0.005)
            ended = self.expect(tool.wait(5), {0} | ({1} if '--on-full' in variant.options else set()), UNDER)
            # One that was ended while the producers wrote leaves what came later in the pipe, for the next one.
            is_ended = 'term' in ended.faults and bytes_in(reading) > 0
            if not is_open and ended.status in (0, 1) and not is_ended:
                return
            sent.restarts += 1
            sent.kills += ended.status in KILLED
            sent.given_up |= ended.status == 2
            self.require(ended.status != 0 or 'term' in ended.faults, 'ended before its input did')
            self._note_what_is_there(variant, sent)
            time.sleep(0.02)

    def _second_is_refused(self, first):
        """By the lock of the first one, which is there once the log is."""
        while first.runs() and not log_files.files_of(self.log):
            time.sleep(0.002)
        began = time.monotonic()
        second = self.run(self.tool('logrotd'), 'log')
        if first.runs() and not self.faults(began):
            self.expect(second, {2}, {})

    def _note_what_is_there(self, variant, sent):
        if variant.keeps_all:
            text = b''.join(text for _, text in log_files.parts_of(self.log))
            sent.seen |= {who for who, _ in entries_of(text, sent) if who is not None}

    def _verify(self, variant, sent, cleared):
        parts = log_files.parts_of(self.log)
        where = f'{variant.name}, {sent.kills} kills, {sent.restarts} restarts'
        try:
            text = b''.join(text for _, text in parts)
            variant.verify(text, sent, self.log, variant.options)
            if variant.keeps_all:
                gone = sent.seen - {who for who, _ in entries_of(text, sent)}
                self.require(not gone, f'{len(gone)} entries that had been in the log are gone, from {min(gone, default="")} on')
            left = log_files.unfinished(self.log)
            # What is planted later is for the one after that.
            self.require(not left or 'damage' in self.faults(cleared), f'left over: {left}')
            self._bounds(variant, parts)
        except Broken as broken:
            raise Broken(f'{where}: {broken}') from None

    def _bounds(self, variant, parts):
        options = dict(zip(variant.options[::2], variant.options[1::2]))
        if '--max-total' in options:
            total, most = sum(path.stat().st_size for path, _ in parts), 1000 * int(options['--max-total'].removesuffix('kB'))
            self.require(total <= most, f'{total} bytes are more than --max-total {most}')

    def damage(self, chance):
        """What one that was killed in the midst of an archive leaves, and what nobody left."""
        place = self.place
        names = [f'log.20260101T000000Z-{chance.randrange(1, 9999):04}.gz.tmp', 'log.lock', 'log.garbage']
        name = chance.choice(names)
        with (place / name).open('ab') as file:
            file.write(chance.randbytes(chance.randrange(1, 4000)))
        return f'{name} holds garbage'

    def flood(self, megabytes):
        """A producer that does not wait: memory and disk stay bounded."""
        block = b''.join(self._flood_block())
        reading, writing = os.pipe()
        log = self.whole.outputs / f'flood-{self.number}'
        tool = self.start_aside(self.tool('logrotd'), '--max-size', '4MB', '--max-total', '8MB', log, stdin=reading)
        os.close(reading)
        try:
            for _ in range(megabytes):
                os.write(writing, block)
        except BrokenPipeError:
            pass
        os.close(writing)
        self.expect(tool.wait(), {0}, UNDER)
        files = [path for path in log.parent.iterdir() if path.name.startswith(log.name)]
        total = sum(path.stat().st_size for path in files)
        last = log.read_bytes().rstrip(b'\n').rpartition(b'\n')[2] if log.exists() else b''
        for path in files:
            path.unlink()
        self.require(total <= 8_000_000, f'{total} bytes after a flood of {megabytes} MB')
        return f'{megabytes} MB are {total} bytes, the last of them {last[:40]!r}'

    @staticmethod
    def _flood_block():
        size, number = 0, 0
        while size < 1_000_000:
            line = b'{"level":"info","n":%d,"msg":"flood of %d"}\n' % (number, number * 7919 % 1000)
            number += 1
            size += len(line)
            yield line
