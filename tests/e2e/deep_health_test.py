"""/api/health?deep=true and /api/ready with ready_check = deep, against real slots."""
import os
import signal
import time
import unittest

from harness import Server, in_background
from sandbox_loss_test import children_of
from sender_process import child_named


class DeepHealthTest(unittest.TestCase):
    def test_a_canary_runs_and_is_in_no_quota_and_no_history(self):
        server = Server(self, hourly_per_client=1, concurrent_per_client=1, concurrency=1)
        checks = server.get("/api/health?deep=true").json["checks"]
        for name in ("canary", "database", "disk"):
            self.assertEqual(checks[name]["status"], "ok", checks)
            self.assertIsNone(checks[name]["message"])
        self.assertGreater(checks["disk"]["totalBytes"], checks["disk"]["freeBytes"])
        self.assertIsNone(checks["queue"]["oldestQueuedMs"])
        self.assertEqual(server.get("/api/jobs").json["jobs"], [])
        self.assertEqual(server.run_shell("echo mine")["output"], ["mine"])
        self.assertEqual(len(server.get("/api/jobs").json["jobs"]), 1)

    def test_the_result_is_kept_and_shared(self):
        server = Server(self)
        tasks = [in_background(server.get, "/api/health?deep=true") for _ in range(20)]
        times = {task.join().json["checks"]["checkedAt"] for task in tasks}
        self.assertEqual(len(times), 1)
        self.assertNotIn("checks", server.get("/api/health").json)
        self.assertEqual(server.get("/api/health?deep=perhaps").status, 400)

    def test_busy_slots_are_no_fault_and_the_oldest_job_shows(self):
        server = Server(self, concurrency=1, ready_check="deep")
        project = server.project()
        for _ in range(2):
            self.assertEqual(server.execute("nap", project, parameters={"seconds": 60},
                                            stream=True).status, 202)
        time.sleep(0.05)
        health = server.get("/api/health?deep=true").json
        self.assertEqual(health["status"], "ok")
        self.assertEqual(health["checks"]["canary"]["status"], "busy")
        self.assertGreaterEqual(health["checks"]["queue"]["oldestQueuedMs"], 50)
        self.assertEqual(server.get("/api/ready").status, 200)

    def test_a_slot_that_dies_under_the_canary_is_a_failure_until_the_next_check(self):
        server = Server(self, concurrency=1, ready_check="deep")
        slot = self.slot_of(server)
        os.kill(slot, signal.SIGSTOP)  # the launcher kills a stopped slot within seconds
        health = server.get("/api/health?deep=true").json
        self.assertEqual(health["checks"]["canary"]["status"], "failed", health)
        self.assertEqual(health["status"], "degraded")
        unready = server.get("/api/ready")
        self.assertEqual(unready.status, 503)
        self.assertEqual(unready.error["details"]["check"], "canary")
        self.assertIn("the canary job failed", server.log())
        server.until(lambda: server.get("/api/ready").status == 200, "a new slot passes the check")

    @staticmethod
    def slot_of(server):
        """The one slot: a child of the launcher, which is a child of its keeper. The server's other
        child is the sender's keeper, whose sender has no children."""
        slots = [slot for keeper in children_of(server.process.pid)
                 for launcher in children_of(keeper) for slot in children_of(launcher)]
        return slots[0]


if __name__ == "__main__":
    unittest.main()
