"""What a tool found is a verdict and no failure: over HTTP, in the stream, in the history and on the
command line, whose exit code stays the tool's."""
import json
import unittest

import harness
from harness import Server
from stream_test import EventReader

# The tool's code, its status, its verdict.
CASES = ((0, "completed", "clean"), (1, "completed", "findings"), (65, "completed", "findings"),
         (3, "completed", "nothing-to-do"), (2, "failed", "error"))


class VerdictTest(unittest.TestCase):
    def test_the_server_reports_it_at_once_in_the_stream_and_after_a_restart(self):
        server = Server(self, hourly_per_client=0, concurrent_per_client=0)
        project = server.project()
        jobs = {}
        for code, status, verdict in CASES:
            answer = server.execute("linter", project, parameters={"code": code})
            self.assertEqual((answer.json["status"], answer.json["verdict"], answer.json["exitCode"]),
                             (status, verdict, code))
            self.assertEqual(answer.json["reason"], None if status == "completed" else "exit-code")
            streamed = server.execute("linter", project, parameters={"code": code},
                                      stream=True).json["jobId"]
            reader = EventReader(server, streamed)
            self.addCleanup(reader.close)
            self.assertEqual(list(reader)[-1][2]["verdict"], verdict)
            jobs[streamed] = verdict
        self.assertEqual(server.stop(), 0)
        server.start()
        for job, verdict in jobs.items():
            self.assertEqual(server.get(f"/api/jobs/{job}").json["verdict"], verdict)
        listed = {job["jobId"]: job["verdict"] for job in server.get("/api/jobs").json["jobs"]}
        self.assertEqual(jobs, {job: listed[job] for job in jobs})

    def test_a_tool_without_codes_or_that_was_stopped_has_none(self):
        server = Server(self)
        project = server.project()
        for tool, more in (("shell", {"parameters": {"script": "exit 1"}}),
                           ("nap", {"parameters": {"seconds": 60}, "timeoutMs": 50})):
            answer = server.execute(tool, project, **more)
            self.assertIsNone(answer.json["verdict"], tool)

    def test_the_command_line_shows_it_and_exits_like_the_tool(self):
        folder = harness.TempDir(self)
        folder.write("project/a.txt", "a")
        folder.write("tools/.keep", "")
        harness.write_test_tools(folder.path / "tools")
        for code, status, verdict in CASES:
            done = harness.glovebox("run", "linter", folder.path / "project", "--json",
                                    "--tools-dir", folder.path / "tools", "--param", f"code={code}")
            told = json.loads(done.stdout)
            self.assertEqual((done.returncode, told["status"], told["verdict"]),
                             (code, status, verdict))


if __name__ == "__main__":
    unittest.main()
