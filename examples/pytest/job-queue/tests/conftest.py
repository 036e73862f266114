import pytest

from jobs import JobQueue


class Clock:
    def __init__(self):
        self.seconds = 1000

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def queue(clock):
    return JobQueue(clock)
