#!/usr/bin/env python3
"""grow.py BYTES_PER_SECOND MOST [HOLD_SECONDS]: takes and touches memory at that rate up to MOST bytes, then holds it.
Written so that one step is small and its time is kept to: what it has at any moment is the rate times the time."""
import sys
import time

rate, most = float(sys.argv[1]), float(sys.argv[2])
hold = float(sys.argv[3]) if len(sys.argv) > 3 else 0.0
step = 1 << 20
kept = []
begun = time.monotonic()
while len(kept) * step < most:
    kept.append(b'x' * step)
    ahead = len(kept) * step / rate - (time.monotonic() - begun)
    if ahead > 0.0005:
        time.sleep(ahead)
time.sleep(hold)
