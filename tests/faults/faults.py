"""The faults: each is applied to a Place, lasts for a while, and is removed."""
import os
import pathlib
import random
import signal
import sqlite3
import threading

CALM_PART = 1 / 3  # at the end of the run: no fault there ends the server
STOPPED_SECONDS = (0.2, 5)
HELD_SECONDS = (0.5, 5)
PAUSE_SECONDS = (0.1, 3)
MOST_CLOCK_STEP = 3600
AFTER_SECONDS = 2  # until the server has noticed that a fault has ended
HEADROOM_BYTES = 4 << 20


class Faults:
    """Does one after the other by the seed's plan; two of different kinds may overlap.

    `counts` says how often each was done; `short_of_memory` and `unrecordable` have the moments of
    the faults that may change a job's end.
    """

    def __init__(self, place, seed, clock):
        self.place = place
        self.chooser = random.Random(f"faults-{seed}")
        self.clock = clock
        self.counts = {}
        self.short_of_memory = []  # (begin, end), monotonic
        self.unrecordable = []
        self.lifting = threading.Event()
        self.overlapping = []
        # Weights: killing the server itself finds the most.
        self.harmless = {"kill slot": 4, "kill launcher": 2, "stop server": 2, "stop keeper": 1,
                         "stop launcher": 2, "stop slot": 2, "full disk": 3, "locked database": 2,
                         "missing database": 1, "clock": 2, "kill sender": 1}
        self.deadly = {"kill server": 6, "kill keeper": 2, "short of memory": 2}

    def run(self, seconds):
        begun = self.clock()
        while self.clock() < begun + seconds:
            calm = self.clock() > begun + seconds * (1 - CALM_PART)
            kinds = self.harmless if calm else {**self.harmless, **self.deadly}
            name = self.chooser.choices(list(kinds), list(kinds.values()))[0]
            rest = self.chooser.uniform(*PAUSE_SECONDS)
            overlaps = self.chooser.random() < 0.4
            self.begin(name, overlaps)
            self.lifting.wait(rest)
        self.lift()

    def begin(self, name, overlaps):
        self.overlapping = [one for one in self.overlapping if one[1].is_alive()]
        if any(one[0] == name for one in self.overlapping):
            return
        seconds = self.chooser.uniform(*HELD_SECONDS)
        pick = self.chooser.random()
        self.counts[name] = self.counts.get(name, 0) + 1
        thread = threading.Thread(target=self.do, args=(name, seconds, pick))
        thread.start()
        self.overlapping.append((name, thread))
        if not overlaps:
            thread.join()

    def lift(self):
        """Removes all remaining faults."""
        self.lifting.set()
        for _, thread in self.overlapping:
            thread.join()
        self.place.step_clock(0)

    def do(self, name, seconds, pick):
        kind, _, part = name.partition(" ")
        if kind == "kill":
            self.send(part, signal.SIGKILL, pick)
        elif kind == "stop":
            pid = self.send(part, signal.SIGSTOP, pick)
            self.lifting.wait(min(seconds, STOPPED_SECONDS[1]))
            if pid is not None:
                self.signal_alive(pid, signal.SIGCONT)
        elif name == "clock":
            self.place.step_clock(int((pick * 2 - 1) * MOST_CLOCK_STEP))
        else:
            begun = self.clock()
            {"full disk": self.fill_disk, "locked database": self.lock_database,
             "missing database": self.hide_database,
             "short of memory": self.press_memory}[name](seconds)
            moments = self.short_of_memory if name == "short of memory" else self.unrecordable
            moments.append((begun, self.clock() + AFTER_SECONDS))

    def send(self, part, number, pick):
        pids = self.place.parts().get(part, [])
        if not pids:
            return None
        pid = pids[int(pick * len(pids))]
        self.signal_alive(pid, number)
        return pid

    @staticmethod
    def signal_alive(pid, number):
        """Never kills another process that has the number now: only ours have this command."""
        try:
            if b"glovebox" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, number)
        except OSError:
            pass

    def fill_disk(self, seconds):
        with open(self.place.filler, "ab", buffering=0) as file:
            for piece in (1 << 24, 1 << 16, 1 << 12):
                try:
                    while not self.lifting.is_set():
                        file.write(bytes(piece))
                except OSError:
                    continue
        self.lifting.wait(seconds)
        self.place.filler.unlink()

    def lock_database(self, seconds):
        """Like another program that has the file open."""
        try:
            database = sqlite3.connect(f"file:{self.place.data}/glovebox.db?mode=rw", uri=True,
                                       timeout=2, isolation_level=None)
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.Error:
            return
        self.lifting.wait(seconds)
        try:
            database.execute("ROLLBACK")
        finally:
            database.close()

    def hide_database(self, seconds):
        """Moved away and back, with its log."""
        away = self.place.disk / "away"
        away.mkdir(exist_ok=True)
        names = [f"glovebox.db{suffix}" for suffix in ("", "-wal", "-shm")]
        with self.place.lock:
            self.move(names, self.place.data, away)
        self.lifting.wait(min(seconds, 2))
        # A server that has ended meanwhile must not have created a new one there.
        with self.place.lock:
            for name in names:
                if (self.place.data / name).exists() and (away / name).exists():
                    self.place.wrong.append(f"{name} was created again while it was away")
            self.move(names, away, self.place.data)

    @staticmethod
    def move(names, source, target):
        for name in names:
            if (source / name).exists():
                (source / name).rename(target / name)

    def press_memory(self, seconds):
        cgroups = self.place.cgroups
        if not cgroups.memory:
            return
        usual = int((cgroups.memory / "memory.limit_in_bytes").read_text())
        cgroups.limit_memory(cgroups.memory_used() + HEADROOM_BYTES)
        self.lifting.wait(seconds)
        cgroups.limit_memory(usual)


def overlaps(moments, begun, ended):
    return any(begin <= ended and begun <= end for begin, end in moments)
