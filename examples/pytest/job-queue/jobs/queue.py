import heapq
import itertools
import json
import threading


class JobQueue:
    """Urgent jobs first, then in the order of arrival. Any thread may use it."""

    def __init__(self, now):
        self._now = now
        self._heap = []
        self._order = itertools.count()
        self._lock = threading.Lock()

    def put(self, name, priority=0, expires_in=60):
        entry = (-priority, next(self._order), name, self._now() + expires_in)
        with self._lock:
            heapq.heappush(self._heap, entry)

    def take(self):
        """The name of the next job, or None; what has expired is dropped."""
        with self._lock:
            while self._heap:
                _, _, name, expires = heapq.heappop(self._heap)
                if expires > self._now():
                    return name
        return None

    def save(self, path):
        with self._lock:
            path.write_text(json.dumps([entry[2] for entry in sorted(self._heap)]))
