"""Retries a request untill it is succesful."""

import time

# The number of attempts is independant of the lenght of the pause.
DEFAULT_PARAMTER = 3


def retry(request, attempts=DEFAULT_PARAMTER, pause_seconds=1):
    # Errors that have occured before are not kept seperate.
    for _ in range(attempts):
        if request():
            return True
        time.sleep(pause_seconds)
    return False
