"""A server under siege: fuzz_calls in some of its slots, and next to it a neighbour and a client.

Runs in the machine: siege.py TIER SECONDS SEED. Writes /results/siege.json, which tests/vm/siege.py
compares with the expected results.
"""
import collections
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import zipfile

RESULTS = pathlib.Path("/results")
PLACE = pathlib.Path(os.environ["TMPDIR"]) / "siege"
FUZZ_JOBS = 2
FUZZ_SECONDS = 20
TEXT = "the neighbour's own file\n"
TIMEOUT = 300  # timeout in seconds for any request; only a hang takes that long
MOST_KEPT = 50
HEAD = """id = "{0}"
name = "{0}"
description = "For the siege."
category = "Tests"
status = "available"
inputs = ["*"]
timeout = "40s"
"""
TOOLS = {
    "fuzz": """command = ["fuzz_calls", "{seed}", "{seconds}"]
[limits]
memory = "128MiB"
disk = "32MiB"
processes = 48
cpus = 0.5
[[parameters]]
name = "seed"
title = "s"
description = "d"
type = "integer"
required = true
[[parameters]]
name = "seconds"
title = "s"
description = "d"
type = "integer"
required = true
""",
    "hello": 'command = ["hello"]\n',
    "show": 'command = ["print_file", "a.txt"]\n',
}


def enter_cgroup():
    """In the server's process, before it executes the server."""
    procs = pathlib.Path(os.environ["GLOVEBOX_SIEGE_CGROUP"]) / "cgroup.procs"
    if procs.exists():
        procs.write_text("0", encoding="ascii")


class Server:
    """`glovebox serve`, on a free port."""

    def __init__(self, tier):
        tools = PLACE / "tools"
        tools.mkdir(parents=True)
        for name, text in TOOLS.items():
            (tools / f"{name}.toml").write_text(HEAD.format(name) + text, encoding="utf-8")
        with open(RESULTS / "server.log", "wb") as log:
            self.process = subprocess.Popen(
                ["/tests/bin/glovebox", "serve", "--listen", "127.0.0.1:0", "--data-dir",
                 str(PLACE / "data"), "--tools-dir", str(tools), "--require-tier", tier,
                 "--concurrency", str(FUZZ_JOBS + 2), "--hourly-per-client", "0",
                 "--concurrent-per-client", "0"],
                stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL,
                preexec_fn=enter_cgroup)
        line = self.process.stdout.readline().decode()
        if not line.startswith("listening on http://"):
            raise RuntimeError(f"the server did not start: {line!r}")
        self.host, port = line.split()[-1].removeprefix("http://").rsplit(":", 1)
        self.port = int(port)

    def call(self, method, target, body=None):
        kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT)
        try:
            connection.request(method, target, headers={"Content-Type": kind},
                               body=body if isinstance(body, bytes) else json.dumps(body))
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def run(self, tool, project, **parameters):
        status, job = self.call("POST", "/api/execute", {
            "toolId": tool, "projectId": project, "parameters": parameters})
        if status != 200:
            raise RuntimeError(f"{tool}: HTTP {status}: {job}")
        return job

    def resident_kib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=120)


