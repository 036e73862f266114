"""A server with little memory: 60 MiB for it and all of its processes."""
import concurrent.futures
import http.client
import itertools
import json
import os
import pathlib
import time
import unittest

import harness
from harness import Server

LIMIT = 60 << 20
NUMBERS = itertools.count()
BIG_OUTPUT = """
id = "big"
name = "big"
description = "For tests."
category = "Tests"
status = "available"
inputs = ["*"]
timeout = "60s"
command = ["sh", "-c", "{script}"]
stdin = true
parameters = [{name = "script", title = "s", description = "d", type = "string", required = true}]
[limits]
output_bytes = "8MiB"
output_lines = 1000000
memory = "16MiB"
disk = "4MiB"
"""
WRITE_6_MB = "i=0; while [ $i -lt 6000 ]; do printf '%01023d\\n' $i; i=$((i+1)); done"


def memory_cgroup():
    """Of our own, or None where there is no v1 controller that we may use."""
    own = pathlib.Path("/proc/self/cgroup").read_text()
    for line in own.splitlines():
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            return pathlib.Path("/sys/fs/cgroup/memory") / path[1:]
    return None


def can_make_cgroups():
    parent = memory_cgroup()
    return parent is not None and os.access(parent, os.W_OK)


@unittest.skipUnless(can_make_cgroups(), "no memory cgroup (v1) can be made here")
class SmallMemoryTest(unittest.TestCase):
    def setUp(self):
        self.cgroup = memory_cgroup() / f"small-{os.getpid()}-{next(NUMBERS)}"
        self.cgroup.mkdir()
        self.addCleanup(self.remove_cgroup)
        (self.cgroup / "memory.limit_in_bytes").write_text(str(LIMIT))
        wrapper = harness.TempDir(self).write("glovebox", "#!/bin/sh\n"
                                              f"echo $$ > {self.cgroup}/cgroup.procs\n"
                                              f'exec "{harness.BINARY}" "$@"\n')
        wrapper.chmod(0o755)
        self.addCleanup(setattr, harness, "BINARY", harness.BINARY)
        harness.BINARY = str(wrapper)
        tools = harness.TempDir(self)
        tools.write("big.toml", BIG_OUTPUT)
        self.server = Server(self, tools_dirs=[tools.path], concurrency=2, hourly_per_client=0,
                             concurrent_per_client=0, streams_per_client=0)
        self.project = self.server.project()

    def remove_cgroup(self):
        """Once its last processes are gone."""
        for _ in range(100):
            for child in sorted(self.cgroup.glob("**/"), reverse=True):
                try:
                    child.rmdir()
                except OSError:
                    time.sleep(0.05)
            if not self.cgroup.exists():
                return

    def body(self, script, **fields):
        return {"toolId": "big", "projectId": self.project, "parameters": {"script": script},
                **fields}

    def ask_until_taken(self, method, target, body=None):
        """The answer, and how often it was a 503; each said when to come back."""
        refused = 0
        for _ in range(600):
            answer = self.server.call(method, target, body)
            if answer.status != 503:
                return answer, refused
            self.assertIn("Retry-After", answer.headers)
            self.assertIn(answer.error["details"]["limit"],
                          ("memory_budget", "stdin_of_all_jobs", "output_reads"))
            refused += 1
            time.sleep(0.1)
        self.fail(f"never taken: {answer.body}")

    def expect_alive(self):
        self.assertIsNone(self.server.process.poll(), self.server.log()[-2000:])
        self.assertEqual(self.server.get("/api/ready").status, 200)

    def test_six_clients_with_outputs_of_6_mb_do_not_kill_the_server(self):
        """Each is whole, or cut and flagged; the server is not killed."""
        def run(script):
            job = self.ask_until_taken("POST", "/api/execute", self.body(script, stream=True))
            return job[0].json["jobId"]

        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            jobs = list(pool.map(run, [WRITE_6_MB] * 6))
            ends = [self.await_end(job) for job in jobs]
            outputs = list(pool.map(lambda job: self.ask_until_taken(
                "GET", f"/api/jobs/{job}/output")[0], jobs))
        for end, output in zip(ends, outputs):
            self.assertEqual((end["status"], output.status), ("completed", 200), end)
            whole = "".join(f"{i:01023d}\n" for i in range(6000)).encode()
            self.assertEqual(output.body, whole[:len(output.body)])
            self.assertEqual(end["outputTruncated"], len(output.body) < len(whole))
            if end["outputTruncated"]:
                self.assertIn("memory", end["message"])
        self.expect_alive()
        # Their memory is released: a job that takes half of it (twice what it wrote) is complete.
        alone = self.await_end(run(WRITE_6_MB.replace("6000", "3000")))
        self.assertFalse(alone["outputTruncated"], alone["message"])
        answer, _ = self.ask_until_taken("GET", f"/api/jobs/{alone['jobId']}/output")
        self.assertEqual(answer.body, whole[:len(whole) // 2])

    def await_end(self, job):
        self.server.until(lambda: self.server.get(f"/api/jobs/{job}?output=false").json["status"]
                          not in ("queued", "running"), "the end")
        return self.server.get(f"/api/jobs/{job}?output=false").json

    def test_bodies_beyond_the_budget_are_refused_and_memory_is_released(self):
        """Clients that each send most of a large body and then wait."""
        text = json.dumps(self.body("cat > /dev/null; echo ran", stream=True,
                                    stdin="x" * 900_000)).encode()
        waiting = []
        for _ in range(40):
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
            connection.putrequest("POST", "/api/execute")
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Content-Length", str(len(text)))
            connection.endheaders(text[:-1])
            waiting.append(connection)
            self.addCleanup(connection.close)
        self.expect_alive()
        statuses = []
        jobs = []
        for connection in waiting:
            try:
                connection.send(text[-1:])
                response = connection.getresponse()
            except (BrokenPipeError, ConnectionResetError):
                statuses.append("cut")
                continue
            answer = harness.Answer(response)
            statuses.append(answer.status)
            if answer.status == 202:
                jobs.append(answer.json["jobId"])
            else:
                self.assertIn("Retry-After", answer.headers)
        self.assertIn(202, statuses)
        self.assertIn(503, statuses)
        self.assertNotIn("cut", statuses)
        self.assertEqual(set(statuses), {202, 503})
        for job in jobs:
            self.assertEqual(self.await_end(job)["status"], "completed")
        self.expect_alive()

    def test_streams_beyond_the_budget_are_refused_and_places_are_released(self):
        job = self.ask_until_taken("POST", "/api/execute",
                                   self.body("echo begun; sleep 30", stream=True))[0].json["jobId"]
        streams = []
        refused = None
        for _ in range(2000):
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
            self.addCleanup(connection.close)
            connection.request("GET", f"/api/stream/{job}")
            response = connection.getresponse()
            if response.status != 200:
                refused = harness.Answer(response)
                break
            streams.append(connection)
        self.assertIsNotNone(refused, "the budget has no bound for streams")
        self.assertEqual((refused.status, refused.error["details"]["limit"]),
                         (503, "memory_budget"))
        self.assertIn("Retry-After", refused.headers)
        self.expect_alive()
        self.assertGreater(len(streams), 100)
        for connection in streams:
            connection.close()
        self.server.until(lambda: self.stream_status(job) == 200, "a place for a stream")
        self.server.call("POST", f"/api/jobs/{job}/cancel")

    def stream_status(self, job):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        connection.request("GET", f"/api/stream/{job}")
        status = connection.getresponse().status
        connection.close()
        return status


if __name__ == "__main__":
    unittest.main()
