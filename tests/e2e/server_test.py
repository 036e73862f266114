"""The server over HTTP: running jobs, records, admission, cancelling, draining."""
import http.client
import signal
import socket
import subprocess
import unittest

import harness
from harness import Server, in_background, needs


def execute_and_forget(server, project, seconds):
    try:
        server.execute("nap", project, parameters={"seconds": seconds})
    except (OSError, http.client.HTTPException):
        pass  # the server was killed


class MainJobTest(unittest.TestCase):
    @needs("cppcheck")
    def test_upload_and_cppcheck(self):
        server = Server(self, tools_dirs=[harness.TOOLS])
        project = server.upload(harness.zip_of({"main.c": "int main() { int a[2]; return a[2]; }\n"}))
        self.assertEqual(project["fileCount"], 1)
        execution = server.execute("cppcheck", project["projectId"]).json
        self.assertEqual((execution["status"], execution["verdict"]), ("completed", "findings"))
        self.assertEqual(execution["exitCode"], 1)
        self.assertEqual(execution["findings"]["total"], len(server.get(
            f"/api/jobs/{execution['jobId']}/findings").json["findings"]))
        self.assertIn("arrayIndexOutOfBounds", "\n".join(execution["output"]))

    @needs("cppcheck")
    def test_an_example_becomes_a_project_in_one_call(self):
        server = Server(self, tools_dirs=[harness.TOOLS])
        names = [example["name"] for example in server.get("/api/examples/cppcheck").json["examples"]]
        self.assertIn("classic-mistakes", names)
        answer = server.call("POST", "/api/examples/cppcheck/classic-mistakes")
        self.assertEqual(answer.status, 201, answer.body)
        execution = server.execute("cppcheck", answer.json["projectId"]).json
        self.assertIn("arrayIndexOutOfBounds", "\n".join(execution["output"]))

    def test_the_same_files_have_the_same_hash_in_every_format(self):
        server = Server(self)
        files = {"a.txt": "alpha\n", "deep/b.txt": "beta\n"}
        archives = [harness.zip_of(files), harness.tar_of(files, "w"), harness.tar_of(files, "w:gz"),
                    harness.tar_of(files, "w:xz")]
        projects = [server.upload(archive) for archive in archives]
        self.assertEqual(len({project["sha256"] for project in projects}), 1)
        self.assertEqual(len({project["projectId"] for project in projects}), len(archives))
        execution = server.run_shell("cat a.txt deep/b.txt", projects[3]["projectId"])
        self.assertEqual(execution["output"], ["alpha", "beta"])

    def test_multipart_is_accepted_too(self):
        server = Server(self)
        data = harness.zip_of({"a.txt": "alpha\n"})
        body = (b"--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"my project.zip\"\r\n"
                b"Content-Type: application/zip\r\n\r\n" + data + b"\r\n--B--\r\n")
        answer = server.call("POST", "/api/upload", body,
                             {"Content-Type": "multipart/form-data; boundary=B"})
        self.assertEqual(answer.status, 201, answer.body)
        self.assertEqual(answer.json["name"], "my project.zip")
        listed = server.get(f"/api/projects/{answer.json['projectId']}").json
        self.assertEqual(listed["files"], [{"path": "a.txt", "sizeBytes": 6}])

    def test_stdin_and_environment_and_artifacts(self):
        server = Server(self)
        execution = server.run_shell("cat; echo made > new.txt", stdin="given\n")
        self.assertEqual(execution["output"], ["given"])
        self.assertEqual(execution["artifacts"], [{"path": "new.txt", "sizeBytes": 5}])

    def test_a_request_can_only_lower_the_time_limit(self):
        server = Server(self)
        project = server.project()
        execution = server.execute("nap", project, parameters={"seconds": 60}, timeoutMs=300).json
        self.assertEqual((execution["status"], execution["reason"]), ("timeout", "wall-time"))


