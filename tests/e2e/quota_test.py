"""The quota of the data directory: which clients are refused, when, and which are not affected."""
import random
import unittest

import harness
from harness import Server

MIB = 1 << 20


def client(number):
    return {"X-Forwarded-For": f"192.0.2.{number}"}


def noise(size, seed=1):
    return random.Random(seed).randbytes(size)


class QuotaTest(unittest.TestCase):
    def serve(self, quota, **settings):
        self.server = Server(self, hourly_per_client=0, concurrent_per_client=0,
                             trusted_proxies="127.0.0.1", storage_quota=quota, **settings)
        return self.server

    def upload(self, size, who, seed=1, **headers):
        data = harness.zip_of({"data": noise(size, seed)})
        return self.server.call("POST", "/api/upload", data, {**client(who), **headers})

    def execute(self, project, script, who, **fields):
        return self.server.call("POST", "/api/execute",
                                {"toolId": "shell", "projectId": project,
                                 "parameters": {"script": script}, **fields}, client(who)).json

    def fill(self, share):
        """Three clients with a full share each, and a fourth with most of one."""
        return [self.upload(share, who, seed=who).json["projectId"] for who in (1, 2, 3, 4)]

    def test_one_client_cannot_fill_it_for_the_others(self):
        self.serve("16MiB")
        statuses = [self.upload(MIB, 1, seed=seed).status for seed in range(6)]
        self.assertEqual(statuses[:2], [201, 201])
        self.assertEqual(statuses[-1], 429)
        refused = self.upload(MIB, 1, seed=9)
        self.assertEqual(refused.error["type"], "RateLimitError")
        self.assertGreater(int(refused.headers["Retry-After"]), 80000)
        details = refused.error["details"]
        self.assertEqual(details["configured"], 4 * MIB)
        self.assertIn("nextExpiry", details)
        self.assertIn("delete a project", refused.error["message"])
        for who in (2, 3):
            self.assertEqual(self.upload(MIB, who, seed=100 + who).status, 201)

    def test_deleting_makes_room(self):
        self.serve("16MiB")
        project = self.upload(3 * MIB, 1).json["projectId"]
        self.assertEqual(self.upload(3 * MIB, 1, seed=2).status, 429)
        self.assertEqual(
            self.server.call("DELETE", f"/api/projects/{project}", headers=client(1)).status, 204)
        self.assertEqual(self.upload(3 * MIB, 1, seed=2).status, 201)

    def test_at_the_quota_uploads_and_examples_are_refused_until_something_expires(self):
        self.serve("12MiB", project_ttl="6s", tools_dirs=None)
        self.fill(int(1.4 * MIB))
        for seed in range(40):
            refused = self.upload(MIB, 10 + seed, seed=50 + seed)
            if refused.status != 201:
                break
        self.assertEqual((refused.status, refused.error["type"]), (503, "QueueFullError"))
        for part in ("used, and this needs", "expire", "try again later"):
            self.assertIn(part, refused.error["message"])
        self.assertLessEqual(int(refused.headers["Retry-After"]), 6)
        wait = harness.threading.Event()
        wait.wait(int(refused.headers["Retry-After"]) + 0.2)
        self.server.until(lambda: self.upload(MIB, 200, seed=99).status == 201,
                          "there is room once something expired")

    def test_a_refusal_comes_before_the_body(self):
        self.serve("16MiB")
        connection = self.server.connection()
        connection.putrequest("POST", "/api/upload")
        connection.putheader("Content-Length", str(5 * MIB))
        connection.endheaders()
        self.assertEqual(connection.getresponse().status, 429)

    def test_running_jobs_continue_at_the_quota(self):
        self.serve("16MiB")
        project = self.upload(100, 1).json["projectId"]
        running = self.execute(project, "read line; echo started; sleep 2; echo done > made;"
                               " echo done", 1, stream=True)
        for seed in range(40):
            if self.upload(MIB, 10 + seed, seed=seed).status != 201:
                break
        stream = self.server.get(f"/api/stream/{running['jobId']}", headers=client(1)).body
        self.assertIn(b'"status":"completed"', stream)
        self.assertIn(b"done", stream)
        again = self.execute(project, "cat data | wc -c", 1)
        self.assertEqual((again["status"], again["output"]), ("completed", ["100"]))

    def test_artifacts_over_a_clients_share_are_not_stored_and_the_job_says_so(self):
        self.serve("16MiB")
        project = self.upload(100, 1).json["projectId"]
        job = self.execute(project, "head -c 5000000 /dev/zero > big; echo fine", 1)
        self.assertEqual((job["status"], job["output"], job["artifacts"]),
                         ("completed", ["fine"], []))
        self.assertIn("not stored", job["message"])
        job = self.execute(project, "head -c 1000000 /dev/zero > small", 1)
        self.assertEqual([item["path"] for item in job["artifacts"]], ["small"])

    def test_existing_content_is_counted_after_a_restart(self):
        self.serve("16MiB")
        self.assertEqual(self.upload(3 * MIB, 1).status, 201)
        self.server.kill()
        self.server.start()
        self.assertEqual(self.upload(2 * MIB, 1, seed=2).status, 429)

    def test_the_log_warns_once(self):
        self.serve("8MiB")
        for seed in range(48):
            self.upload(200_000, 10 + seed, seed=seed)
        self.assertEqual(self.server.log().count("storage_quota of"), 1)


if __name__ == "__main__":
    unittest.main()
