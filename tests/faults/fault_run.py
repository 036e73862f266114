"""A real server under random faults, real clients, and a check of every accepted job.

./test faults runs it for GLOVEBOX_FAULTS_SECONDS; GLOVEBOX_FAULTS_SEED repeats its choices;
by default the seed is the current time. The machine schedules threads and processes, so a seed
repeats the plan, but not the exact timing.
"""
import collections
import os
import pathlib
import shutil
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import account  # pylint: disable=wrong-import-position
import clients as client_threads  # pylint: disable=wrong-import-position
import faults  # pylint: disable=wrong-import-position
import place as places  # pylint: disable=wrong-import-position

Counts = collections.namedtuple("Counts", "passed failed skipped")

SETTINGS = {"concurrency": 3, "hourly-per-client": 0, "concurrent-per-client": 0,
            "storage-quota": 0, "job-ttl": "720h", "project-ttl": "720h", "drain-timeout": "5s"}
TOOL = """id = "shell"
name = "shell"
description = "For tests."
category = "Tests"
status = "available"
inputs = ["*"]
timeout = "60s"
command = ["sh", "-c", "{script}"]
parameters = [{name = "script", title = "s", description = "d", type = "string", required = true}]
"""
START_SECONDS = 60
END_SECONDS = 180  # for the jobs that wait when the faults end
SETTLE_SECONDS = 5
MOST_LINES = 20
FEWEST_JOBS_A_MINUTE = 20


def why_not():
    return places.why_not()


