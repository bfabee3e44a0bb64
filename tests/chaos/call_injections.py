"""System calls that fail or take long, by strace: the tools are static, so nothing can stand between them and the kernel
but the kernel's own tracing."""
import signal
import subprocess
import time

from process_injections import chosen

# Behind so many calls: a tool that shares the C library is loaded by the first ones.
AFTER_LOADING = 12
WRITES = ('write', 'write,pwrite64', 'fsync,fdatasync', 'rename,renameat2', 'openat', 'ftruncate', 'pwrite64')
READS = ('read', 'read,pread64', 'write', 'wait4', 'poll,ppoll,epoll_wait')


def traced(whole, station, kind, calls, fault):
    """What is started meanwhile is traced, with all that it starts."""
    words = ('strace', '-DDD', '-f', '-qq', '-o', '/dev/null', '-e', f'trace={calls}', '-e', f'inject={calls}:{fault}', '--')
    with whole.fault(kind, station, passes=False), station.started_by(*words):
        station.check_next()
    return f'{calls}:{fault}'


def every_so_often(step):
    return f'when={AFTER_LOADING + step.variant % 20}+{3 + step.variant // 20 % 9}'


def fail_with(error):
    def act(whole, station, step):
        calls = WRITES[step.variant // 180 % len(WRITES)]
        return traced(whole, station, error, calls, f'error={error}:{every_so_often(step)}')
    return act


def interrupt(whole, station, step):
    """A signal that comes in the midst of a call, though there is none."""
    calls = READS[step.variant // 180 % len(READS)]
    return traced(whole, station, 'EINTR', calls, f'error=EINTR:{every_so_often(step)}')


def try_again(whole, station, step):
    """Processes and memory that there are none of at the moment, and a pipe that somebody made non-blocking."""
    calls = ('clone,clone3,fork,vfork', 'read')[step.variant // 180 % 2]
    return traced(whole, station, 'EAGAIN', calls, f'error=EAGAIN:{every_so_often(step)}')


def slow_disk(whole, station, step):
    """A running tool, for which each write takes its time."""
    process = chosen(station, step)
    if process is None:
        return 'nobody is there'
    delay = 1000 * (2 + step.variant % 60)  # microseconds
    calls = 'write,pwrite64,fsync,fdatasync'
    with whole.fault('slow disk', station):
        tracer = subprocess.Popen(['strace', '-f', '-qq', '-o', '/dev/null', '-e', f'trace={calls}', '-e',
                                   f'inject={calls}:delay_enter={delay}', '-p', str(process.pid)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(step.seconds)
        tracer.send_signal(signal.SIGINT)  # lets go of what it traces
        try:
            tracer.wait(20)
        except subprocess.TimeoutExpired:
            tracer.kill()
            tracer.wait()
    return f'{process.name} {process.pid}: {delay // 1000} ms for each write, for {step.seconds} s'
