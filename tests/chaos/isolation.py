"""The whole runs in namespaces of its own, so that nothing of it is left, whichever way it ends: no process, no mount.
Where the system has none for us, a first process adopts whatever loses its parent, and ends it at last."""
import contextlib
import ctypes
import os
import signal
import subprocess
import sys

import processes
from needs import works

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
RUN = 'CHAOS_RUN'
NAMESPACES = ('unshare', '--pid', '--mount', '--mount-proc', '--fork', '--kill-child')


def prctl(option, value):
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def namespaces():
    """The words before the command, none where there are no namespaces for us."""
    for words in (NAMESPACES, (*NAMESPACES, '--user', '--map-root-user')):
        if works(*words, 'true'):
            return list(words)
    return []


def run_inside(words, directory):
    """Runs these words there. Whatever ends us ends them."""
    os.environ[RUN] = str(directory)
    before = namespaces()
    inside = subprocess.Popen([*before, *words], start_new_session=True, preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL))

    def end(number, _):
        raise SystemExit(128 + number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    try:
        status = inside.wait()
        left = processes.marked(RUN, directory)
    finally:
        inside.kill()
        processes.kill_all(RUN, directory)
    if left:
        print(f'chaos: left over: {left}')
    return status or bool(left)


def as_first_process(work):
    """Runs work() in a child and waits for whoever loses its parent meanwhile."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    child = os.fork()
    if child == 0:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        status = 2
        try:
            status = work()
        finally:
            sys.stdout.flush()
            os._exit(status)
    while True:
        with contextlib.suppress(InterruptedError):
            pid, status = os.wait()
            if pid == child:
                return os.waitstatus_to_exitcode(status)
