"""The server's log and audit log: formats, what is in them, hostile names, rotation."""
import json
import os
import signal
import unittest

from harness import Server, TempDir, zip_of
from keys import NOBODYS_KEY, Client, KeysFile
from mcp_messages import Agent

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
HOSTILE = '%22%7D%0A%7B%22event%22:%22forged%22,%1b%5B31m%c2%9b%e2%80%a8'


def events(text):
    return [json.loads(line) for line in text.splitlines()]


class LogTest(unittest.TestCase):
    def test_every_json_line_has_time_level_and_event(self):
        server = Server(self, log_format="json")
        answer = server.execute("shell", server.project(), parameters={"script": "exit 3"})
        job = answer.json["jobId"]
        server.get("/api/tools/" + HOSTILE, headers={"User-Agent": "a\xe9\"b", **TRACEPARENT})
        self.assertEqual(server.stop(), 0)
        log = events(server.log())
        for event in log:
            self.assertLessEqual({"time", "level", "event"}, event.keys())
            self.assertRegex(event["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        named = {name: [event for event in log if event["event"] == name]
                 for name in ("request", "job-ended", "audit-run", "audit-upload", "log")}
        request = next(event for event in named["request"]
                       if event["requestId"] == answer.headers["X-Request-Id"])
        self.assertEqual(request["job"], job)
        self.assertEqual(request["client"], "ip:127.0.0.1")
        self.assertEqual((request["fields"]["status"], request["fields"]["method"]), (200, "POST"))
        ended = named["job-ended"][0]
        self.assertEqual((ended["job"], ended["fields"]["tool"], ended["fields"]["status"],
                          ended["fields"]["exitCode"]), (job, "shell", "failed", 3))
        self.assertEqual(named["audit-run"][0]["job"], job)
        self.assertEqual(named["request"][-1]["traceId"], TRACE)
        self.assertTrue(named["log"], "lines of other parts are events, too")
        self.assertTrue(server.log().isascii())

    def test_text_is_the_default_and_one_line_an_event(self):
        server = Server(self)
        answer = server.get("/api/tools/" + HOSTILE, headers=TRACEPARENT)
        self.assertIn(f"00-{TRACE}-", answer.headers["traceresponse"])
        self.assertEqual(server.stop(), 0)
        for line in server.log().splitlines():
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT[^ ]*Z [a-z]+ [\x20-\x7e]+$")
        self.assertIn("trace=" + TRACE, server.log())

    def test_a_start_that_fails_is_json_too(self):
        server = Server(self, log_format="json")
        server.stop()
        server.flags[1] = "no-such-host:1"
        with self.assertRaises(AssertionError):
            server.start()
        self.assertEqual(events(server.log())[-1]["level"], "critical")
        server.wait()


class AuditTest(unittest.TestCase):
    def setUp(self):
        self.folder = TempDir(self).path
        self.path = self.folder / "audit.log"

    def audited(self, path=None):
        return events((path or self.path).read_text(encoding="ascii"))

    def test_who_did_what_and_which_keys_were_refused(self):
        keys = KeysFile(self)
        key = keys.create("ci")
        server = Server(self, audit_file=self.path, keys_file=keys.path, log_format="json")
        client = Client(server, key)
        project = client.project()
        job = client.submit(project, "sleep 60")
        client.call("POST", f"/api/jobs/{job}/cancel")
        server.until(lambda: client.status(job) == "cancelled", "the job is cancelled")
        client.call("POST", f"/api/jobs/{job}/cancel")  # has ended: no act
        self.assertEqual(client.call("DELETE", f"/api/projects/{project}").status, 204)
        self.assertEqual(Client(server, NOBODYS_KEY).get("/api/jobs").status, 401)
        self.assertEqual(Client(server).get("/api/jobs").status, 401)
        found = self.audited()
        self.assertEqual([event["event"] for event in found],
                         ["audit-upload", "audit-run", "audit-cancel", "audit-delete",
                          "audit-key-refused"])
        for event in found[:-1]:
            self.assertEqual(event["client"], "key:ci")
            self.assertEqual(event["fields"]["address"], "ip:127.0.0.1")
        self.assertEqual(found[1]["job"], job)
        self.assertEqual(found[1]["fields"]["project"], project)
        self.assertEqual(found[-1]["fields"]["reason"], "wrong")
        for text in (self.path.read_text(), server.log()):
            self.assertNotIn("gbx_", text)
        self.assertNotIn("audit-", server.log(), "an event is in one place")

    def test_what_an_agent_does_over_mcp_is_audited_too(self):
        server = Server(self, audit_file=self.path, concurrent_per_client=1)
        agent = Agent(server)
        files = [{"path": "a.txt", "text": "alpha\n"}]
        task = agent.call("shell", {"files": files, "script": "sleep 60"}, tasks=True).result
        agent.ask("tasks/cancel", {"taskId": task["taskId"]}, tasks=True)
        server.until(lambda: agent.ask("tasks/get", {"taskId": task["taskId"]},
                                       tasks=True).result["status"] != "working", "it has ended")
        checkup = agent.call("check_project", {"files": files, "tools": ["nap"]}, tasks=True).result
        found = self.audited()
        self.assertEqual([event["event"] for event in found],
                         ["audit-upload", "audit-run", "audit-cancel", "audit-upload", "audit-run"])
        self.assertEqual([found[1]["job"], found[2]["job"]], [task["taskId"]] * 2)
        self.assertEqual(found[1]["fields"]["tool"], "shell")
        self.assertEqual(found[4]["fields"]["checkup"], checkup["taskId"])
        for event in found:
            self.assertEqual(event["client"], "ip:127.0.0.1")
            self.assertTrue(event["requestId"])

    def test_hostile_names_are_values_and_nothing_else(self):
        server = Server(self, audit_file=self.path)
        answer = server.call("POST", "/api/upload?name=" + HOSTILE, zip_of({"a.txt": "a"}),
                             {"Content-Type": "application/zip"})
        self.assertEqual(answer.status, 201, answer.body)
        found = self.audited()
        self.assertEqual([event["event"] for event in found], ["audit-upload"])
        self.assertEqual(found[0]["fields"]["project"], answer.json["projectId"])

    def test_rotation_by_rename_and_by_sighup(self):
        server = Server(self, audit_file=self.path)
        server.project()
        self.path.rename(self.folder / "audit.log.1")
        server.project()
        self.assertEqual(len(self.audited()), 1)
        self.assertEqual(len(self.audited(self.folder / "audit.log.1")), 1)
        self.path.rename(self.folder / "audit.log.2")
        server.signal(signal.SIGHUP)
        server.until(self.path.exists, "SIGHUP makes the file")
        server.project()
        self.assertEqual(len(self.audited()), 1)
        self.assertEqual(server.stop(), 0)
        self.assertEqual(os.stat(self.path).st_mode & 0o7, 0)

    def test_what_cannot_be_written_is_in_the_log_and_in_the_health(self):
        server = Server(self, audit_file=self.path)
        self.path.unlink()
        self.path.mkdir()  # in its place: the next event cannot open it
        server.project()
        self.assertIn("audit_log", [reason["code"] for reason in
                                    server.get("/api/health").json["reasons"]])
        self.assertIn("audit-upload", server.log())
        self.path.rmdir()
        server.project()
        self.assertEqual(server.get("/api/health").json["status"], "ok")
        self.assertEqual(len(self.audited()), 1)


if __name__ == "__main__":
    unittest.main()
