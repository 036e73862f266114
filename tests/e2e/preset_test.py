"""Presets: what a file fixes, what a request may not change, and bad files."""
import unittest

from harness import Server, TempDir, glovebox, write_test_tools

GOOD = """
title = "Homework 3"
text = "Upload your solution."
tools = ["shell", "linter"]
timeout = "5s"
[limits]
project_files = 2
project_bytes = "1KiB"
[parameters.shell]
script = "cat a.txt"
[parameters.linter]
code = 1
"""


class PresetTest(unittest.TestCase):
    def setUp(self):
        self.folder = TempDir(self)
        self.folder.write("presets/homework-3.toml", GOOD)
        self.folder.write("presets/bad.toml", GOOD.replace("linter", "lintre"))
        self.presets = self.folder.path / "presets"
        self.server = Server(self, presets_dir=self.presets, hourly_per_client=0,
                             concurrent_per_client=0)

    def run_preset(self, project, name="homework-3", **fields):
        return self.server.call("POST", f"/api/presets/{name}/run",
                                {"projectId": project, **fields})

    def test_it_runs_the_tools_with_the_parameters_of_its_file(self):
        listed = self.server.get("/api/presets").json["presets"]
        self.assertEqual([preset["name"] for preset in listed], ["homework-3"])
        self.assertEqual(listed[0], self.server.get("/api/presets/homework-3").json)
        self.assertEqual(listed[0]["limits"],
                         {"timeoutMs": 5000, "projectBytes": 1024, "projectFiles": 2})
        answer = self.run_preset(self.server.project())
        self.assertEqual(answer.status, 202, answer.body)
        jobs = {job["toolId"]: job for job in answer.json["jobs"]}
        self.assertEqual(jobs["shell"]["parameters"], {"script": "cat a.txt"})
        self.assertEqual(jobs["linter"]["parameters"], {"code": 1})
        self.assertEqual({job["timeoutMs"] for job in jobs.values()}, {5000})
        path = f"/api/checkups/{answer.json['checkupId']}"
        self.assertEqual(answer.headers["Location"], path)
        self.server.until(lambda: self.server.get(path).json["finishedAt"], "the end")
        output = self.server.get(f"/api/jobs/{jobs['shell']['jobId']}/output").body
        self.assertEqual(output, b"alpha\n")
        self.assertEqual(self.server.get(path).json["verdict"], "findings")

    def test_a_request_changes_nothing_of_it(self):
        project = self.server.project()
        for fields in ({"toolIds": ["nap"]}, {"parameters": {}}, {"timeoutMs": 60000},
                       {"title": "x"}):
            answer = self.run_preset(project, **fields)
            self.assertEqual((answer.status, answer.error["details"]["field"]),
                             (400, next(iter(fields))))

    def test_a_project_over_its_limits_is_refused(self):
        for files, observed in (({"a": "1", "b": "2", "c": "3"}, 3), ({"a": "x" * 1025}, 1025)):
            answer = self.run_preset(self.server.project(files))
            self.assertEqual((answer.status, answer.error["details"]["observed"]), (422, observed))
        at_the_bound = self.run_preset(self.server.project({"a.txt": "x" * 1000, "b": "y" * 24}))
        self.assertEqual(at_the_bound.status, 202)

    def test_a_bad_file_is_named_at_the_start_and_is_no_preset(self):
        self.assertIn("bad.toml", self.server.log())
        self.assertIn("lintre", self.server.log())
        self.assertEqual(self.server.get("/api/presets/bad").status, 404)
        self.assertEqual(self.run_preset(self.server.project(), name="bad").status, 404)
        self.assertEqual(self.run_preset("prj_none").status, 404)
        self.assertEqual(self.run_preset(self.server.project(), name="..%2Fbad").status, 404)

    def test_the_doctor_names_bad_files(self):
        tools = self.folder.path / "tools"
        tools.mkdir()
        write_test_tools(tools)
        flags = ("doctor", "--presets-dir", self.presets, "--tools-dir", tools)
        done = glovebox(*flags)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"presets: 1\n", done.stdout)
        self.assertIn(b"bad.toml:4: tools[1]", done.stdout)
        (self.presets / "bad.toml").unlink()
        self.assertEqual(glovebox(*flags).returncode, 0)


if __name__ == "__main__":
    unittest.main()
