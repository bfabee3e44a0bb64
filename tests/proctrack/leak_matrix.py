#!/usr/bin/env python3
"""leak_matrix.py PROCTRACK [ISOLATION...]: whatever a command leaves, however it ends: a second later no process of its
scope is there and no temporary file. Every combination of what is left, how it ends, what isolates, and who runs it."""
import itertools
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

PROCTRACK = os.path.abspath(sys.argv[1])
ISOLATIONS = sys.argv[2:] or ['cgroup', 'pidns', 'subreaper']
tempfile.tempdir = '/tmp'  # where everybody may look: tests run in folders of their own
USERS = ['root', 'nobody'] if os.geteuid() == 0 else [pwd.getpwuid(os.geteuid()).pw_name]

# What the command starts before it says that it is ready.
LEAVES = {
    'daemon': '(setsid sh -c "sleep 300; :" </dev/null >/dev/null 2>&1 &)',
    'TERM ignored': 'sh -c "trap : TERM INT HUP; while :; do sleep 300; done" & trap "" TERM INT HUP',
    'background child': 'sleep 300 &',
    'stopped child': 'sleep 300 & kill -STOP $!',
    # In a shell of its own: one that cannot fork ends, and the command is to be ended by what the cell says.
    'fork bomb': 'bomb() { bomb & bomb & }; (bomb) 2>/dev/null &',
    'child holding the pipe': 'sleep 300 >&1 &',
    'empty environment': '(setsid env -i sh -c "sleep 300; : CELL=FOLDER" &)',  # found by its words
}
ENDS = ['exit', 'failure', 'TERM', 'INT', 'HUP', 'kill -9 of the command', 'kill -9 of proctrack', 'kill -9 of its guardian']
STATUS = {'exit': 0, 'failure': 3, 'kill -9 of the command': 137, 'kill -9 of proctrack': -9, 'kill -9 of its guardian': 125}


def wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def marked(mark):
    """Living processes with the mark in their environment, or among their words."""
    found = []
    for entry in os.listdir('/proc'):
        if not entry.isdigit():
            continue
        try:
            with open(f'/proc/{entry}/stat') as file:
                if file.read().rsplit(')', 1)[1].split()[0] in 'ZX':
                    continue
            with open(f'/proc/{entry}/environ', 'rb') as environ, open(f'/proc/{entry}/cmdline', 'rb') as words:
                if mark in environ.read() or mark in words.read():
                    found.append(int(entry))
        except (OSError, IndexError):
            continue
    return found


def children(pid):
    try:
        with open(f'/proc/{pid}/task/{pid}/children') as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def control_groups():
    return {folder for folder, _, _ in os.walk('/sys/fs/cgroup') if '/longhaul-' in folder}


BEFORE = control_groups()  # another's: a number of a process may come again