class RealProjectTest(unittest.TestCase):
    """A project of hundreds of files, Glovebox's own sources, zipped and checked by three tools."""

    @needs("cppcheck")
    @needs("cloc")
    @needs("flawfinder")
    def test_three_tools_read_one_upload(self):
        folder = harness.ROOT / "src"
        files = {str(path.relative_to(folder)): path.read_bytes()
                 for path in sorted(folder.rglob("*")) if path.is_file()}
        self.assertGreater(len(files), 100)
        server = Server(self, tools_dirs=[harness.TOOLS])
        project = server.upload(harness.zip_of(files))
        self.assertEqual(project["fileCount"], len(files))
        expected = {"cloc": "C/C++ Header", "flawfinder": "[2] (misc) open:", "cppcheck": "files not understood"}
        for tool, part in expected.items():
            execution = server.execute(tool, project["projectId"]).json
            self.assertIn(execution["reason"], (None, "exit-code"), execution["message"])
            output = "\n".join(execution["output"])
            self.assertTrue(part in output, f"{tool}: no {part} in ...{output[-1000:]}")


class RecordsTest(unittest.TestCase):
    def test_jobs_and_projects_survive_a_restart(self):
        server = Server(self)
        project = server.project()
        execution = server.run_shell("echo kept; exit 4", project)
        self.assertEqual(server.stop(), 0)
        server.start()
        again = server.get(f"/api/jobs/{execution['jobId']}").json
        self.assertEqual(again, execution)
        self.assertEqual(server.run_shell("cat a.txt", project)["output"], ["alpha"])

    def test_a_killed_server_reports_its_jobs_correctly_afterwards(self):
        server = Server(self)
        project = server.project()
        in_background(execute_and_forget, server, project, 60)
        server.until(lambda: server.queue()["running"] == 1, "the job runs")
        job = self.running_job(server)
        server.process.send_signal(signal.SIGKILL)
        server.wait()
        server.start()
        self.assertEqual(server.queue()["running"], 0)
        if job:
            execution = server.get(f"/api/jobs/{job}").json
            self.assertEqual((execution["status"], execution["reason"]),
                             ("failed", "server-restarted"))

    @staticmethod
    def running_job(server):
        answer = server.get("/api/jobs")
        jobs = answer.json.get("jobs", []) if answer.status == 200 else []
        return jobs[0]["jobId"] if jobs else None

    def test_two_servers_do_not_share_a_data_directory(self):
        server = Server(self)
        done = harness.glovebox("serve", "--listen", "127.0.0.1:0", "--data-dir", server.data_dir)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"process id {server.process.pid}".encode(), done.stderr)

    def test_a_port_in_use_is_a_readable_error(self):
        server = Server(self)
        folder = harness.TempDir(self)
        done = harness.glovebox("serve", "--listen", f"127.0.0.1:{server.port}", "--data-dir",
                                folder.path / "data")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(str(server.port).encode(), done.stderr)
        self.assertIn(b"in use", done.stderr)

    def test_only_the_owner_can_read_the_data_directory(self):
        server = Server(self)
        self.assertEqual(server.data_dir.stat().st_mode & 0o777, 0o700)


