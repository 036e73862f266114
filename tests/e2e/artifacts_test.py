"""Artifacts of a job: listed, downloaded one by one and as a zip, and deleted with the job."""
import io
import os
import socket
import time
import unittest
import urllib.parse
import zipfile

import harness
from harness import Server, glovebox, needs

ANN = {"X-Forwarded-For": "192.0.2.1"}
BOB = {"X-Forwarded-For": "192.0.2.2"}


class ArtifactsCase(unittest.TestCase):
    def serve(self, **settings):
        self.server = Server(self, hourly_per_client=0, concurrent_per_client=0, **settings)
        return self.server

    def fetch(self, job, path, **options):
        return self.server.get(f"/api/jobs/{job['jobId']}/artifacts/{urllib.parse.quote(path)}",
                               **options)

    def fetch_zip(self, job, **options):
        answer = self.server.get(f"/api/jobs/{job['jobId']}/artifacts", **options)
        self.assertEqual(answer.status, 200, answer.body)
        archive = zipfile.ZipFile(io.BytesIO(answer.body))
        self.assertIsNone(archive.testzip())
        return archive

    def kept_folders(self):
        return sorted(os.listdir(self.server.data_dir / "artifacts"))


class ArtifactsTest(ArtifactsCase):
    def test_files_are_returned_byte_for_byte_one_by_one_and_as_a_zip(self):
        self.serve()
        job = self.server.run_shell(
            "head -c 3000000 /dev/urandom > big; mkdir -p d/e; printf 'x\\r\\n' > d/e/small;"
            " : > empty; echo more >> a.txt; sha256sum big; cp big copy; chmod +x copy")
        sizes = {item["path"]: item["sizeBytes"] for item in job["artifacts"]}
        self.assertEqual(sizes, {"big": 3000000, "d/e/small": 3, "empty": 0, "a.txt": 11,
                                 "copy": 3000000})
        archive = self.fetch_zip(job)
        self.assertEqual(sorted(archive.namelist()), sorted(sizes))
        for path, size in sizes.items():
            answer = self.fetch(job, path)
            self.assertEqual((answer.status, len(answer.body)), (200, size), path)
            self.assertEqual(answer.body, archive.read(path), path)
        self.assertEqual(self.fetch(job, "a.txt").body, b"alpha\nmore\n")
        self.assertEqual(self.fetch(job, "d/e/small").body, b"x\r\n")
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
        self.assertEqual((modes["copy"], modes["big"]), (0o755, 0o644))

    def test_a_download_resumes_where_it_was_interrupted(self):
        self.serve()
        job = self.server.run_shell("head -c 3000000 /dev/urandom > big; seq 1000")
        project = f"/api/projects/{job['projectId']}/files/a.txt"
        for path in (f"/api/jobs/{job['jobId']}/artifacts/big", f"/api/jobs/{job['jobId']}/output",
                     project):
            with self.subTest(path=path):
                whole = self.server.get(path)
                tag, size = whole.headers["ETag"], len(whole.body)
                self.assertEqual(whole.headers["Accept-Ranges"], "bytes")
                half = size // 2
                rest = self.server.get(path, headers={"Range": f"bytes={half}-", "If-Range": tag})
                self.assertEqual((rest.status, rest.body), (206, whole.body[half:]))
                self.assertEqual(rest.headers["Content-Range"], f"bytes {half}-{size - 1}/{size}")
                changed = self.server.get(path, headers={"Range": f"bytes={half}-",
                                                         "If-Range": '"another"'})
                self.assertEqual((changed.status, changed.body), (200, whole.body))
                same = self.server.get(path, headers={"If-None-Match": tag})
                self.assertEqual((same.status, same.body, same.headers["ETag"]), (304, b"", tag))
                beyond = self.server.get(path, headers={"Range": f"bytes={size}-"})
                self.assertEqual((beyond.status, beyond.error["type"]), (416, "ValidationError"))
                self.assertEqual(beyond.headers["Content-Range"], f"bytes */{size}")
                other = self.server.get(path, headers={"If-Match": '"another"'})
                self.assertEqual((other.status, other.error["type"]), (412, "UserError"))
        self.server.stop()
        self.server.start()
        self.assertEqual(self.server.get(project).headers["ETag"], tag, "the same after a restart")

    def test_a_download_that_stalls_makes_room_for_another(self):
        self.serve()
        job = self.server.run_shell("head -c 12000000 /dev/urandom > big")
        path = f"/api/jobs/{job['jobId']}/artifacts"
        stalled = []
        for _ in range(4):
            client = socket.create_connection(("127.0.0.1", self.server.port))
            self.addCleanup(client.close)
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n"
                           "Connection: close\r\n\r\n".encode())
            self.assertIn(b" 200 ", client.recv(64))
            stalled.append(client)
        begun = time.monotonic()
        refused = self.server.get(path)
        self.assertEqual(refused.status, 429)
        # On a busy machine the sockets' buffers fill later; after 30 s each download would end.
        while refused.status == 429 and time.monotonic() - begun < 22:
            time.sleep(int(refused.headers["Retry-After"]) + 0.5)
            refused = self.server.get(path)
        self.assertEqual(refused.status, 200)
        # The download that was closed has not received everything.
        endings = [self.rest_of(client)[-5:] for client in stalled]
        self.assertEqual(sum(ending == b"0\r\n\r\n" for ending in endings), 3)

    @staticmethod
    def rest_of(client):
        data = b""
        client.settimeout(harness.PATIENCE)
        while piece := client.recv(1 << 20):
            data = data[-5:] + piece
        return data

    def test_responses_are_attachments_that_no_browser_displays(self):
        self.serve()
        job = self.server.run_shell("echo '<script>' > page.html")
        answer = self.fetch(job, "page.html")
        self.assertEqual(answer.headers["Content-Type"], "application/octet-stream")
        self.assertEqual(answer.headers["Content-Disposition"], 'attachment; filename="page.html"')
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        answer = self.server.get(f"/api/jobs/{job['jobId']}/artifacts")
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        self.assertIn(job["jobId"] + ".zip", answer.headers["Content-Disposition"])

    def test_t45_hostile_names_and_kinds_are_harmless(self):
        self.serve()
        job = self.server.run_shell(
            "printf 1 > \"$(printf 'new\\nline')\"; printf 2 > '..\\..\\evil'; printf 3 > '-rf';"
            " printf 4 > \"$(printf 'bad\\377utf')\"; printf 5 > ' '; printf 6 > '\"quote\"';"
            " printf 7 > 'C:x'; ln -s /etc/passwd link; mkfifo pipe; ln -s . loop; printf 8 > one;"
            " ln one two; exit 0")
        found = {item["path"] for item in job["artifacts"]}
        self.assertEqual(found, {"new\nline", "..\\..\\evil", "-rf", "bad\ufffdutf", " ", '"quote"',
                                 "C:x", "one", "two"})
        self.assertIn("only regular files are stored", job["message"])
        contents = {path: self.fetch(job, path).body for path in found}
        self.assertEqual(contents, {"new\nline": b"1", "..\\..\\evil": b"2", "-rf": b"3",
                                    "bad\ufffdutf": b"4", " ": b"5", '"quote"': b"6", "C:x": b"7",
                                    "one": b"8", "two": b"8"})
        archive = self.fetch_zip(job)
        self.assertEqual(set(archive.namelist()),
                         {"new_line", ".._.._evil", "-rf", "bad\ufffdutf", " ", '"quote"', "C_x",
                          "one", "two"})
        for path in ("link", "pipe", "../" + job["jobId"] + "/0", "0", "/etc/passwd", "a.txt", "."):
            self.assertEqual(self.fetch(job, path).status, 404, path)
        # The disk has only numbers.
        folder = self.server.data_dir / "artifacts" / job["jobId"]
        self.assertEqual(sorted(os.listdir(folder)), [str(n) for n in range(9)])

    def test_files_of_another_client_are_not_found(self):
        self.serve(trusted_proxies="127.0.0.1")
        project = self.server.call("POST", "/api/upload", harness.zip_of({"a.txt": "alpha\n"}),
                                   ANN).json["projectId"]
        answer = self.server.call(
            "POST", "/api/execute",
            {"toolId": "shell", "projectId": project, "parameters": {"script": "echo x > made"}},
            ANN)
        job = answer.json
        self.assertEqual(self.fetch(job, "made", headers=ANN).body, b"x\n")
        self.assertEqual(self.fetch(job, "made", headers=BOB).status, 404)
        self.assertEqual(
            self.server.get(f"/api/jobs/{job['jobId']}/artifacts", headers=BOB).status, 404)

    def test_jobs_without_files_and_running_jobs_say_so(self):
        self.serve()
        job = self.server.run_shell("true")
        answer = self.server.get(f"/api/jobs/{job['jobId']}/artifacts")
        self.assertEqual((answer.status, answer.error["type"]), (404, "NotFoundError"))
        running = self.server.execute("nap", self.server.project(), parameters={"seconds": 60},
                                      stream=True).json
        answer = self.server.get(f"/api/jobs/{running['jobId']}/artifacts")
        self.assertEqual((answer.status, answer.error["type"]), (409, "UserError"))
        self.assertEqual(self.kept_folders(), [])

    def test_the_end_is_reported_when_files_can_be_downloaded(self):
        self.serve()
        script = "head -c 20000000 /dev/zero > big"
        job = self.server.execute("shell", self.server.project(), parameters={"script": script},
                                  stream=True).json
        stream = self.server.get(f"/api/stream/{job['jobId']}").body
        self.assertIn(b"event: complete", stream)
        self.assertEqual(len(self.fetch(job, "big").body), 20000000)

    def test_a_killed_or_failed_job_keeps_its_files(self):
        self.serve()
        job = self.server.run_shell("echo x > made; exit 3")
        self.assertEqual(self.fetch(job, "made").body, b"x\n")
        job = self.server.run_shell("echo x > made; sleep 60", timeoutMs=300)
        self.assertEqual(job["status"], "timeout")
        self.assertEqual(self.fetch(job, "made").body, b"x\n")

    def test_a_restart_keeps_them_and_removes_what_has_no_record(self):
        self.serve()
        job = self.server.run_shell("echo x > made")
        stray = self.server.data_dir / "artifacts" / "job_stray"
        stray.mkdir()
        (stray / "0").write_text("x")
        self.server.kill()
        self.server.start()
        self.assertEqual(self.fetch(job, "made").body, b"x\n")
        self.server.until(lambda: self.kept_folders() == [job["jobId"]], "the stray folder went")

    def test_they_are_removed_with_the_record(self):
        self.serve(job_ttl="1s")
        job = self.server.run_shell("echo x > made")
        self.assertEqual(self.kept_folders(), [job["jobId"]])
        self.server.kill()
        harness.threading.Event().wait(1.1)
        self.server.start()
        self.server.until(lambda: self.kept_folders() == [], "the files went")
        self.assertEqual(self.fetch(job, "made").status, 404)

    @needs("esbuild")
    def test_a_bundlers_output_is_downloaded(self):
        server = self.serve(tools_dirs=[harness.TOOLS])
        project = server.call("POST", "/api/examples/esbuild/" + server.get(
            "/api/examples/esbuild").json["examples"][0]["name"]).json["projectId"]
        job = server.execute("esbuild", project).json
        self.assertTrue(job["artifacts"], job)
        for item in job["artifacts"]:
            self.assertEqual(len(self.fetch(job, item["path"]).body), item["sizeBytes"])


