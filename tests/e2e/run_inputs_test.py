"""What a run was started with: kept with it, in every answer about it, also after a restart."""
import json
import sqlite3
import unittest

from harness import Server

FIELDS = ("projectName", "toolVersion", "parameters", "command", "timeoutMs", "stdin",
          "stdinBytes")


def inputs_of(job):
    return {name: job[name] for name in FIELDS}


class RunInputsTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(self, hourly_per_client=0, concurrent_per_client=0)

    def job(self, job_id):
        return self.server.get(f"/api/jobs/{job_id}?output=false").json

    def test_a_run_tells_what_it_was_started_with(self):
        project = self.server.project()
        name = self.server.get(f"/api/projects/{project}").json["name"]
        done = self.server.run_shell("cat", project, stdin="hello", timeoutMs=5000)
        expected = {"projectName": name, "toolVersion": None, "parameters": {"script": "cat"},
                    "command": ["sh", "-c", "cat"], "timeoutMs": 5000, "stdin": "hello",
                    "stdinBytes": 5}
        self.assertEqual(inputs_of(done), expected)
        self.assertEqual(inputs_of(self.job(done["jobId"])), expected)
        listed = self.server.get("/api/jobs").json["jobs"][0]
        self.assertEqual(inputs_of(listed), expected)

    def test_defaults_are_among_the_parameters(self):
        done = self.server.execute("nap", self.server.project()).json
        self.assertEqual(done["parameters"], {"seconds": 0.01})
        self.assertEqual(done["command"], ["sleep", "0.01"])
        self.assertEqual((done["stdin"], done["stdinBytes"], done["timeoutMs"]), ("", 0, None))

    def test_the_same_parameters_give_the_same_run(self):
        first = self.server.execute("linter", self.server.project(), parameters={"code": 3}).json
        again = self.server.execute(first["toolId"], first["projectId"],
                                    parameters=first["parameters"]).json
        self.assertEqual((again["exitCode"], again["command"]), (3, first["command"]))

    def test_longer_standard_input_is_not_kept(self):
        kept = self.server.run_shell("cat > /dev/null", stdin="x" * 16384)
        self.assertEqual((len(kept["stdin"]), kept["stdinBytes"]), (16384, 16384))
        dropped = self.server.run_shell("cat > /dev/null", stdin="x" * 16385)
        self.assertEqual((dropped["stdin"], dropped["stdinBytes"]), (None, 16385))

    def test_a_checkup_s_runs_tell_it_too(self):
        body = {"projectId": self.server.project(), "toolIds": ["linter", "nap"],
                "parameters": {"linter": {"code": 1}}}
        checkup = self.server.call("POST", "/api/checkups", body).json
        told = {job["toolId"]: job["parameters"] for job in checkup["jobs"]}
        self.assertEqual(told, {"linter": {"code": 1}, "nap": {"seconds": 0.01}})

    def test_it_is_kept_over_a_restart_while_the_job_waits_runs_and_has_ended(self):
        done = self.server.run_shell("exit 4")["jobId"]
        accepted = self.server.execute("shell", self.server.project(), stream=True,
                                       parameters={"script": "sleep 1; exit 5"}).json["jobId"]
        before = inputs_of(self.job(accepted))
        self.assertEqual(before["parameters"], {"script": "sleep 1; exit 5"})
        self.server.kill()
        self.server.start()
        self.assertEqual(self.job(done)["parameters"], {"script": "exit 4"})
        self.assertEqual(inputs_of(self.job(accepted)), before)
        self.server.until(lambda: self.job(accepted)["finishedAt"], "the job's end")
        self.assertEqual(inputs_of(self.job(accepted)), before)

    def test_a_row_of_an_older_version_is_read_without_them(self):
        done = self.server.run_shell("exit 4")["jobId"]
        damaged = self.server.run_shell("exit 4")["jobId"]
        self.server.stop()
        with sqlite3.connect(self.server.data_dir / "glovebox.db") as database:
            database.execute("UPDATE jobs SET inputs = '' WHERE id = ?", (done,))
            database.execute("UPDATE jobs SET inputs = '{' WHERE id = ?", (damaged,))
        database.close()
        self.server.start()
        for job in (done, damaged):
            told = self.job(job)
            self.assertEqual(inputs_of(told), dict.fromkeys(FIELDS))
            self.assertEqual(told["exitCode"], 4)
        self.assertEqual(len(json.loads(self.server.get("/api/jobs").body)["jobs"]), 2)


if __name__ == "__main__":
    unittest.main()
