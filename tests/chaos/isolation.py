"""The whole runs in namespaces of its own, so that nothing of it is left, whichever way it ends: no process, no mount.
Where the system has none for us, a first process adopts whatever loses its parent, and ends it at last."""
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path

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


def own_cgroup():
    """The folder of our control group of version 2, None where there is none."""
    with open('/proc/self/mounts', encoding='utf-8') as mounts, open('/proc/self/cgroup', encoding='utf-8') as groups:
        root = next((words[1] for words in map(str.split, mounts) if words[2] == 'cgroup2'), None)
        path = next((line.strip()[3:] for line in groups if line.startswith('0::')), None)
    return Path(root + path) if root and path else None


@contextlib.contextmanager
def control_group(name):
    """One below which the tools make theirs, so that all can be removed; None where it cannot be made."""
    group = None
    with contextlib.suppress(OSError):
        group = own_cgroup() and own_cgroup() / name
        if group:
            group.mkdir()
    try:
        yield group if group and group.is_dir() else None
    finally:
        for folder, _, _ in os.walk(group, topdown=False) if group else ():
            processes.wait_until(lambda: removed(folder), 5)


def removed(folder):
    """The kernel lets a control group go a little after its last process."""
    with contextlib.suppress(OSError):
        os.rmdir(folder)
    return not os.path.isdir(folder)


def run_inside(words, directory):
    """Runs these words there. Whatever ends us ends them."""
    os.environ[RUN] = str(directory)
    with control_group(directory.name) as group:
        return run_in_namespaces(words, directory, group)


def run_in_namespaces(words, directory, group):
    def prepare():
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if group:
            (group / 'cgroup.procs').write_text('0', encoding='ascii')

    inside = subprocess.Popen([*namespaces(), *words], start_new_session=True, preexec_fn=prepare)

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
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(status)
    while True:
        with contextlib.suppress(InterruptedError):
            pid, status = os.wait()
            if pid == child:
                return os.waitstatus_to_exitcode(status)