class RemoteArtifactsTest(ArtifactsCase):
    def setUp(self):
        self.serve()
        self.folder = harness.TempDir(self)
        self.project = self.folder.path / "project"
        self.folder.write("project/a.txt", "alpha\n")
        self.out = self.folder.path / "out"

    def run_there(self, script, *arguments):
        return glovebox("run", "shell", self.project, "--param", f"script={script}", "--server",
                        self.server.url, "--artifacts", self.out, *arguments)

    def test_the_command_line_saves_what_the_server_kept(self):
        done = self.run_there("mkdir -p d; echo x > d/made; head -c 70000000 /dev/zero > big;"
                              " echo said; exit 3")
        self.assertEqual((done.returncode, done.stdout), (3, b"said\n"), done.stderr)
        self.assertEqual((self.out / "d/made").read_text(), "x\n")
        self.assertEqual((self.out / "big").stat().st_size, 70000000)

    def test_it_writes_through_no_link_and_keeps_the_output_and_says_so(self):
        outside = self.folder.path / "outside"
        outside.mkdir()
        self.out.mkdir()
        (self.out / "d").symlink_to(outside)
        done = self.run_there("mkdir -p d; echo x > d/made; echo said")
        self.assertEqual((done.returncode, done.stdout), (125, b"said\n"), done.stderr)
        self.assertIn(b"saving the artifacts", done.stderr)
        self.assertEqual(os.listdir(outside), [])

    def test_files_of_the_same_name_are_replaced(self):
        self.out.mkdir()
        (self.out / "made").write_text("old and longer")
        self.assertEqual(self.run_there("echo x > made").returncode, 0)
        self.assertEqual((self.out / "made").read_text(), "x\n")


if __name__ == "__main__":
    unittest.main()
