"""What every measure receives: paths, how much to measure, how to run our programs."""
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "bench"
PROGRAMS = BUILD / "bench"
TARGETS = ["glovebox", "launch_bench", "peer_launch", "http_load", "stream_latency", "bench_flood",
           "bench_stamps", "bench_return0"]
# Not /tmp, which is in memory on some machines: durable data must be on a disk.
DISK = "/var/tmp"
PATIENCE = 600  # seconds; only a hang takes that long


class NotMeasured(Exception):
    """Has the reason why a measure could not be taken."""


def cpus():
    return len(os.sched_getaffinity(0))


def cpu_ticks():
    """Idle ones, and all."""
    with open("/proc/stat", encoding="ascii") as file:
        ticks = [int(field) for field in file.readline().split()[1:9]]
    return ticks[3] + ticks[4], sum(ticks)


def other_work(seconds=0.5):
    """The fraction of all CPUs that others keep busy while we do nothing: 0 to 1."""
    idle, total = cpu_ticks()
    time.sleep(seconds)
    idle_after, total_after = cpu_ticks()
    return 1 - (idle_after - idle) / max(1, total_after - total)


DEBIAN_PACKAGES = {"bwrap": "bubblewrap", "nginx": "nginx-light", "node": "nodejs", "npm": "npm",
                   "unzip": "unzip"}


def needs(*programs):
    """For a measure's generator: fails if a peer is not installed."""
    for program in programs:
        if shutil.which(program) is None:
            package = DEBIAN_PACKAGES.get(program)
            where = f" (Debian package {package})" if package else ""
            raise NotMeasured(f"{program} is not installed on this machine{where}")


class Bench:
    """`pick(full, quick)` is the amount to measure; `folder()` is a folder on disk that is removed
    at the end."""

    def __init__(self, quick):
        self.quick = quick

    def pick(self, full, quick):
        return quick if self.quick else full

    @contextlib.contextmanager
    def folder(self):
        with tempfile.TemporaryDirectory(prefix="glovebox-compare-", dir=DISK,
                                         ignore_cleanup_errors=True) as name:
            os.chmod(name, 0o755)  # nginx's worker reads from it
            yield pathlib.Path(name)

    @staticmethod
    def ask(program, *arguments):
        """Runs one of our measuring programs, which prints JSON."""
        done = subprocess.run([PROGRAMS / program, *map(str, arguments)], capture_output=True,
                              check=False, timeout=PATIENCE)
        if done.returncode != 0:
            text = (done.stderr + done.stdout).decode(errors="replace").strip()
            raise NotMeasured(f"{program} failed: {text[:400]}")
        return json.loads(done.stdout)

    def load(self, port, **options):
        """http_load: `requests=`, `paths_from=`, …"""
        flags = []
        for name, value in options.items():
            flags += ["--" + name.replace("_", "-"), value]
        return self.ask("http_load", "--port", port, *flags)


def build():
    say("building (preset bench)")
    for command in (["cmake", "--preset", "bench"], ["ninja", "-C", BUILD, *TARGETS]):
        done = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode != 0:
            sys.exit(done.stdout.decode(errors="replace") + "the build failed; see above")


def say(text):
    print(text, file=sys.stderr, flush=True)
