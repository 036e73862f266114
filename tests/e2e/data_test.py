"""`glovebox data`, and a server whose database goes, is damaged, or never was one."""
import os
import signal
import unittest

from harness import Server, TempDir, glovebox


class DataTest(unittest.TestCase):
    def data(self, action, *arguments, server):
        return glovebox("data", action, *arguments, "--data-dir", server.data_dir)

    def test_a_backup_beside_a_running_server_brings_its_jobs_back(self):
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

    def test_a_database_that_is_none_is_named_with_the_remedy(self):
        server = Server(self)
        self.assertEqual(server.stop(), 0)
        (server.data_dir / "glovebox.db").write_bytes(b"x" * 5000)
        refused = glovebox("serve", *server.flags)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn(b"glovebox data restore", refused.stderr)
        self.assertNotIn(b"PRAGMA", refused.stderr)

    def test_a_database_that_is_unlinked_is_noticed_and_nothing_is_promised(self):
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
