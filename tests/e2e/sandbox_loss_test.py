"""The processes behind the server are killed or stopped while jobs wait, and no accepted job
fails."""
import os
import pathlib
import signal
import time
import unittest

import durability_test
from harness import Server
from sender_process import child_named
from stream_test import submit

SANDBOX_LOST = 75


def children_of(parent):
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return sorted(found)


class SandboxLossTest(unittest.TestCase):
    # Not the class by its name: unittest would run its tests here once more.
    wait_for_end = durability_test.DurabilityTest.wait_for_end

    def server(self, **settings):
        return Server(self, hourly_per_client=0, concurrent_per_client=0, **settings)

    def keeper(self, server):
        return child_named(server.process.pid, "glovebox-keeper")

    def expect_all_completed(self, server, jobs):
        for i, job in enumerate(jobs):
            end = self.wait_for_end(server, job)
            self.assertEqual((end["status"], end["output"]), ("completed", [str(i)]), end)

    def test_a_killed_keeper_ends_the_server_with_a_code_and_no_job(self):
        server = self.server(concurrency=2)
        jobs = [submit(server, f"sleep 0.3; echo {i}") for i in range(20)]
        time.sleep(0.5)
        os.kill(self.keeper(server), signal.SIGKILL)
        self.assertEqual(server.wait(), SANDBOX_LOST)
        self.assertIn("accepted jobs run after the restart", server.log())
        server.start()
        self.expect_all_completed(server, jobs)

    def test_a_killed_launcher_is_replaced_and_fails_no_job(self):
        server = self.server(concurrency=2)
        jobs = [submit(server, f"sleep 0.2; echo {i}") for i in range(20)]
        for _ in range(2):
            time.sleep(0.7)
            os.kill(children_of(self.keeper(server))[0], signal.SIGKILL)
        self.expect_all_completed(server, jobs)
        self.assertEqual(server.get("/api/ready").status, 200)
        self.assertEqual(server.get("/api/health").json["status"], "ok")

    def test_the_queue_waits_until_slots_can_be_created_again(self):
        server = self.server(concurrency=1)
        self.assertEqual(server.run_shell("echo there")["output"], ["there"])
        project = server.project()
        trees = server.data_dir / "projects" / "trees"
        away = server.data_dir / "projects" / "away"
        trees.rename(away)
        launcher = children_of(self.keeper(server))[0]
        os.kill(children_of(launcher)[0], signal.SIGKILL)
        server.until(lambda: server.get("/api/ready").status == 503, "not ready")
        health = server.get("/api/health").json
        self.assertEqual(health["status"], "degraded", health)
        self.assertEqual([reason["code"] for reason in health["reasons"]], ["sandbox_outage"])
        self.assertFalse(health["reasons"][0]["takesNoJobs"])
        answer = server.call("POST", "/api/execute", {
            "toolId": "shell", "projectId": project, "stream": True,
            "parameters": {"script": "echo 0"}})
        self.assertEqual(answer.status, 202, answer.body)
        time.sleep(0.5)
        self.assertEqual(server.get(f"/api/jobs/{answer.json['jobId']}").json["status"], "queued")
        away.rename(trees)
        self.expect_all_completed(server, [answer.json["jobId"]])
        server.until(lambda: server.get("/api/ready").status == 200, "ready again")

    def test_a_stopped_slot_is_replaced_and_its_job_runs_again(self):
        server = self.server(concurrency=1)
        job = submit(server, "echo begun; sleep 2")
        server.until(lambda: server.get(f"/api/jobs/{job}").json["output"] == ["begun"], "begun")
        launcher = children_of(self.keeper(server))[0]
        os.kill(children_of(launcher)[0], signal.SIGSTOP)
        end = self.wait_for_end(server, job)
        self.assertEqual((end["status"], end["attempt"], end["output"]),
                         ("completed", 2, ["begun"]), end)
        self.assertEqual(server.run_shell("echo next")["output"], ["next"])

    def test_hard_linked_results_are_kept(self):
        server = self.server()
        end = server.run_shell("echo x > a; ln a b; echo y > c")
        self.assertEqual(sorted(artifact["path"] for artifact in end["artifacts"]), ["a", "b", "c"])
        for path, content in (("a", b"x\n"), ("b", b"x\n"), ("c", b"y\n")):
            fetched = server.get(f"/api/jobs/{end['jobId']}/artifacts/{path}")
            self.assertEqual(fetched.body, content)
        kept = list((server.data_dir / "artifacts" / end["jobId"]).iterdir())
        self.assertEqual(len({file.stat().st_ino for file in kept}), 2)

    def test_a_thousand_results_of_several_jobs_need_few_descriptors(self):
        server = self.server(concurrency=4)
        script = "i=0; while [ $i -lt 1000 ]; do echo $i > f$i; i=$((i+1)); done"
        jobs = [submit(server, script) for _ in range(4)]
        most = 0
        unfinished = list(jobs)
        while unfinished:
            most = max(most, len(os.listdir(f"/proc/{server.process.pid}/fd")))
            unfinished = [job for job in unfinished if server.get(f"/api/jobs/{job}").json["status"]
                          in ("queued", "running")]
        for job in jobs:
            self.assertEqual(len(server.get(f"/api/jobs/{job}").json["artifacts"]), 1000)
        self.assertLess(most, 256)


if __name__ == "__main__":
    unittest.main()
