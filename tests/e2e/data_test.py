"""`glovebox data`, and a server whose database is missing, damaged, or not a database."""
import os
import signal
import unittest

from harness import Server, TempDir, glovebox, zip_of
from stream_test import EventReader, submit


class DataTest(unittest.TestCase):
    def data(self, action, *arguments, server):
        return glovebox("data", action, *arguments, "--data-dir", server.data_dir)

    def test_a_backup_of_a_running_server_restores_its_jobs(self):
        server = Server(self)
        before = server.run_shell("echo kept; echo made > out.txt")
        backup = TempDir(self).path / "backup"
        made = self.data("backup", backup, server=server)
        self.assertEqual(made.returncode, 0, made.stderr)
        after = server.run_shell("echo later")
        refused = self.data("restore", backup, server=server)
        self.assertEqual(refused.returncode, 1)
        self.assertIn(b"uses it", refused.stderr)
        self.assertEqual(server.stop(), 0)
        restored = self.data("restore", backup, server=server)
        self.assertEqual(restored.returncode, 0, restored.stderr)
        server.start()
        self.assertEqual(server.get(f"/api/jobs/{before['jobId']}").json["output"], ["kept"])
        self.assertEqual(server.get(f"/api/jobs/{before['jobId']}/artifacts/out.txt").body, b"made\n")
        self.assertEqual(server.get(f"/api/jobs/{after['jobId']}").status, 404)
        self.assertEqual(self.data("check", server=server).returncode, 0)
        again = self.data("backup", backup, server=server)
        self.assertEqual(again.returncode, 1)
        self.assertIn(b"not empty", again.stderr)

    def test_check_names_a_file_that_is_missing_and_a_damaged_database(self):
        server = Server(self)
        job = server.run_shell("echo made > out.txt")["jobId"]
        self.assertEqual(server.stop(), 0)
        os.unlink(server.data_dir / "artifacts" / job / "0")
        missing = self.data("check", server=server)
        self.assertEqual(missing.returncode, 1)
        self.assertIn(job.encode(), missing.stdout)
        (server.data_dir / "glovebox.db").write_bytes(b"x" * 5000)
        damaged = self.data("check", server=server)
        self.assertEqual(damaged.returncode, 1)
        self.assertIn(b"is damaged", damaged.stdout)

    def test_a_file_that_is_not_a_database_is_named_with_the_remedy(self):
        server = Server(self)
        self.assertEqual(server.stop(), 0)
        (server.data_dir / "glovebox.db").write_bytes(b"x" * 5000)
        refused = glovebox("serve", *server.flags)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn(b"glovebox data restore", refused.stderr)
        self.assertNotIn(b"PRAGMA", refused.stderr)

    def test_an_unlinked_database_is_noticed_and_no_job_is_confirmed(self):
        server = Server(self)
        project = server.project()
        os.unlink(server.data_dir / "glovebox.db")
        server.until(lambda: server.get("/api/ready").status == 503, "the server is not ready")
        health = server.get("/api/health").json
        self.assertEqual(health["status"], "unavailable")
        self.assertEqual(health["reasons"][0]["code"], "database_missing")
        refused = server.execute("shell", project, parameters={"script": "true"}, stream=True)
        self.assertEqual(refused.status, 503, refused.body)
        self.assertIn("Retry-After", refused.headers)

    def test_a_database_that_is_locked_or_gone_is_a_503_on_every_route_that_needs_it(self):
        server = Server(self)
        project = server.project()
        job = server.run_shell("echo kept", project)["jobId"]
        unused = server.project({"b.txt": "b"})
        os.rename(server.data_dir / "glovebox.db", server.data_dir / "away.db")
        calls = [("POST", "/api/upload", zip_of({"c.txt": "c"})),
                 ("DELETE", f"/api/projects/{unused}", None)]
        for method, target, body in calls:
            answer = server.call(method, target, body, {"Content-Type": "application/zip"})
            self.assertEqual(answer.status, 503, (method, target, answer.body))
            self.assertIn("Retry-After", answer.headers)
            self.assertNotIn("glovebox.db", answer.error["message"])
        os.rename(server.data_dir / "away.db", server.data_dir / "glovebox.db")
        server.until(lambda: server.get("/api/ready").status == 200, "it is found again")
        self.assertEqual(server.get(f"/api/projects/{unused}").status, 200)
        self.assertEqual(server.get(f"/api/jobs/{job}").json["output"], ["kept"])

    def test_a_start_with_a_missing_database_is_refused_with_the_remedy(self):
        server = Server(self)
        job = server.run_shell("echo kept; echo made > out.txt")["jobId"]
        backup = TempDir(self).path / "backup"
        self.assertEqual(self.data("backup", backup, server=server).returncode, 0)
        server.kill()
        for path in list(server.data_dir.glob("glovebox.db*")):
            path.rename(server.data_dir.parent / path.name)
        for _ in range(2):  # the refused command changes nothing
            refused = glovebox("serve", *server.flags)
            self.assertEqual(refused.returncode, 1)
            self.assertIn(b"glovebox data restore BACKUP --data-dir", refused.stderr)
            self.assertIn(b"projects/trees, artifacts", refused.stderr)
            self.assertFalse((server.data_dir / "glovebox.db").exists())
        self.assertEqual(self.data("restore", backup, server=server).returncode, 0)
        server.start()
        self.assertEqual(server.get(f"/api/jobs/{job}/artifacts/out.txt").body, b"made\n")

    def test_an_interrupted_first_start_does_not_prevent_a_start(self):
        folder = TempDir(self).path / "data"
        for name in ("projects/trees", "artifacts", "output"):
            (folder / name).mkdir(parents=True)
        Server(self, data_dir=folder)

    def test_check_reads_the_output_journals(self):
        server = Server(self)
        job = submit(server, "echo begun; sleep 60")
        next(d for _, n, d in EventReader(server, job) if n == "output")
        checked = self.data("check", server=server)
        self.assertEqual(checked.returncode, 0, checked.stdout)
        self.assertIn(b"and 1 journals of output", checked.stdout)
        server.kill()
        (server.data_dir / "output" / f"{job}.2").write_bytes(b"")  # of a second attempt
        (server.data_dir / "output" / "job_of_nobody").write_bytes(b"x")
        (server.data_dir / "output" / "job_folder").mkdir()
        checked = self.data("check", server=server)
        self.assertEqual(checked.returncode, 1)
        self.assertIn(b"job_of_nobody is the output of a job that the database does not know",
                      checked.stdout)
        self.assertIn(b"job_folder, the output of a job, cannot be read", checked.stdout)
        self.assertNotIn(job.encode(), checked.stdout)

    def test_a_second_signal_and_a_taken_port_end_without_a_crash(self):
        server = Server(self)
        project = server.project()
        for _ in range(20):
            server.execute("shell", project, parameters={"script": "sleep 5"}, stream=True)
        server.signal(signal.SIGTERM)
        server.until(lambda: "draining" in server.log(), "the drain")
        server.signal(signal.SIGTERM)
        self.assertGreaterEqual(server.wait(), 0, server.log())
        server.start()
        other = TempDir(self).path / "other"
        flags = list(server.flags)
        flags[1], flags[3] = f"127.0.0.1:{server.port}", str(other)
        taken = glovebox("serve", *flags)
        self.assertGreater(taken.returncode, 0, taken.stderr)


if __name__ == "__main__":
    unittest.main()
