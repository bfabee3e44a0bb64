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


def send(whole, station, step, fault, number, wait):
    """To one of them; the fault lasts until wait(process) is over."""
    process = chosen(station, step)
    if process is None:
        return 'nobody is there'
    with whole.fault(fault, station):
        process.send(number)
        wait(process)
    return f'{process.name} {process.pid}'


def a_moment(_):
    time.sleep(0.02)


def kill(whole, station, step):
    return send(whole, station, step, 'kill', signal.SIGKILL, a_moment)


def terminate(whole, station, step):
    return send(whole, station, step, 'term', signal.SIGTERM, a_moment)


def stop(whole, station, step):
    def until_it_goes_on(process):
        time.sleep(step.seconds)
        # Not one that has its number now.
        now = processes.look_at(process.pid)
        if now and now.start == process.start:
            process.send(signal.SIGCONT)
    return f"{send(whole, station, step, 'stop', signal.SIGSTOP, until_it_goes_on)} for {step.seconds} s"


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