class Cell:
    def __init__(self, number, isolation, user, leaves, end):
        self.isolation, self.user, self.leaves, self.end = isolation, user, leaves, end
        self.name = f'{isolation}, {user}: {leaves}, {end}'
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='matrix.'))
        for name in ('tmp', 'state', 'cleanup'):
            (self.folder / name).mkdir()
        self.mark = f'CELL={self.folder}'.encode()
        self.wrong = []

    def script(self):
        leaves = LEAVES[self.leaves].replace('FOLDER', str(self.folder))
        last = {'exit': 'exit 0', 'failure': 'exit 3'}.get(self.end, 'exec sleep 300')
        return f'echo x >"$TMPDIR/file"; mkdir -p {self.folder}/cleanup/deep; {leaves}\n echo ready >{self.folder}/ready; {last}'

    def start(self):
        command = [PROCTRACK, 'run', '--isolate', self.isolation, '--state', str(self.folder / 'state'),
                   '--kill-after', '300ms', '--cleanup', str(self.folder / 'cleanup')]
        if self.leaves == 'fork bomb':
            command += ['--max-procs', '20', '--on-limit', 'deny']
        command += ['--', 'sh', '-c', self.script()]
        own = {}
        if self.user != pwd.getpwuid(os.geteuid()).pw_name:
            entry = pwd.getpwnam(self.user)
            own = {'user': entry.pw_uid, 'group': entry.pw_gid, 'extra_groups': []}
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, entry.pw_uid, entry.pw_gid)
        environment = dict(os.environ, CELL=str(self.folder), TMPDIR=str(self.folder / 'tmp'))
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=environment, cwd='/', **own)

    def bring_to_end(self):
        if self.end in ('exit', 'failure'):
            return
        if not wait_until((self.folder / 'ready').exists, 20):
            self.wrong.append('the command did not come up')
        guardian = children(self.process.pid)
        command = children(guardian[0]) if guardian else []
        if not command:
            self.wrong.append('there is no guardian with a command')
            return
        target = {'kill -9 of the command': command[0], 'kill -9 of its guardian': guardian[0]}.get(self.end, self.process.pid)
        number = signal.SIGKILL if self.end.startswith('kill') else getattr(signal, 'SIG' + self.end)
        os.kill(target, number)

    def check(self):
        try:
            # It reads to the end: whoever holds the pipe is gone by then.
            _, err = self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.wrong.append('it hangs')
            self.process.kill()
            _, err = self.process.communicate()
        expected = STATUS.get(self.end)
        if expected is not None and self.process.returncode != expected:
            self.wrong.append(f'status {self.process.returncode} and not {expected}')
        if expected is None and self.process.returncode < 128:
            self.wrong.append(f'status {self.process.returncode} after {self.end}')
        left = lambda: marked(self.mark)
        if not wait_until(lambda: not left(), 1):
            self.wrong.append(f'processes left: {left()}')
        files = lambda: [*(self.folder / 'tmp').iterdir(), *(self.folder / 'state' / 'scopes').glob('*')] + \
            ([self.folder / 'cleanup'] if (self.folder / 'cleanup').exists() else [])
        if not wait_until(lambda: not files(), 1):
            self.wrong.append(f'files left: {files()}')
        groups = {group for group in control_groups() - BEFORE if f'/longhaul-{self.process.pid}-' in group}
        if groups:
            self.wrong.append(f'control groups left: {groups}')
        if self.wrong and err.strip():
            self.wrong.append(err.decode(errors='replace').strip())

    def run(self):
        try:
            self.start()
            self.bring_to_end()
            self.check()
        finally:
            for pid in marked(self.mark):
                try:
                    os.kill(pid, signal.SIGKILL)
                except OSError:
                    pass
            shutil.rmtree(self.folder, ignore_errors=True)
        return self


def as_user(user):
    entry = pwd.getpwnam(user)
    return {} if entry.pw_uid == os.geteuid() else {'user': entry.pw_uid, 'group': entry.pw_gid, 'extra_groups': []}


def may_run(user):
    """Not where the tools lie in a folder that this user may not look into."""
    try:
        subprocess.run([PROCTRACK, '--version'], stdout=subprocess.DEVNULL, cwd='/', check=True, **as_user(user))
        return True
    except PermissionError:
        return False


def offered(isolation, user):
    """Whether it works here at all: a machine may not have it."""
    entry = pwd.getpwnam(user)
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        environment = dict(os.environ, TMPDIR=folder, LONGHAUL_STATE=folder + '/state')
        return subprocess.run([PROCTRACK, 'run', '--isolate', isolation, '--', 'true'], stderr=subprocess.DEVNULL,
                              env=environment, cwd='/', **as_user(user)).returncode == 0


def main():
    combinations = []
    users = [user for user in USERS if may_run(user)]
    print(f'as {" and ".join(users)}')
    for isolation, user in itertools.product(ISOLATIONS, users):
        if offered(isolation, user):
            combinations.append((isolation, user))
        else:
            print(f'{isolation} is not offered to {user} here')
            if isolation == 'subreaper':
                sys.exit(1)  # it needs no privilege
    cells = [Cell(number, *where, leaves, end)
             for number, (where, leaves, end) in enumerate(itertools.product(combinations, LEAVES, ENDS))]
    with ThreadPoolExecutor(4) as pool:
        for cell in pool.map(Cell.run, cells):
            if cell.wrong:
                print(f'{cell.name}: ' + '; '.join(cell.wrong), flush=True)
    wrong = sum(bool(cell.wrong) for cell in cells)
    print(f'{len(cells)} combinations, {wrong} of them leave something')
    sys.exit(1 if wrong else 0)


main()
