"""What all of a run share: the directory, the timeline, which faults were there when, and what broke first."""
import contextlib
import threading
import time
from dataclasses import dataclass
from pathlib import Path


class Broken(Exception):
    """A promise was not kept."""


@dataclass
class Fault:
    kind: str
    station: str | None  # None for all of them
    began: float
    ended: float | None = None
    passes: bool = True  # by itself, soon: a station may wait for that before it ends what it does

    def touches(self, station, since, until):
        return (self.station in (None, station) and self.began <= until
                and (self.ended is None or self.ended >= since))


class Whole:
    def __init__(self, directory, source, binaries, seed):
        self.directory, self.source, self.binaries, self.seed = Path(directory), Path(source), Path(binaries), seed
        self.outputs = self.directory / 'outputs'  # where no disk is filled
        self.outputs.mkdir(parents=True, exist_ok=True)
        self.began = time.monotonic()
        self.changed = threading.Condition()
        self.broken = None
        self._faults = []
        self.timeline = (self.directory / 'timeline').open('a', encoding='utf-8', buffering=1)
        self.lines = []

    def note(self, text):
        line = f'{time.monotonic() - self.began:8.3f} {text}'
        with self.changed:
            self.lines.append(line)
            self.timeline.write(line + '\n')

    def broke(self, where, what):
        """The first to break is what is told: others may follow from it."""
        with self.changed:
            if self.broken is None:
                self.broken = f'{where}: {what}'
            self.changed.notify_all()
        self.note(f'BROKEN {where}: {what}')

    def raise_if_broken(self):
        if self.broken:
            raise Broken(self.broken)

    @contextlib.contextmanager
    def fault(self, kind, station=None, passes=True):
        fault = Fault(kind, station and station.name, time.monotonic(), passes=passes)
        with self.changed:
            self._faults.append(fault)
        try:
            yield
        finally:
            with self.changed:
                fault.ended = time.monotonic()
                self.changed.notify_all()

    def happened(self, kind, station):
        """A fault of one moment."""
        with self.fault(kind, station):
            pass

    def faults(self, station, since, of_tools=True):
        """The kinds of those since then; what newly started tools are started by is no fault of one that was not."""
        now = time.monotonic()
        with self.changed:
            return {fault.kind for fault in self._faults
                    if fault.touches(station.name, since, now) and (of_tools or fault.passes)}

    def times(self, kind, station, since):
        """How often such a fault began, and how many seconds such faults lasted."""
        now = time.monotonic()
        with self.changed:
            found = [fault for fault in self._faults if fault.kind == kind and fault.touches(station.name, since, now)]
        return len(found), sum((fault.ended or now) - max(fault.began, since) for fault in found)

    def wait_until_calm(self, station, seconds=60):
        def calm():
            return self.broken or not any(fault.passes and fault.ended is None and fault.station in (None, station.name)
                                          for fault in self._faults)
        with self.changed:
            if not self.changed.wait_for(calm, seconds):
                raise Broken(f'a fault of {station.name} did not pass in {seconds} s')
