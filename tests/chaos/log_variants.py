"""The ways in which the log is written: what the producers send, and what may come of it."""
import collections
import json
import random
import re
from dataclasses import dataclass, field

from whole import Broken

IN_MEMORY = 256 << 10  # what a process that is killed may lose, at most
RING = 40
AGAIN = re.compile(r'again \d+')


@dataclass
class Sent:
    """What the producers gave to the pipe, and what happened to those who read it."""
    lines: list  # of each producer, its entries in order
    kills: int = 0
    restarts: int = 0
    given_up: bool = False  # a logrotd said that entries were lost, with status 2
    seen: set = field(default_factory=set)  # entries that were in the log when nobody wrote it

    @property
    def all(self):
        return [line for lines in self.lines for line in lines]


def entry(writer, number, chance, **more):
    return json.dumps({'time': f'2026-01-01T00:{number // 60 % 60:02}:{number % 60:02}Z', 'w': writer, 'n': number, **more,
                       'msg': 'step ' + 'x' * chance.randrange(20, 260)}).encode() + b'\n'


def numbered(writer, count, chance, source):
    return [entry(writer, number, chance) for number in range(count)]


def with_dumps(writer, count, chance, source):
    dump = (source / 'tests/fixtures/ruff/cases/hundreds-full.txt').read_text(encoding='utf-8')
    return [entry(writer, number, chance, stack=dump[:chance.randrange(600, 9000)]) if number % 10 == 3
            else entry(writer, number, chance) for number in range(count // 2)]


def with_levels(writer, count, chance, source):
    levels = ['debug'] * 6 + ['info'] * 6 + ['error']
    return [entry(writer, number, chance, level=chance.choice(levels)) for number in range(count)]


def repeated(writer, count, chance, source):
    return [json.dumps({'time': 1700000000 + number, 'msg': f'again {chance.randrange(30)}', 'pad': 'y' * 150}).encode() + b'\n'
            for number in range(count)]


def identity(line):
    """(writer, number), None for what logrotd itself says."""
    try:
        read = json.loads(line)
        return (read['w'], read['n']) if 'w' in read else None
    except (ValueError, KeyError, TypeError):
        raise Broken(f'a torn entry: {line[:200]!r}') from None


def entries_of(text, sent):
    """The entries with their lines; the half entry of one that was killed is passed over, once for each."""
    found, torn = [], 0
    whole = text.split(b'\n')
    halves = whole.pop()
    for line in whole + ([halves] if halves else []):
        if not line:
            continue
        try:
            found.append((identity(line), line))
        except Broken:
            torn += 1
            if torn > sent.kills or not any(original.startswith(line) for original in sent.all):
                raise
    return found


def in_order(found):
    """Each producer's entries keep their order, and none comes twice."""
    last = collections.defaultdict(lambda: -1)
    for who, line in found:
        if who is None:
            continue
        writer, number = who
        if number <= last[writer]:
            raise Broken(f'doubled or out of order: entry {number} of producer {writer} after {last[writer]}')
        last[writer] = number


def bounded_loss(missing, sent, by_identity):
    """What is not there was in the memory of one that was killed."""
    lost = sum(len(by_identity[who]) for who in missing)
    if sent.given_up:
        return  # it said so
    if lost > sent.kills * IN_MEMORY:
        raise Broken(f'{len(missing)} entries ({lost} bytes) are lost with {sent.kills} kills, from {min(missing)} on')


def all_there(text, sent, log, options):
    found = entries_of(text, sent)
    in_order(found)
    by_identity = {identity(line): line for line in sent.all}
    for who, line in found:
        if who is not None and line + b'\n' != by_identity[who]:
            raise Broken(f'changed: {line[:200]!r}')
    bounded_loss(set(by_identity) - {who for who, _ in found}, sent, by_identity)


def shortened(text, sent, log, options):
    found = entries_of(text, sent)
    in_order(found)
    by_identity = {identity(line): line for line in sent.all}
    for who, line in found:
        original, read = by_identity[who], json.loads(line)
        is_shortened = read.get('originalSize') == len(original) - 1 and len(read['stack']) <= 600
        if line + b'\n' != original and not is_shortened:
            raise Broken(f'wrongly shortened: {line[:300]!r} of {len(original)} bytes')
    bounded_loss(set(by_identity) - {who for who, _ in found}, sent, by_identity)


def the_newest(text, sent, log, options):
    """The oldest archives may have gone; what is there is without a gap but for what was killed."""
    found = entries_of(text, sent)
    in_order(found)
    by_identity = {identity(line): line for line in sent.all}
    first = min((number for _, number in filter(None, (who for who, _ in found))), default=0)
    bounded_loss({who for who in by_identity if who[1] >= first} - {who for who, _ in found}, sent, by_identity)


def counted_drops(text, sent, log, options):
    found = entries_of(text, sent)
    in_order(found)
    by_identity = {identity(line): line for line in sent.all}
    missing = set(by_identity) - {who for who, _ in found}
    dropped = sum(json.loads(line).get('dropped', 0) for who, line in found if who is None)
    if sent.restarts == 0 and not sent.given_up and dropped != len(missing):
        raise Broken(f'{len(missing)} entries are missing, and {dropped} are said to be dropped')


def ring_before_errors(text, sent, log, options):
    found = entries_of(text, sent)
    written = [(json.loads(line)['n'], 'ring' in json.loads(line)) for who, line in found if who is not None]
    if sent.restarts == 0 and not sent.given_up:
        wanted, ring = [], collections.deque(maxlen=RING)
        for line in sent.lines[0]:
            read = json.loads(line)
            if read['level'] == 'debug':
                ring.append((read['n'], True))
                continue
            if read['level'] == 'error':
                wanted += ring
                ring.clear()
            wanted.append((read['n'], False))
        if written != wanted:
            first = next((i for i, pair in enumerate(zip(written, wanted)) if pair[0] != pair[1]), min(len(written), len(wanted)))
            raise Broken(f'from entry {first} on {written[first:first + 5]} is written and not {wanted[first:first + 5]}')
    by_identity = {identity(line): line for line in sent.all if json.loads(line)['level'] != 'debug'}
    in_order([(who, line) for who, line in found if 'ring' not in json.loads(line)])
    bounded_loss(set(by_identity) - {who for who, _ in found}, sent, by_identity)


def exact_counts(text, sent, log, options):
    wanted = collections.Counter(json.loads(line)['msg'] for line in sent.all)
    counted = collections.Counter()
    for line in text.splitlines():
        try:
            read = json.loads(line)
        except ValueError:
            if sent.kills:
                continue
            raise Broken(f'a torn entry: {line[:200]!r}') from None
        repeats = AGAIN.search(read['entry']) if 'repeated' in read else None
        counted[repeats[0] if repeats else read.get('msg')] += read.get('repeated', 1)
    if sent.kills == 0 and not sent.given_up and counted != wanted:
        raise Broken(f'counted {counted - wanted} too often and {wanted - counted} not at all')
    if counted - wanted:
        raise Broken(f'counted too often: {counted - wanted}')


def byte_for_byte(text, sent, log, options):
    wanted = b''.join(sent.lines[0])
    if sent.kills == 0 and not sent.given_up and text != wanted:
        raise Broken(f'{len(text)} bytes are there, which are not the {len(wanted)} that were sent')


@dataclass(frozen=True)
class Variant:
    name: str
    options: tuple
    make: object = numbered
    verify: object = all_there
    writers: int = 1
    keeps_all: bool = True  # what was seen in the log stays


VARIANTS = [
    Variant('gzip', ('--max-size', '40kB')),
    Variant('zstd', ('--max-size', '40kB', '--compress', 'zstd')),
    Variant('plain', ('--max-size', '20kB', '--compress', 'none')),
    Variant('several writers', ('--max-size', '60kB'), writers=4),
    Variant('synced', ('--max-size', '60kB', '--sync', 'rotate')),
    Variant('flushed seldom', ('--max-size', '40kB', '--flush-every', '200ms')),
    Variant('bounded', ('--max-size', '40kB', '--max-total', '200kB'), verify=the_newest, keeps_all=False),
    Variant('dropping', ('--max-size', '100kB', '--on-full', 'drop'), verify=counted_drops),
    Variant('shortened', ('--max-size', '40kB'), make=with_dumps, verify=shortened),
    Variant('ring', ('--max-size', '40kB', '--level', 'info', '--ring', str(RING)), make=with_levels, verify=ring_before_errors),
    Variant('dedupe', ('--max-size', '20kB', '--dedupe', '300ms'), make=repeated, verify=exact_counts, keeps_all=False),
    Variant('raw', ('--max-size', '40kB', '--raw'), verify=byte_for_byte, keeps_all=False),
]


def make_entries(variant, chance, source, count):
    return [variant.make(writer, count // variant.writers, random.Random(chance.random()), source)
            for writer in range(variant.writers)]
