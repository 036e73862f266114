"""Check-ups over HTTP: choice of tools, verdict, stream and resume, quota, cancel, kill -9."""
import unittest

from harness import Server, TempDir, write_test_tools
from stream_test import EventReader

LINTER = """
id = "{id}"
name = "{id}"
description = "For tests."
category = "Tests"
status = "available"
inputs = ["*"]
timeout = "60s"
checkup = {checkup}
command = ["sh", "-c", '''{script}''']
exit_codes = {{clean = [0], findings = [1], nothing = [3]}}
"""


def tools_with(case, **scripts):
    """A folder with the test tools and these ones, which take part in check-ups."""
    folder = TempDir(case)
    write_test_tools(folder.path)
    for name, script in scripts.items():
        folder.write(f"{name}.toml", LINTER.format(id=name, checkup="true", script=script))
    return [folder.path]


def verdicts(checkup):
    return {job["toolId"]: job["verdict"] for job in checkup["jobs"]}


class CheckupTest(unittest.TestCase):
    def start(self, server, **body):
        answer = server.call("POST", "/api/checkups", {"projectId": server.project(), **body})
        self.assertEqual(answer.status, 202, answer.body)
        self.assertEqual(answer.headers["Location"], answer.json["links"]["self"])
        return answer.json

    def events(self, server, checkup, after=None):
        reader = EventReader(server, checkup, after)
        self.addCleanup(reader.close)
        return list(reader)

    def wait(self, server, checkup):
        return self.events(server, checkup["checkupId"])[-1][2]

    def test_every_tool_that_takes_part_runs_and_the_worst_verdict_counts(self):
        server = Server(self, tools_dirs=tools_with(self, one="true", two="exit 1", three="exit 3"))
        started = self.start(server)
        ended = self.wait(server, started)
        self.assertEqual(verdicts(ended), {"one": "clean", "two": "findings",
                                           "three": "nothing-to-do"})
        self.assertEqual((ended["status"], ended["verdict"]), ("completed", "findings"))
        self.assertIsNotNone(ended["finishedAt"])
        got = server.get(started["links"]["self"]).json
        self.assertEqual(got, ended)
        self.assertEqual(server.get("/api/checkups").json["checkups"], [ended])
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertEqual(server.get(started["links"]["self"]).json, ended)

    def test_named_tools_with_parameters_and_what_is_refused(self):
        server = Server(self, tools_dirs=tools_with(self, one="true"), hourly_per_client=0)
        checkup = self.start(server, toolIds=["linter", "one"],
                             parameters={"linter": {"code": 2}})
        self.assertEqual(self.wait(server, checkup)["verdict"], "error")
        project = server.project()
        for body, status, field in (
                ({"toolIds": []}, 400, "toolIds"), ({"toolIds": "one"}, 400, "toolIds"),
                ({"toolIds": ["one", "one"]}, 400, "toolIds"),
                ({"toolIds": ["missing"]}, 409, "toolId"),
                ({"parameters": {"one": 3}}, 400, "parameters.one"),
                ({"parameters": {"linter": {}}}, 400, "parameters.linter"),
                ({"tools": ["one"]}, 400, "tools")):
            answer = server.call("POST", "/api/checkups", {"projectId": project, **body})
            self.assertEqual((answer.status, answer.error["details"]["field"]), (status, field))
        answer = server.call("POST", "/api/checkups", {"projectId": "prj_none"})
        self.assertEqual(answer.status, 404)
        self.assertEqual(server.get("/api/checkups/chk_none").status, 404)
        self.assertEqual(server.queue()["pending"] + server.queue()["running"], 0)

    def test_without_an_applicable_tool_it_is_409(self):
        server = Server(self)
        answer = server.call("POST", "/api/checkups", {"projectId": server.project()})
        self.assertEqual((answer.status, answer.error["type"]), (409, "UserError"))

    def test_the_stream_sends_each_change_and_resumes(self):
        server = Server(self, tools_dirs=tools_with(self, one="true", two="sleep 0.3"))
        checkup = self.start(server)
        told = self.events(server, checkup["checkupId"])
        self.assertEqual([name for _, name, _ in told][-1], "complete")
        jobs = [data for _, name, data in told if name == "job"]
        for tool in ("one", "two"):
            states = [job["status"] for job in jobs if job["toolId"] == tool]
            self.assertEqual(states[-1], "completed")
            self.assertEqual(len(states), len(set(states)))
        for place in range(len(told) - 1):
            again = self.events(server, checkup["checkupId"], told[place][0])
            ends = [d["toolId"] for _, n, d in told[:place + 1]
                    if n == "job" and d["status"] == "completed"]
            more = [d["toolId"] for _, n, d in again if n == "job"]
            self.assertFalse(set(ends) & set(more))
            self.assertEqual(again[-1][1:], told[-1][1:])
        answer = server.get(f"/api/stream/{checkup['checkupId']}?after=end")
        self.assertEqual(answer.status, 204)
        answer = server.get(f"/api/stream/{checkup['checkupId']}?after=7")
        self.assertEqual(answer.status, 400)

    def test_it_counts_once_and_cancel_stops_all_of_it(self):
        tools = tools_with(self, one="sleep 60", two="sleep 60", three="sleep 60")
        server = Server(self, tools_dirs=tools, concurrent_per_client=1, hourly_per_client=2)
        checkup = self.start(server)
        self.assertEqual(server.execute("nap", checkup["projectId"]).status, 429)
        target = checkup["links"]["self"]
        server.until(lambda: any(job["status"] == "running"
                                 for job in server.get(target).json["jobs"]), "a job runs")
        states = sorted(job["status"] for job in server.get(target).json["jobs"])
        self.assertEqual(states, ["queued", "queued", "running"])
        self.assertEqual(server.call("POST", target + "/cancel").status, 202)
        ended = self.wait(server, checkup)
        self.assertEqual({job["status"] for job in ended["jobs"]}, {"cancelled"})
        self.assertEqual((ended["status"], ended["verdict"]), ("cancelled", None))
        self.assertEqual(server.call("POST", target + "/cancel").status, 200)
        self.assertEqual(server.execute("nap", checkup["projectId"]).status, 200)
        self.assertEqual(server.execute("nap", checkup["projectId"]).status, 429)

    def test_the_same_key_is_the_same_checkup(self):
        server = Server(self, tools_dirs=tools_with(self, one="true"))
        project = server.project()
        ids = set()
        for _ in range(2):
            answer = server.call("POST", "/api/checkups", {"projectId": project},
                                 {"Idempotency-Key": "k"})
            ids.add(answer.json["checkupId"])
        self.assertEqual(len(ids), 1)
        self.assertEqual(answer.headers["Idempotency-Replayed"], "true")
        answer = server.call("POST", "/api/checkups", {"projectId": project, "toolIds": ["one"]},
                             {"Idempotency-Key": "k"})
        self.assertEqual(answer.status, 422)

    def test_findings_of_all_tools_are_one_list_and_one_report(self):
        tools = tools_with(self, two="printf 'a.txt:1: error: two\\n'; exit 1",
                           one="printf 'a.txt:1: warning: one\\na.txt:2: note: more\\n'; exit 1")
        for name in ("one", "two"):
            path = tools[0] / f"{name}.toml"
            path.write_text(path.read_text() + '[findings]\nformat = "gnu"\n')
        server = Server(self, tools_dirs=tools)
        checkup = self.start(server)
        ended = self.wait(server, checkup)
        self.assertEqual({key: ended["findings"][key] for key in ("total", "error", "warning")},
                         {"total": 3, "error": 1, "warning": 1})
        findings = checkup["links"]["findings"]
        listed = server.get(findings).json["findings"]
        self.assertEqual([(one["line"], one["toolId"]) for one in listed],
                         [(1, "one"), (1, "two"), (2, "one")])
        page = server.get(findings + "?limit=2").json
        self.assertEqual(page["findings"], listed[:2])
        page = server.get(findings + "?limit=2&cursor=" + page["nextCursor"]).json
        self.assertEqual((page["findings"], page["nextCursor"]), (listed[2:], None))
        errors = server.get(findings + "?severity=error").json["findings"]
        self.assertEqual([one["toolId"] for one in errors], ["two"])
        self.assertEqual(server.get(findings + "?against=x").status, 400)
        report = server.get(checkup["links"]["report"])
        self.assertEqual([len(run["results"]) for run in report.json["runs"]], [2, 1])
        self.assertEqual(server.get(checkup["links"]["report"] + "?format=gitlab").status, 200)
        self.assertEqual(server.get(checkup["links"]["report"] + "?format=pdf").status, 400)

    def test_the_tools_with_the_lowest_memory_limit_run_first(self):
        folders = tools_with(self, a="true", b="true", c="true")
        for name, limit in (("a", "512MiB"), ("b", "64MiB"), ("c", "128MiB")):
            with open(folders[0] / f"{name}.toml", "a", encoding="utf-8") as file:
                file.write(f'[limits]\nmemory = "{limit}"\n')
        server = Server(self, tools_dirs=folders, concurrency=1)
        checkup = self.start(server)
        self.assertEqual([job["toolId"] for job in checkup["jobs"]], ["b", "c", "a"])
        ended = self.wait(server, checkup)
        times = [job["startedAt"] for job in ended["jobs"]]
        self.assertEqual(times, sorted(times))
        # Named tools keep their order.
        named = self.start(server, toolIds=["a", "b", "c"])
        self.assertEqual([job["toolId"] for job in named["jobs"]], ["a", "b", "c"])

    def test_kill_9_loses_no_job_of_it(self):
        scripts = {f"t{i}": "sleep 0.2" for i in range(6)}
        server = Server(self, tools_dirs=tools_with(self, **scripts), concurrent_per_client=1,
                        concurrency=1)
        checkup = self.start(server)
        target = checkup["links"]["self"]
        server.until(lambda: any(job["status"] == "completed"
                                 for job in server.get(target).json["jobs"]), "a job has ended")
        server.kill()
        server.start()
        ended = self.wait(server, checkup)
        self.assertEqual([job["jobId"] for job in ended["jobs"]],
                         [job["jobId"] for job in checkup["jobs"]])
        self.assertEqual(ended["status"], "completed")
        self.assertEqual({job["status"] for job in ended["jobs"]}, {"completed"})
        lost = [job for job in ended["jobs"] if job["attempt"] > 1]
        self.assertLessEqual(len(lost), 1)  # the one that ran
        self.assertEqual(server.execute("nap", checkup["projectId"]).status, 200)


if __name__ == "__main__":
    unittest.main()
