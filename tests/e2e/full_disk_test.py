"""A data directory on a small disk of its own, which is really full."""
import contextlib
import ctypes
import http.client
import os
import unittest

import durability_test
from harness import Server, TempDir, in_background, zip_of
from stream_test import EventReader, submit

DISK_BYTES = 24 << 20
LIBC = ctypes.CDLL(None, use_errno=True)


class SmallDisk:
    """A tmpfs that goes at the end of the test."""

    def __init__(self, case):
        self.path = TempDir(case).path / "disk"
        self.path.mkdir()
        self.filler = self.path / "filler"
        options = f"size={DISK_BYTES}".encode()
        if LIBC.mount(b"small", os.fsencode(self.path), b"tmpfs", 0, options) != 0:
            raise OSError(ctypes.get_errno(), "mount of a tmpfs")
        case.addCleanup(LIBC.umount2, os.fsencode(self.path), 2)  # MNT_DETACH

    def fill(self):
        with open(self.filler, "ab", buffering=0) as file:
            for piece in (1 << 16, 1 << 12):
                try:
                    while True:
                        file.write(bytes(piece))
                except OSError:
                    continue
        assert os.statvfs(self.path).f_bavail == 0

    def free(self):
        self.filler.unlink()


@unittest.skipUnless(os.geteuid() == 0, "only root mounts a disk")
class FullDiskTest(unittest.TestCase):
    wait_for_end = durability_test.DurabilityTest.wait_for_end

    def setUp(self):
        self.disk = SmallDisk(self)
        self.server = Server(self, data_dir=self.disk.path / "data", hourly_per_client=0,
                             concurrent_per_client=0, storage_quota=0, concurrency=2)
        # Before the disk's own cleanup.
        self.addCleanup(self.server.kill)
        self.project = self.server.project()

    def ask(self, script, **fields):
        headers = {"Idempotency-Key": fields.pop("key")} if "key" in fields else {}
        body = {"toolId": "shell", "projectId": self.project, "parameters": {"script": script},
                **fields}
        return self.server.call("POST", "/api/execute", body, headers)

    def ask_and_be_cut_off(self, script):
        with contextlib.suppress(OSError, http.client.HTTPException):
            self.ask(script)

    def expect_503(self, answer):
        self.assertEqual(answer.status, 503, answer.body)
        self.assertEqual(answer.error["type"], "QueueFullError")
        self.assertIn("Retry-After", answer.headers)

    def until_healthy(self):
        self.server.until(lambda: self.server.get("/api/health").json["status"] == "ok", "healthy")

    def test_durable_jobs_are_refused_until_there_is_room(self):
        self.disk.fill()
        answer = self.server.call("POST", "/api/upload", zip_of({"b.txt": "b"}),
                                  {"Content-Type": "application/octet-stream"})
        self.expect_503(answer)
        self.expect_503(self.ask("echo async", stream=True))
        self.expect_503(self.ask("echo keyed", key="one"))
        self.expect_503(self.server.call("DELETE", f"/api/projects/{self.project}"))
        health = self.server.get("/api/health").json
        self.assertEqual(health["status"], "degraded")
        self.assertIn("disk_full", [reason["code"] for reason in health["reasons"]])
        self.assertEqual(self.server.get(f"/api/projects/{self.project}").status, 200)
        self.disk.free()
        self.until_healthy()
        self.assertEqual(self.ask("echo keyed", key="one").json["output"], ["keyed"])
        self.server.project({"b.txt": "b"})

    def test_a_job_that_ends_on_a_full_disk_is_recorded_once_there_is_room(self):
        job = submit(self.server, "echo begun; sleep 1.5; echo made > out.txt; echo ended")
        self.server.until(lambda: self.server.get(f"/api/jobs/{job}").json["output"] == ["begun"],
                          "begun")
        self.disk.fill()
        told = self.wait_for_end(self.server, job)
        self.assertEqual((told["status"], told["output"]), ("completed", ["begun", "ended"]))
        self.assertEqual(told["artifacts"], [])
        self.assertIn("full", told["message"])
        self.assertIn("ends_unrecorded",
                      [reason["code"] for reason in self.server.get("/api/health").json["reasons"]])
        self.disk.free()
        self.until_healthy()
        self.server.kill()
        self.server.start()
        after = self.server.get(f"/api/jobs/{job}").json
        self.assertEqual(after, told)

    def test_no_follower_sees_what_a_kill_on_a_full_disk_would_lose(self):
        script = "echo kept; sleep 1.5; i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo line $i; done;" \
                 " sleep 30"
        # It ends with its connection, so that its output is kept and it is not run again.
        in_background(self.ask_and_be_cut_off, script)
        self.server.until(lambda: self.server.get("/api/jobs").json["jobs"], "it is recorded")
        job = self.server.get("/api/jobs").json["jobs"][0]["jobId"]
        reader = EventReader(self.server, job)
        self.addCleanup(reader.close)
        events = iter(reader)
        seen = next(data["text"] for _, name, data in events if name == "output")
        self.assertEqual(seen, "kept\n")
        self.disk.fill()
        self.server.until(lambda: "do not see its newest output" in self.server.log(), "the journal is behind")
        self.server.kill()
        try:
            seen += "".join(data["text"] for _, name, data in events if name == "output")
        except OSError:
            pass
        self.disk.free()
        self.server.start()
        end = self.wait_for_end(self.server, job)
        self.assertEqual((end["reason"], end["attempt"]), ("server-restarted", 1))
        kept = self.server.get(f"/api/jobs/{job}/output").body.decode()
        self.assertTrue(kept.startswith(seen), (seen[-100:], kept[-100:]))

    def test_held_output_is_sent_when_there_is_room(self):
        job = submit(self.server, "echo one; sleep 1.5; for i in $(seq 2000); do echo $i; done;"
                                  " sleep 2; echo last; sleep 30")
        reader = EventReader(self.server, job)
        self.addCleanup(reader.close)
        texts = (data["text"] for _, name, data in reader if name == "output")
        self.assertEqual(next(texts), "one\n")
        self.disk.fill()
        self.server.until(lambda: "do not see its newest output" in self.server.log(), "the journal is behind")
        self.disk.free()
        seen = ""
        while not seen.endswith("last\n"):
            seen += next(texts)
        self.assertEqual(seen.splitlines(), [*map(str, range(1, 2001)), "last"])
        kept = self.server.get(f"/api/jobs/{job}/output").body.decode()
        self.assertEqual(kept, "one\n" + seen)

    def test_a_start_on_a_full_disk_serves_and_loses_nothing(self):
        before = self.server.run_shell("echo before")
        waits = [submit(self.server, f"sleep 1; echo {i}") for i in range(4)]
        self.server.until(lambda: self.server.queue()["running"] == 2, "two run")
        self.disk.fill()
        self.server.kill()
        self.server.start()
        self.assertEqual(self.server.get(f"/api/jobs/{before['jobId']}").json["output"], ["before"])
        self.expect_503(self.ask("echo async", stream=True))
        self.disk.free()
        self.until_healthy()
        ends = [self.wait_for_end(self.server, job) for job in waits]
        self.assertEqual([end["output"] for end in ends], [["0"], ["1"], ["2"], ["3"]])
        self.assertEqual([end["attempt"] for end in ends], [2, 2, 1, 1])
        self.server.kill()
        self.server.start()
        self.assertEqual([self.server.get(f"/api/jobs/{job}").json for job in waits], ends)


if __name__ == "__main__":
    unittest.main()
