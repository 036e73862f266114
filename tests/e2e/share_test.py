"""Links to a run or a check-up: what they open, and everything that they must not."""
import hashlib
import re
import sqlite3
import threading
import time
import unittest

from harness import Server
from keys import Client, KeysFile

FIELD = "X-Glovebox-Share"


class ShareFixture(unittest.TestCase):
    def setUp(self):
        self.keys = KeysFile(self)
        self.own_key = self.keys.create("own")
        other = self.keys.create("other")
        self.audit = None
        self.server = Server(self, keys_file=self.keys.path, hourly_per_client=0,
                             concurrent_per_client=0)
        self.own, self.other = Client(self.server, self.own_key), Client(self.server, other)
        self.project = self.own.project()

    def run_shell(self, script):
        job = self.own.submit(self.project, script)
        self.server.until(lambda: self.own.get(f"/api/jobs/{job}?output=false").json["finishedAt"],
                          "the end")
        return job

    def share(self, job, body=None, kind="jobs"):
        answer = self.own.call("POST", f"/api/{kind}/{job}/share", body if body else None)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json

    def read(self, target, token, method="GET", body=None, **headers):
        return self.server.call(method, target, body, {FIELD: token, **headers})


class ShareTest(ShareFixture):
    def test_a_link_opens_one_run_without_a_key(self):
        job = self.run_shell("echo hello; echo made > made.txt")
        token = self.share(job)["token"]
        self.assertEqual(self.server.get(f"/api/jobs/{job}").status, 401)
        seen = self.read(f"/api/jobs/{job}", token)
        self.assertEqual((seen.status, seen.json["output"]), (200, ["hello"]))
        self.assertEqual(self.read(f"/api/jobs/{job}/output", token).body, b"hello\n")
        self.assertEqual(self.read(f"/api/jobs/{job}/findings", token).status, 200)
        self.assertEqual(self.read(f"/api/jobs/{job}/artifacts/made.txt", token).body, b"made\n")
        self.assertTrue(self.read(f"/api/jobs/{job}/artifacts", token).body.startswith(b"PK"))
        stream = self.read(f"/api/stream/{job}", token)
        self.assertIn(b'"text":"hello\\n"', stream.body)
        self.assertIn(b"event: complete", stream.body)
        self.assertEqual(self.read(f"/api/jobs/{job}", token, "HEAD").status, 200)

    def test_it_opens_nothing_else(self):
        job, secret = self.run_shell("echo a"), self.run_shell("echo secret; echo s > s.txt")
        token = self.share(job)["token"]
        for target in (f"/api/jobs/{secret}", f"/api/jobs/{secret}/output",
                       f"/api/jobs/{secret}/findings", f"/api/jobs/{secret}/artifacts",
                       f"/api/jobs/{secret}/artifacts/s.txt", f"/api/stream/{secret}",
                       f"/api/stream/{secret}?after=end", "/api/jobs/job_none",
                       f"/api/jobs/{job}/findings?against={secret}",
                       f"/api/jobs/{job}%2F..%2F{secret}", f"/api/jobs//{secret}",
                       "/api/jobs", "/api/shares", f"/api/jobs/{job}/share",
                       f"/api/projects/{self.project}", f"/api/projects/{self.project}/files/a.txt",
                       "/api/tools", "/api/queue/status", f"/api/queue/status?jobId={job}",
                       "/api/checkups", "/api/webhooks", "/metrics", "/api/none"):
            answer = self.read(target, token)
            self.assertIn(answer.status, (400, 404), target)
            self.assertNotIn(b"secret", answer.body.replace(secret.encode(), b""), target)

    def test_it_changes_nothing(self):
        job = self.run_shell("echo a")
        share = self.share(job)
        for method, target, body in (
                ("POST", f"/api/jobs/{job}/cancel", None), ("POST", f"/api/jobs/{job}/share", None),
                ("DELETE", f"/api/shares/{share['shareId']}", None),
                ("DELETE", f"/api/projects/{self.project}", None),
                ("POST", "/api/execute", {"toolId": "shell", "projectId": self.project,
                                          "parameters": {"script": "id"}}),
                ("POST", "/api/checkups", {"projectId": self.project}),
                ("POST", "/api/upload", b"x"), ("POST", "/mcp", {"jsonrpc": "2.0"}),
                ("PUT", f"/api/jobs/{job}", None), ("DELETE", f"/api/jobs/{job}", None)):
            answer = self.read(target, share["token"], method, body)
            self.assertIn(answer.status, (404, 405), f"{method} {target}")
        self.assertEqual(self.own.get(f"/api/jobs/{job}").status, 200)
        self.assertEqual(len(self.own.get("/api/shares").json["shares"]), 1)
        # Together with a key, a token still opens only its run.
        answer = self.read("/api/jobs", share["token"], Authorization="Bearer " + self.own_key)
        self.assertEqual(answer.status, 404)

    def test_wrong_tokens_are_refused_and_counted(self):
        job = self.run_shell("echo a")
        token = self.share(job)["token"]
        digest = hashlib.sha256(token.encode()).hexdigest()
        for wrong in ("", "gbs_", token[:-1], token + "a", token.swapcase(), digest, "' OR 1=1 --",
                      f"{token}, {token}", "gbs_" + "0" * 22):
            answer = self.read(f"/api/jobs/{job}", wrong)
            self.assertEqual(answer.status, 401, wrong)
        statuses = [self.read(f"/api/jobs/{job}", "gbs_" + "1" * 22).status for _ in range(30)]
        self.assertEqual(statuses[-1], 429)
        self.assertEqual(self.read(f"/api/jobs/{job}", token).status, 200)

    def test_it_ends_when_it_expires(self):
        job = self.run_shell("echo a")
        for wrong in (0, 59_999, 90 * 86400_000 + 1, -1):
            answer = self.own.call("POST", f"/api/jobs/{job}/share", {"expiresInMs": wrong})
            self.assertEqual((answer.status, answer.error["details"]["field"]),
                             (400, "expiresInMs"))
        token = self.share(job, {"expiresInMs": 60_000})["token"]
        self.assertEqual(self.read(f"/api/jobs/{job}", token).status, 200)
        self.server.stop()
        with sqlite3.connect(self.server.data_dir / "glovebox.db") as database:
            database.execute("UPDATE shares SET expires_at = ?", (int(time.time() * 1000) + 1500,))
        database.close()
        self.server.start()
        self.assertEqual(self.read(f"/api/jobs/{job}", token).status, 200)
        self.server.until(lambda: self.read(f"/api/jobs/{job}", token).status == 401, "the expiry")
        self.assertEqual(self.own.get("/api/shares").json["shares"], [])

    def test_it_ends_when_it_is_revoked_also_for_an_open_stream(self):
        job = self.own.submit(self.project, "for i in $(seq 300); do echo line $i; sleep 0.1; done")
        share = self.share(job)
        seen = []
        reader = threading.Thread(
            target=lambda: seen.append(self.read(f"/api/stream/{job}", share["token"]).body))
        reader.start()
        self.server.until(lambda: self.own.get(f"/api/jobs/{job}").json["outputLines"] > 3, "lines")
        refused = self.other.call("DELETE", f"/api/shares/{share['shareId']}")
        self.assertEqual(refused.status, 404)
        self.assertEqual(self.own.call("DELETE", f"/api/shares/{share['shareId']}").status, 204)
        self.assertEqual(self.own.call("DELETE", f"/api/shares/{share['shareId']}").status, 404)
        reader.join(20)
        self.assertFalse(reader.is_alive())
        self.assertNotIn(b"event: complete", seen[0])
        self.assertEqual(self.read(f"/api/jobs/{job}", share["token"]).status, 401)
        self.own.call("POST", f"/api/jobs/{job}/cancel")
        self.server.kill()
        self.server.start()
        self.assertEqual(self.read(f"/api/jobs/{job}", share["token"]).status, 401)

    def test_only_the_owner_shares_and_sees_links(self):
        job = self.run_shell("echo a")
        self.assertEqual(self.other.call("POST", f"/api/jobs/{job}/share").status, 404)
        self.assertEqual(self.server.call("POST", f"/api/jobs/{job}/share").status, 401)
        self.assertEqual(self.own.call("POST", "/api/jobs/job_none/share").status, 404)
        self.assertEqual(self.own.call("POST", "/api/jobs/chk_none/share").status, 404)
        share = self.share(job)
        self.assertEqual(share["path"], f"/shared/{job}#share={share['token']}")
        listed = self.own.get(f"/api/jobs/{job}/share").json["shares"]
        told = {name: share[name] for name in ("shareId", "jobId", "checkupId", "createdAt",
                                               "expiresAt")}
        self.assertEqual(listed, [told])
        self.assertEqual(self.other.get("/api/shares").json["shares"], [])

    def test_a_client_has_at_most_100_links(self):
        job = self.run_shell("echo a")
        shares = [self.share(job) for _ in range(100)]
        answer = self.own.call("POST", f"/api/jobs/{job}/share")
        self.assertEqual((answer.status, answer.error["details"]["configured"]), (409, 100))
        self.own.call("DELETE", f"/api/shares/{shares[0]['shareId']}")
        self.share(job)

    def test_links_survive_a_restart_as_hashes_and_are_in_no_log(self):
        job = self.run_shell("echo a")
        token = self.share(job)["token"]
        self.read(f"/api/jobs/{job}", token, Referer=f"http://h/shared/{job}#share={token}")
        # Users put tokens in wrong places.
        self.server.get(f"/shared/{job}?share={token}")
        self.server.get(f"/api/jobs/{job}?x={token}", headers={"User-Agent": token})
        self.server.kill()
        self.server.start()
        self.assertEqual(self.read(f"/api/jobs/{job}", token).status, 200)
        self.server.stop()
        self.assertNotIn(token, self.server.log())
        self.assertIn(f"/shared/{job}?share=gbs_***", self.server.log())
        for path in self.server.data_dir.rglob("*"):
            if path.is_file():
                self.assertNotIn(token.encode(), path.read_bytes(), path)
        with sqlite3.connect(self.server.data_dir / "glovebox.db") as database:
            (kept,) = database.execute("SELECT token_hash FROM shares").fetchone()
        database.close()
        self.assertEqual(kept, hashlib.sha256(token.encode()).hexdigest())

    def test_the_log_has_the_reader_and_the_link_s_id(self):
        job = self.run_shell("echo a")
        share = self.share(job)
        self.read(f"/api/jobs/{job}/output", share["token"])
        lines = [line for line in self.server.log().splitlines()
                 if f"GET /api/jobs/{job}/output" in line]
        self.assertEqual(len(lines), 1)
        self.assertIn(f"share={share['shareId']}", lines[0])
        self.assertIn("ip:127.0.0.1", lines[0])
        self.assertNotIn("key:own", lines[0])
        self.assertTrue(re.search(r"audit-share.*" + share["shareId"], self.server.log())
                        or share["shareId"] in self.server.log())

    def test_readers_do_not_use_the_owner_s_places(self):
        self.server.kill()
        self.server.flags += ["--streams-per-client", "1"]
        self.server.start()
        job = self.own.submit(self.project, "sleep 30")
        token = self.share(job)["token"]
        first, second = self.server.connection(), self.server.connection()
        self.addCleanup(first.close)
        self.addCleanup(second.close)
        first.request("GET", f"/api/stream/{job}", headers={FIELD: token})
        self.assertEqual(first.getresponse().status, 200)
        second.request("GET", f"/api/stream/{job}", headers=self.own.headers)
        self.assertEqual(second.getresponse().status, 200)
        self.assertEqual(self.read(f"/api/stream/{job}", token).status, 429)
        self.own.call("POST", f"/api/jobs/{job}/cancel")