class AdmissionTest(unittest.TestCase):
    def test_the_hourly_limit_is_sent_in_headers_and_enforced(self):
        server = Server(self, hourly_per_client=2)
        project = server.project()
        first = server.execute("nap", project)
        self.assertEqual(first.status, 200, first.body)
        self.assertIn("RateLimit", first.headers)
        self.assertIn("RateLimit-Policy", first.headers)
        self.assertEqual(server.execute("nap", project).status, 200)
        third = server.execute("nap", project)
        self.assertEqual((third.status, third.error["type"]), (429, "RateLimitError"))
        self.assertGreater(int(third.headers["Retry-After"]), 0)

    def test_the_concurrent_limit_refuses_and_frees_again(self):
        server = Server(self, concurrent_per_client=1)
        project = server.project()
        napping = in_background(server.execute, "nap", project, parameters={"seconds": 3})
        server.until(lambda: server.queue()["running"] == 1, "the job runs")
        self.assertEqual(server.execute("nap", project).status, 429)
        self.assertEqual(napping.join().status, 200)
        self.assertEqual(server.execute("nap", project).status, 200)

    def test_a_full_queue_says_so(self):
        server = Server(self, concurrency=1, queue_capacity=1, hourly_per_client=0,
                        concurrent_per_client=0)
        project = server.project()
        naps = [in_background(server.execute, "nap", project, parameters={"seconds": 5})]
        server.until(lambda: server.queue()["running"] == 1, "the first job runs")
        naps.append(in_background(server.execute, "nap", project))
        server.until(lambda: server.queue()["pending"] == 1, "the second job waits")
        refused = server.execute("nap", project)
        self.assertEqual((refused.status, refused.error["type"]), (503, "QueueFullError"))
        self.assertIn("Retry-After", refused.headers)
        for nap in naps:
            self.assertEqual(nap.join().status, 200)

    def test_clients_take_turns(self):
        """A client's backlog does not delay another client's first job."""
        server = Server(self, concurrency=1, hourly_per_client=0, concurrent_per_client=0,
                        trusted_proxies="127.0.0.1")
        project = server.project()

        def execute(client, seconds):
            address = {"X-Forwarded-For": client}
            own = server.call("POST", "/api/upload", harness.zip_of({"a": "a"}),
                              {"Content-Type": "application/zip", **address}).json["projectId"]
            answer = server.call("POST", "/api/execute",
                                 {"toolId": "nap", "projectId": own,
                                  "parameters": {"seconds": seconds}}, address)
            self.assertEqual(answer.status, 200, answer.body)
            return answer.json["finishedAt"]

        self.assertTrue(project)
        hog = [in_background(execute, "192.0.2.1", 2)]
        server.until(lambda: server.queue()["running"] == 1, "the hog's first job runs")
        hog += [in_background(execute, "192.0.2.1", 0.5) for _ in range(4)]
        server.until(lambda: server.queue()["pending"] == 4, "the hog's backlog waits")
        other = in_background(execute, "192.0.2.2", 0.01).join()
        ends = sorted(task.join() for task in hog)
        self.assertLess(other, ends[2])


class CancelTest(unittest.TestCase):
    def test_a_client_that_goes_away_cancels_its_job(self):
        server = Server(self)
        project = server.project()
        connection = server.connection()
        connection.request("POST", "/api/execute",
                           '{"toolId": "nap", "projectId": "%s", "parameters": {"seconds": 60}}'
                           % project, {"Content-Type": "application/json"})
        server.until(lambda: server.queue()["running"] == 1, "the job runs")
        connection.close()
        server.until(lambda: server.queue()["running"] == 0, "the job is cancelled")

    def test_sigterm_waits_for_running_jobs_and_refuses_new_ones(self):
        server = Server(self)
        project = server.project()
        napping = in_background(server.execute, "nap", project, parameters={"seconds": 2})
        server.until(lambda: server.queue()["running"] == 1, "the job runs")
        server.signal(signal.SIGTERM)
        server.until(lambda: server.get("/api/ready").status == 503, "the server drains")
        refused = server.execute("nap", project)
        self.assertEqual((refused.status, refused.error["type"]), (503, "QueueFullError"))
        self.assertEqual(napping.join().json["status"], "completed")
        self.assertEqual(server.wait(), 0)

    def test_running_jobs_are_ended_when_their_time_to_drain_is_up(self):
        server = Server(self, drain_timeout="300ms")
        project = server.project()
        napping = in_background(server.execute, "nap", project, parameters={"seconds": 60})
        server.until(lambda: server.queue()["running"] == 1, "the job runs")
        server.signal(signal.SIGTERM)
        execution = napping.join().json
        self.assertEqual((execution["status"], execution["reason"]), ("failed", "server-restarted"))
        self.assertEqual(server.wait(), 0)

    def test_nothing_is_left_when_the_server_is_killed(self):
        server = Server(self)
        project = server.project()
        marker = "31536.25"
        in_background(execute_and_forget, server, project, float(marker))
        server.until(lambda: self.processes_with(marker) > 0, "the job's process is there")
        server.process.send_signal(signal.SIGKILL)
        server.wait()
        server.until(lambda: self.processes_with(marker) == 0, "the job's process is gone")

    @staticmethod
    def processes_with(text):
        found = subprocess.run(["pgrep", "-f", "-c", f"^sleep {text}"], capture_output=True,
                               check=False)
        return int(found.stdout or 0)


