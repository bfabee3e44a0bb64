"""What an injection needs of this machine, and whether it is there."""
import shutil
import subprocess


def works(*words):
    try:
        return subprocess.run(words, capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


NEEDS = {
    'mount': lambda whole: works('unshare', '--mount', 'sh', '-c', 'mount -t tmpfs none /proc'),
    'strace': lambda whole: works('strace', '-DDD', '-f', '-qq', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO', 'true'),
    'prlimit': lambda whole: shutil.which('prlimit') is not None,
    'clock': lambda whole: whole.clock_jump is not None and works(whole.clock_jump, '/dev/null', 'true'),
}


def missing(whole):
    return {name for name, is_there in NEEDS.items() if not is_there(whole)}