class SharedCheckupTest(ShareFixture):
    def test_a_link_to_a_checkup_opens_it_and_its_runs(self):
        body = {"projectId": self.project, "toolIds": ["linter", "nap"]}
        checkup = self.own.call("POST", "/api/checkups", body).json["checkupId"]
        self.server.until(lambda: self.own.get(f"/api/checkups/{checkup}").json["finishedAt"], "end")
        alone = self.run_shell("echo alone")
        token = self.share(checkup, kind="checkups")["token"]
        seen = self.read(f"/api/checkups/{checkup}", token)
        self.assertEqual(seen.status, 200)
        for job in seen.json["jobs"]:
            self.assertEqual(self.read(f"/api/jobs/{job['jobId']}", token).status, 200)
            self.assertEqual(self.read(f"/api/stream/{job['jobId']}", token).status, 200)
        for target in (f"/api/checkups/{checkup}/findings", f"/api/checkups/{checkup}/report",
                       f"/api/stream/{checkup}"):
            self.assertEqual(self.read(target, token).status, 200, target)
        self.assertEqual(self.read(f"/api/jobs/{alone}", token).status, 404)
        cancel = self.read(f"/api/checkups/{checkup}/cancel", token, "POST")
        self.assertEqual(cancel.status, 404)
        # The link to one run does not open its check-up.
        one = self.share(seen.json["jobs"][0]["jobId"])["token"]
        self.assertEqual(self.read(f"/api/checkups/{checkup}", one).status, 404)
        self.assertEqual(self.read(f"/api/jobs/{seen.json['jobs'][1]['jobId']}", one).status, 404)


class OpenServerTest(unittest.TestCase):
    """Without keys a link works from another address, and its reader is that address."""

    def test_a_link_works_from_another_address(self):
        server = Server(self, trusted_proxies="127.0.0.1")
        headers = {"X-Forwarded-For": "192.0.2.1"}
        job = server.call("POST", "/api/execute",
                          {"toolId": "shell", "projectId": self.upload(server, headers),
                           "parameters": {"script": "echo a"}}, headers).json["jobId"]
        token = server.call("POST", f"/api/jobs/{job}/share", None, headers).json["token"]
        away = {"X-Forwarded-For": "198.51.100.9"}
        self.assertEqual(server.call("GET", f"/api/jobs/{job}", None, away).status, 404)
        self.assertEqual(server.call("GET", f"/api/jobs/{job}", None, {**away, FIELD: token}).status,
                         200)

    @staticmethod
    def upload(server, headers):
        headers = {**headers, "Content-Type": "application/octet-stream"}
        from harness import zip_of
        return server.call("POST", "/api/upload", zip_of({"a": "b"}), headers).json["projectId"]


if __name__ == "__main__":
    unittest.main()