class ErrorsTest(unittest.TestCase):
    def check(self, answer, status, kind):
        self.assertEqual((answer.status, answer.headers["Content-Type"].split(";")[0]),
                         (status, "application/json"), answer.body)
        self.assertEqual(answer.error["type"], kind)
        self.assertTrue(answer.error["message"])
        self.assertTrue(answer.headers["X-Request-Id"])
        return answer

    def test_every_error_has_the_same_form(self):
        server = Server(self, upload_bytes="64KiB")
        project = server.project()
        cases = [
            (server.get("/api/nothing"), 404, "NotFoundError"),
            (server.get("/api/tools/nothing"), 404, "NotFoundError"),
            (server.get("/api/projects/prj_0000000000000000000000"), 404, "NotFoundError"),
            (server.get("/api/jobs/job_0000000000000000000000"), 404, "NotFoundError"),
            (server.call("POST", "/api/execute", "{", {"Content-Type": "application/json"}), 400,
             "ValidationError"),
            (server.execute("nothing", project), 404, "NotFoundError"),
            (server.execute("nap", "prj_0000000000000000000000"), 404, "NotFoundError"),
            (server.execute("nap", project, parameters={"seconds": "x"}), 400, "ValidationError"),
            (server.execute("nap", project, surprise=1), 400, "ValidationError"),
            (server.execute("later", project), 409, "UserError"),
            (server.execute("missing", project), 409, "UserError"),
            (server.call("POST", "/api/upload", b"no archive",
                         {"Content-Type": "application/octet-stream"}), 422, "UserError"),
            (server.call("POST", "/api/upload", harness.zip_of({"../x": "x"}),
                         {"Content-Type": "application/zip"}), 422, "UserError"),
            (server.call("POST", "/api/upload", b"x" * (65 << 10),
                         {"Content-Type": "application/zip"}), 413, "PayloadTooLargeError"),
            (server.get("/api/tools", headers={"Host": "evil.example"}), 403, "ForbiddenError"),
            (server.call("POST", "/api/execute", b"{}", {"Content-Type": "text/plain"}), 415,
             "ValidationError"),
            (server.call("POST", "/api/execute", b"{}", {}), 415, "ValidationError"),
            (server.call("POST", "/api/upload", b"x", {"Content-Type": "text/plain"}), 415,
             "ValidationError"),
        ]
        for answer, status, kind in cases:
            self.check(answer, status, kind)
        wrong_method = self.check(server.call("DELETE", "/api/tools"), 405, "NotFoundError")
        self.assertIn("GET", wrong_method.headers["Allow"])

    def test_old_clients_are_served_without_a_host_and_after_an_empty_line(self):
        server = Server(self)
        for request, status in ((b"GET /api/ready HTTP/1.0\r\n\r\n", b"200"),
                                (b"\r\nGET /api/ready HTTP/1.1\r\nHost: localhost\r\n\r\n", b"200"),
                                (b"GET /api/ready HTTP/1.1\r\n\r\n", b"400"),
                                (b"GET /api/ready HTTP/1.0\r\nOrigin: http://evil.example\r\n\r\n",
                                 b"403")):
            with socket.create_connection((server.host, server.port)) as client:
                client.settimeout(harness.PATIENCE)
                client.sendall(request)
                self.assertEqual(client.recv(12), b"HTTP/1.1 " + status, request)

    def test_health_ready_and_tools_respond(self):
        server = Server(self)
        health = server.get("/api/health").json
        self.assertEqual(health["status"], "ok")
        self.assertIn("seccomp", health["isolation"]["layers"])
        self.assertEqual(server.get("/api/ready").status, 200)
        tools = {tool["id"]: tool for tool in server.get("/api/tools").json["tools"]}
        self.assertEqual(tools["missing"]["status"], "unavailable")
        self.assertEqual(tools["nap"]["status"], "available")

    def test_a_missing_required_layer_prevents_a_start(self):
        folder = harness.TempDir(self)
        done = harness.glovebox("serve", "--listen", "127.0.0.1:0", "--data-dir",
                                folder.path / "data", "--require-layers", "unobtainium")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, b"")
        self.assertIn(b"unobtainium", done.stderr)


if __name__ == "__main__":
    unittest.main()
