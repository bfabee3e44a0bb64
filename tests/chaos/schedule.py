"""What is done when to whom, as a pure function of the seed."""
import random
from dataclasses import dataclass

from injections import INJECTIONS


@dataclass(frozen=True)
class Step:
    number: int
    injection: object
    station: str
    pause: float      # seconds before it
    choice: float     # from 0 to 1: which process, how much
    seconds: float    # how long it lasts, where it does
    variant: int      # which of several ways

    def __str__(self):
        return (f'{self.number} {self.injection.name} on {self.station}: after {self.pause} s, choice {self.choice}, '
                f'{self.seconds} s, variant {self.variant}')


def schedule(seed):
    """Endless. Each injection comes as often as its weight says before all begin anew, in another order."""
    chance = random.Random(f'schedule {seed}')
    number = 0
    while True:
        bag = [(injection, station) for injection in INJECTIONS
               for station in stations_of(injection, chance)]
        chance.shuffle(bag)
        for injection, station in bag:
            number += 1
            yield Step(number, injection, station, round(chance.uniform(0.02, 0.6), 3), round(chance.random(), 3),
                       round(chance.uniform(*injection.seconds), 3), chance.randrange(1 << 30))


def stations_of(injection, chance):
    """As many as the weight says, each once before one comes again."""
    stations = []
    while len(stations) < injection.weight:
        stations += chance.sample(injection.stations, len(injection.stations))
    return stations[:injection.weight]
