"""What is measured of a simulation that is over, how it is shown, and what it shall be with the tools: the tour shows it, and the
soak asserts it."""
import operator
from collections.abc import Callable
from dataclasses import dataclass

from orchestrator import AGENTS
from simulation import DAY

RELATIONS = {'=': operator.eq, '<': operator.lt, '<=': operator.le, '>': operator.gt, '>=': operator.ge}


@dataclass(frozen=True)
class Unit:
    size: float
    digits: int
    name: str

    def show(self, value):
        return f'{value / self.size:.{self.digits}f}{self.name}'

    def show_limit(self, value):
        text = f'{value / self.size:.{self.digits}f}'
        return text.removesuffix('.0') + self.name


MEGABYTES = Unit(1e6, 1, ' MB')
KILOBYTES = Unit(1e3, 1, ' kB')
SECONDS = Unit(1, 1, ' s')
COUNT = Unit(1, 0, '')
MEAN = Unit(1, 1, '')


@dataclass(frozen=True)
class Bound:
    """What a value shall be, and whether it is."""
    name: str
    unit: Unit
    value: float
    relation: str
    limit: float

    def holds(self):
        return RELATIONS[self.relation](self.value, self.limit)

    def wanted(self):
        return f'{self.relation} {self.unit.show_limit(self.limit)}'


@dataclass(frozen=True)
class Metric:
    """The limit, where there is one, is for the way with the tools, and follows from the legacy way."""
    name: str
    unit: Unit
    measure: Callable
    relation: str = ''
    limit: Callable | None = None

    def bound(self, legacy, bounded):
        return Bound(self.name, self.unit, self.measure(bounded), self.relation, self.limit(legacy)) if self.limit else None


def written_a_day(run):
    return run.written_log() / run.hours * DAY


def kept_a_day(run):
    return run.left.log / run.hours * DAY


METRICS = (
    Metric('logs written, a day', MEGABYTES, written_a_day, '<', lambda legacy: 50e6),
    Metric('logs on disk, a day', MEGABYTES, kept_a_day, '<', lambda legacy: 50e6),
    Metric('longest entry', KILOBYTES, lambda run: run.longest_entry()),
    Metric('memory of the job, at most', MEGABYTES, lambda run: run.most('memory') * run.memory_scale, '<=', lambda legacy: 1500e6),
    Metric('processes of the job, on average', MEAN, lambda run: run.mean('processes'), '<=', lambda legacy: 10),
    Metric('processes of the job, at most', COUNT, lambda run: run.most('processes'), '<=', lambda legacy: 20),
    Metric('processes left behind', COUNT, lambda run: run.left.processes + run.left.tools_processes, '=', lambda legacy: 0),
    Metric('temporary files left behind', COUNT, lambda run: run.left.temporary_files, '=', lambda legacy: 0),
    Metric('database, at most', MEGABYTES, lambda run: run.most('database'), '<=', lambda legacy: 10e6),
    Metric('crashes', COUNT, lambda run: run.left.crashes, '=', lambda legacy: 0),
    # Those at hand when the time is over are nobody's loss.
    Metric('tasks done', COUNT, lambda run: run.left.completed, '>=', lambda legacy: max(0, legacy.left.completed - AGENTS)),
    Metric('memory of the tools, at most', MEGABYTES, lambda run: run.most('tools_memory')),
    Metric('processes of the tools, at most', COUNT, lambda run: run.most('tools_processes')),
    Metric('processor time', SECONDS, lambda run: run.processor_time),
)


def bounds(legacy, bounded):
    return [bound for metric in METRICS if (bound := metric.bound(legacy, bounded))]