class Siege:
    """What is recorded during the siege. Threads only append and add, under one lock."""

    def __init__(self, server, project, end, seed):
        self.server, self.project, self.end, self.seed = server, project, end, seed
        self.lock = threading.Lock()
        self.calls = collections.Counter()
        self.endings = collections.Counter()
        self.latencies = collections.defaultdict(list)
        self.markers = collections.Counter()
        self.wrong = []
        self.seeds = []

    def note_wrong(self, text):
        with self.lock:
            if len(self.wrong) < MOST_KEPT:
                self.wrong.append(text)

    def forever(self, step, pause):
        """Repeats until the end; an exception of a step is recorded, and the loop continues."""
        while time.monotonic() < self.end:
            try:
                step()
            except (OSError, RuntimeError, ValueError, KeyError, http.client.HTTPException) as why:
                self.note_wrong(f"{step.__name__}: {why!r}")
                time.sleep(1)
            time.sleep(pause)

    def timed(self, name, function):
        begin = time.monotonic()
        result = function()
        with self.lock:
            self.latencies[name].append(time.monotonic() - begin)
        return result

    def fuzz(self):
        with self.lock:
            seed = self.seed
            self.seed += 1
            self.seeds.append(seed)
        job = self.server.run("fuzz", self.project, seed=seed, seconds=FUZZ_SECONDS)
        text = "\n".join(job["output"])
        with self.lock:
            self.endings[f"{job['status']} {job['reason']}"] += 1
            # Each line has the totals since the start of the job: the last line of a class counts.
            last = {kind: numbers for kind, *numbers in re.findall(
                r"^fuzz (\w+) made=(\d+) ok=(\d+) refused=(\d+)$", text, re.MULTILINE)}
            for kind, numbers in last.items():
                for name, number in zip(("made", "ok", "refused"), numbers):
                    self.calls[f"{kind} {name}"] += int(number)
            for marker in re.findall(r"^marker (ok|errno=\d+|signal=\d+)$", text, re.MULTILINE):
                self.markers[marker] += 1

    def neighbour(self):
        for tool, expected in (("hello", "hello\n"), ("show", TEXT)):
            job = self.timed(tool, lambda tool=tool: self.server.run(tool, self.project))
            if job["status"] != "completed" or job["output"] != expected.splitlines():
                self.note_wrong(f"{tool}: {json.dumps(job)[:1000]}")

    def client(self):
        status, health = self.timed("health", lambda: self.server.call("GET", "/api/health"))
        if status != 200 or health["status"] != "ok":
            self.note_wrong(f"health: {status} {health}")


def upload(server):
    archive = PLACE / "project.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.txt", TEXT)
    status, project = server.call("POST", "/api/upload", archive.read_bytes())
    if status != 201:
        raise RuntimeError(f"upload: HTTP {status}: {project}")
    return project["projectId"]


def left_over():
    """Processes of jobs that outlive the server."""
    names = []
    for comm in pathlib.Path("/proc").glob("[0-9]*/comm"):
        try:
            names.append(comm.read_text(encoding="utf-8", errors="replace").strip())
        except OSError:
            pass
    return [name for name in names if name in ("fuzz_calls", "hello", "glovebox-slot", "glovebox")]


def summary(latencies):
    found = {}
    for name, times in latencies.items():
        times.sort()
        found[name] = {"count": len(times), "median": times[len(times) // 2],
                       "p99": times[len(times) * 99 // 100], "most": times[-1]}
    return found


def main(tier, seconds, seed):
    outside = subprocess.run(["fuzz_calls", "marker"], capture_output=True, text=True, check=False)
    server = Server(tier)
    project = upload(server)
    _, health = server.call("GET", "/api/health")
    server.run("hello", project)
    resident = server.resident_kib()
    siege = Siege(server, project, time.monotonic() + seconds, seed)
    steps = [(siege.fuzz, 0)] * FUZZ_JOBS + [(siege.neighbour, 0.2), (siege.client, 0.2)]
    threads = [threading.Thread(target=siege.forever, args=step) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lives = server.process.poll() is None
    report = {
        "tier": health["isolation"]["tier"], "layers": health["isolation"]["layers"],
        "marker_outside": outside.stdout.strip(), "markers": siege.markers, "calls": siege.calls,
        "endings": siege.endings, "wrong": siege.wrong, "latencies": summary(siege.latencies),
        "seeds": [siege.seeds[0], siege.seeds[-1]] if siege.seeds else [],
        "resident_kib": [resident, server.resident_kib() if lives else 0], "lives": lives,
        "exit": server.stop() if lives else server.process.returncode,
    }
    time.sleep(2)
    report["left_over"] = left_over()
    (RESULTS / "siege.json").write_text(json.dumps(report, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
