import json
import sys
import threading

import pytest


def test_urgent_jobs_overtake(queue):
    queue.put("sweep")
    queue.put("extinguish", priority=9)
    assert [queue.take(), queue.take(), queue.take()] == ["extinguish", "sweep", None]


def test_expired_jobs_are_dropped(queue, clock):
    queue.put("stale", expires_in=5)
    clock.seconds += 10
    assert queue.take() is None


def test_threads_take_each_job_once(queue):
    for number in range(200):
        queue.put(f"job {number}")
    taken = []

    def work():
        while (name := queue.take()) is not None:
            taken.append(name)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(f"job {number}" for number in range(200))


def test_saved_in_order(queue, tmp_path):
    queue.put("second")
    queue.put("first", priority=1)
    queue.save(tmp_path / "queue.json")
    assert json.loads((tmp_path / "queue.json").read_text()) == ["first", "second"]


@pytest.mark.xfail(reason="saving drops the priorities")
def test_saved_with_priorities(queue, tmp_path):
    queue.put("first", priority=1)
    queue.save(tmp_path / "queue.json")
    assert json.loads((tmp_path / "queue.json").read_text()) == [["first", 1]]


@pytest.mark.skipif(sys.platform != "win32", reason="needs Windows")
def test_rings_the_bell():
    assert False
