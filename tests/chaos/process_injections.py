"""Signals to processes of the whole: tools and whatever descends from them."""
import signal
import time

import processes


def chosen(station, step):
    """Tools come and go: a station that is between two is looked at again."""
    for _ in range(100):
        found = station.processes()
        if found:
            return found[int(step.choice * len(found)) % len(found)]
        time.sleep(0.01)
    return None


def kill(whole, station, step):
    process = chosen(station, step)
    if process is None:
        return 'nobody is there'
    with whole.fault('kill', station):
        process.send(signal.SIGKILL)
        time.sleep(0.02)
    return f'{process.name} {process.pid}'


def terminate(whole, station, step):
    process = chosen(station, step)
    if process is None:
        return 'nobody is there'
    with whole.fault('term', station):
        process.send(signal.SIGTERM)
        time.sleep(0.02)
    return f'{process.name} {process.pid}'


def stop(whole, station, step):
    process = chosen(station, step)
    if process is None:
        return 'nobody is there'
    with whole.fault('stop', station):
        process.send(signal.SIGSTOP)
        time.sleep(step.seconds)
        # Not one that has its number now.
        now = processes.look_at(process.pid)
        if now and now.start == process.start:
            process.send(signal.SIGCONT)
    return f'{process.name} {process.pid} for {step.seconds} s'


def keepers(station):
    """Pairs of those who keep a scope: the one that its caller waits for, and its guardian below."""
    found = {process.pid: process for process in station.processes()}
    return [(found[process.parent], process) for process in found.values()
            if process.name == 'proctrack-guard' and process.parent in found]


def kill_keepers(whole, station, step):
    """Stopped first, so that neither does anything between the two deaths."""
    pairs = []
    if not processes.wait_until(lambda: pairs.extend(keepers(station)) or pairs, 5):
        return 'nobody is there'
    pair = pairs[int(step.choice * len(pairs)) % len(pairs)]
    with whole.fault('both keepers', station):
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for keeper in pair:
                keeper.send(number)
        time.sleep(0.02)
    return ' and '.join(f'{keeper.name} {keeper.pid}' for keeper in pair)
