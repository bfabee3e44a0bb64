#!/usr/bin/env python3
"""A worker of a pool: answers each line with itself and its own number, or does what it is told to."""
import json
import os
import sys
import time

for line in sys.stdin:
    request = json.loads(line)
    task = request.get('do')
    if task == 'die':
        os._exit(7)
    if task == 'hang':
        time.sleep(300)
    if task == 'slow':
        time.sleep(0.2)
    answer = {'garbage': 'no json', 'two': '{}\n{}'}.get(task) or json.dumps({'pid': os.getpid(), **request})
    print(answer, flush=True)