class Run:
    """One run; `checks` has each check's name and what is wrong."""

    def __init__(self, folder, binary, seconds, seed):
        tools = folder / "tools"
        tools.mkdir()
        (tools / "shell.toml").write_text(TOOL)
        self.seconds = seconds
        self.place = places.Place(folder, binary, tools, SETTINGS)
        self.clients = client_threads.Clients(self.place, seed)
        self.faults = faults.Faults(self.place, seed, time.monotonic)
        self.checks = {}
        self.found = {}
        self.loads = []
        self.too_early = 0  # ends that were reported and could not be recorded before a kill

    def go(self):
        threading.Thread(target=self.place.supervise, daemon=True).start()
        if not self.await_server():
            self.checks["the server starts"] = [f"not within {START_SECONDS} s"]
            return
        self.clients.start()
        time.sleep(SETTLE_SECONDS)
        self.loads.append(self.place.load())
        self.faults.run(self.seconds)
        self.clients.finish()
        self.checks["the server works again"] = (
            [] if self.await_server() else ["there is no server after the faults were removed"])
        if self.checks["the server works again"]:
            return
        self.checks["every job has an end"] = self.await_ends()
        time.sleep(SETTLE_SECONDS)
        self.loads.append(self.place.load())
        self.read_all()
        self.judge()

    def await_server(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            answer = self.clients.wire.call("GET", "/api/ready")
            if answer is not None and answer.status == 200:
                return True
            time.sleep(0.2)
        return False

    def get(self, target):
        """Without faults each request gets a response."""
        answer = self.clients.wire.call("GET", target)
        if answer is None:
            self.clients.wrong.append(f"GET {target} broke off, and no fault lasts")
        return answer

    def await_ends(self):
        deadline = time.monotonic() + END_SECONDS
        while time.monotonic() < deadline:
            answer = self.get("/api/queue/status")
            if answer is not None and answer.json["pending"] + answer.json["running"] == 0:
                return []
            time.sleep(0.5)
        return [f"after {END_SECONDS} s without a fault: {answer and answer.body}"]

    def listed(self):
        cursor = ""
        while cursor is not None:
            page = self.get(f"/api/jobs?limit=200{cursor and '&cursor=' + cursor}").json
            yield from (job["jobId"] for job in page["jobs"])
            cursor = page["nextCursor"]

    def read_all(self):
        """Everything that the server knows, read once."""
        told = {job for promise in self.clients.promises for job in promise.jobs}
        listed = list(self.listed())
        self.checks["the list names each job once"] = (
            [] if len(listed) == len(set(listed)) else [f"{len(listed) - len(set(listed))} twice"])
        for job in told | set(listed):
            answer = self.get(f"/api/jobs/{job}?output=false")
            if answer is None or answer.status != 200:
                continue
            record = answer.json
            output = self.get(f"/api/jobs/{job}/output")
            artifacts = {}
            for artifact in record["artifacts"]:
                path = urllib.parse.quote(artifact["path"])
                artifacts[artifact["path"]] = self.get(f"/api/jobs/{job}/artifacts/{path}").body
            self.found[job] = account.Found(record, output.body, artifacts)

    def judge(self):
        wrong = []
        told = set()
        for promise in self.clients.promises:
            told |= promise.jobs
            job = min(promise.jobs, default=None)
            if job is None:
                continue
            hurt, unrecorded = (
                faults.overlaps(moments, promise.begun, promise.seen_ended)
                for moments in (self.faults.short_of_memory, self.faults.unrecordable))
            found = self.found.get(job)
            self.too_early += bool(found and account.told_too_early(promise, found, unrecorded))
            wrong += [f"{job} ({promise.token}): {line}"
                      for line in account.check_job(promise, found, hurt, unrecorded)]
        self.checks["every confirmed job is complete"] = wrong
        strangers = {job: found for job, found in self.found.items() if job not in told}
        self.checks["no request created two jobs"] = account.check_strangers(
            self.clients.promises, strangers)
        self.checks["every upload is kept"] = self.judge_uploads()
        self.checks["the server is back at its initial load"] = account.check_load(*self.loads)
        wanted = FEWEST_JOBS_A_MINUTE * self.seconds / 60
        self.checks["there was load"] = (
            [] if len(told) >= wanted else [f"{len(told)} jobs, and {wanted:.0f} are the fewest"])
        stopped = self.place.stop()
        self.checks["the server stops"] = stopped
        self.checks["nothing is left behind"] = self.place.left_over()
        self.checks["the data directory is whole"] = self.place.check_data()
        self.checks["clients saw only valid responses"] = self.clients.wrong
        self.checks["processes ended lawfully"] = self.place.wrong

    def judge_uploads(self):
        wrong = []
        for upload in self.clients.uploads:
            answer = self.get(f"/api/projects/{upload.project}/files/a.txt")
            wrong += account.check_upload(upload, answer.status, answer.body)
        return wrong

    def count(self):
        passed = failed = 0
        for name, wrong in self.checks.items():
            passed += not wrong
            failed += bool(wrong)
            for line in wrong[:MOST_LINES]:
                print(f"FAILED faults: {name}: {line}", flush=True)
            if len(wrong) > MOST_LINES:
                print(f"FAILED faults: {name}: and {len(wrong) - MOST_LINES} more", flush=True)
        return Counts(passed, failed, 0)

    def print_figures(self):
        ends = collections.Counter(
            f"{found.record['status']} {found.record['reason']}" for found in self.found.values())
        promised = sum(promise.promised for promise in self.clients.promises)
        readers = [reader for promise in self.clients.promises for reader in promise.readers]
        print(f"faults: {len(self.clients.promises)} requests, {promised} promises,"
              f" {len(self.found)} jobs: {dict(ends)}")
        print(f"faults: {len(readers)} readers, {sum(r.complete is not None for r in readers)} to"
              f" the end; {len(self.clients.uploads)} uploads")
        print(f"faults: {self.too_early} ends were reported while they could not be recorded, and the"
              " server was killed before they were")
        print(f"faults: done: {dict(sorted(self.faults.counts.items()))}")
        print(f"faults: the server's ends: {dict(collections.Counter(self.place.ends))}")
        print(f"faults: load at the start and at the end: {self.loads}", flush=True)


def run(binary, seconds):
    seed = int(os.environ.get("GLOVEBOX_FAULTS_SEED", time.time_ns() // 1_000_000_000))
    print(f"-- faults: {seconds} s, GLOVEBOX_FAULTS_SEED={seed}", flush=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="glovebox-faults-"))
    one = Run(folder, binary, seconds, seed)
    try:
        one.go()
    finally:
        one.place.remove()
    counts = one.count()
    one.print_figures()
    if counts.failed:
        print(f"faults: the server's log is {one.place.log_path}", flush=True)
    else:
        shutil.rmtree(folder)
    return counts


if __name__ == "__main__":
    ended = run(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
    print(f"{ended.passed} passed, {ended.failed} failed, {ended.skipped} skipped")
    sys.exit(1 if ended.failed else 0)
