#!/usr/bin/env python3
"""job_control.py PROCTRACK: an interactive shell on a terminal of its own: Ctrl-Z stops a scope and fg continues it,
Ctrl-C interrupts it, the command reads from the terminal, and one that handles Ctrl-C goes on."""
import os
import pty
import select
import sys
import time

PROCTRACK = sys.argv[1]
PROMPT = b'prompt-of-the-test> '


class Terminal:
    def __init__(self):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ['PS1'] = PROMPT.decode()
            os.execvp('bash', ['bash', '--norc', '--noprofile', '-i'])
        self.text = b''

    def expect(self, what, seconds=10):
        end = time.monotonic() + seconds
        while what not in self.text:
            if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                sys.exit(f'waited in vain for {what!r}; there is {self.text!r}')
            self.text += os.read(self.fd, 4096)
        self.text = self.text.split(what, 1)[1]

    def type(self, text):
        os.write(self.fd, text)


terminal = Terminal()
terminal.expect(PROMPT)

# The words that are waited for are made by the shell, so that the echo of the line does not hold them.
terminal.type(b'%s run -- sh -c \'echo re"ad"y; read line; echo "got $line"\'\n' % PROCTRACK.encode())
terminal.expect(b'ready\r\n')
terminal.type(b'some text\n')
terminal.expect(b'got some text\r\n')
terminal.expect(PROMPT)

terminal.type(b'%s run -- sh -c \'echo re"ad"y; i=0; while [ $i -lt 50 ]; do sleep 0.02; i=$((i+1)); done; echo do"ne"\'\n' % PROCTRACK.encode())
terminal.expect(b'ready\r\n')
terminal.type(b'\x1a')
terminal.expect(b'Stopped')
terminal.expect(PROMPT)
terminal.type(b'jobs\n')
terminal.expect(b'Stopped')
terminal.expect(PROMPT)
terminal.type(b'fg\n')
terminal.expect(b'done\r\n')
terminal.expect(PROMPT)

terminal.type(b'%s run -- sh -c \'echo re"ad"y; exec sleep 300\'\n' % PROCTRACK.encode())
terminal.expect(b'ready\r\n')
terminal.type(b'\x03')
terminal.expect(PROMPT)
terminal.type(b'echo "status $?"\n')
terminal.expect(b'status 130\r\n')
terminal.expect(PROMPT)

# Bash ends a loop where the command died of the interrupt.
terminal.type(b'for i in 1 2 3; do %s run -- sh -c \'echo re"ad"y $0; exec sleep 300\' $i; done\n' % PROCTRACK.encode())
terminal.expect(b'ready 1\r\n')
terminal.type(b'\x03')
terminal.expect(PROMPT)
assert b'ready 2' not in terminal.text

terminal.type(b'%s run -- python3 -c \'import time\ntry: print("re"+"ady"); time.sleep(300)\nexcept KeyboardInterrupt: print("goes "+"on"); time.sleep(0.3); print("en"+"ds")\'\n' % PROCTRACK.encode())
terminal.expect(b'ready\r\n')
terminal.type(b'\x03')
terminal.expect(b'goes on\r\n')
terminal.expect(b'ends\r\n')
terminal.expect(PROMPT)
terminal.type(b'exit\n')
os.waitpid(terminal.pid, 0)
