import time
import urllib.error


def wait_until(condition, seconds=30):
    """Until the condition, a function that says what is missing, says nothing. A server may be starting."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            missing = condition()
        except urllib.error.URLError as error:
            missing = str(error)
        if not missing:
            return
        if time.monotonic() > deadline:
            raise SystemExit(f"waited in vain for {missing}")
        time.sleep(0.05)
