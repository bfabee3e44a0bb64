"""hold_checkpoints.py DB STOP: is in the midst of a checkpoint, for all that others see, until the file STOP is there."""
import fcntl
import os
import sqlite3
import sys
import time

database = sqlite3.connect(sys.argv[1])
database.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # the index of the log is there from here on
checkpoint_lock = 121  # its byte in the index (WALINDEX_LOCK_OFFSET + WAL_CKPT_LOCK in SQLite's wal.c)
with open(sys.argv[1] + "-shm", "r+b") as index:
    fcntl.lockf(index, fcntl.LOCK_EX, 1, checkpoint_lock)
    print("held", flush=True)
    while not os.path.exists(sys.argv[2]):
        time.sleep(0.01)
