"""API keys: which requests are accepted, and a keys file that changes while the server runs."""
import json
import os
import re
import socket
import stat
import subprocess
import unittest

from harness import BINARY, PATIENCE, Server, TempDir, clean_environment, glovebox, write_test_tools
from keys import NOBODYS_KEY, Client, KeysFile


class KeysCommandTest(unittest.TestCase):
    def setUp(self):
        self.keys = KeysFile(self)

    def test_a_key_is_printed_once_and_kept_as_a_hash(self):
        done = self.keys.command("create", "ci", "--hourly", "7", "--expires", "90d")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout.decode(), r"\Agbx_[0-9A-Za-z]{22}\n\Z")
        self.assertIn(b"the key of ci", done.stderr)
        text = self.keys.path.read_text()
        self.assertNotIn(done.stdout.decode().strip(), text)
        self.assertIn("hourly_per_client = 7\n", text)
        self.assertEqual(stat.S_IMODE(self.keys.path.stat().st_mode), 0o600)

    def test_the_rest_of_the_file_stays_byte_for_byte(self):
        self.keys.create("ann")
        by_hand = self.keys.path.read_bytes() + b"\n#  ours:\tbob's \r\n"
        self.keys.path.write_bytes(by_hand)
        self.keys.create("bob")
        self.assertTrue(self.keys.path.read_bytes().startswith(by_hand))
        self.keys.remove("bob")
        self.assertEqual(self.keys.path.read_bytes(), by_hand)
        self.assertEqual(os.listdir(self.keys.path.parent), ["keys.toml"])

    def test_the_list_has_names_and_limits_and_no_hash(self):
        self.keys.create("ann", "--hourly", "0")
        self.keys.create("bob", "--expires", "1ms")
        listed = self.keys.command("list")
        self.assertRegex(listed.stdout.decode(), r"ann +\d{4}-\d\d-\d\d +never +no limit +default\n")
        self.assertRegex(listed.stdout.decode(), r"bob .* expired\n")
        keys = json.loads(self.keys.command("list", "--json").stdout)["keys"]
        self.assertEqual([(key["name"], key["hourlyPerClient"], key["expired"]) for key in keys],
                         [("ann", 0, False), ("bob", None, True)])
        self.assertNotRegex(listed.stdout.decode(), "[0-9a-f]{64}")

    def test_mistakes_change_nothing_and_are_explained(self):
        self.keys.create("ann")
        before = self.keys.path.read_bytes()
        for arguments, message in ((("create", "ann"), "already"), (("create", "a b"), "not a key name"),
                                   (("remove", "anne"), 'did you mean "ann"')):
            done = self.keys.command(*arguments)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertIn(message, done.stderr.decode())
        self.assertEqual(self.keys.path.read_bytes(), before)
        self.keys.path.write_bytes(before + b"nonsense = 1\n")
        for arguments in (("create", "bob"), ("remove", "ann"), ("list",)):
            done = self.keys.command(*arguments)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertRegex(done.stderr.decode(), r"keys\.toml:\d+: \"nonsense\"")

    def test_keys_created_concurrently_are_all_stored(self):
        makers = [subprocess.Popen([BINARY, "key", "create", f"client-{i}", "--keys-file",
                                    self.keys.path], env=clean_environment(),
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                  for i in range(12)]
        printed = {maker.communicate(timeout=PATIENCE)[0] for maker in makers}
        self.assertEqual(len(printed), 12)
        listed = json.loads(self.keys.command("list", "--json").stdout)["keys"]
        self.assertEqual({key["name"] for key in listed}, {f"client-{i}" for i in range(12)})


class AdmissionTest(unittest.TestCase):
    def setUp(self):
        self.keys = KeysFile(self)
        self.ann = self.keys.create("ann")

    def server(self, **settings):
        settings = {"hourly_per_client": 0, "concurrent_per_client": 0, **settings}
        return Server(self, keys_file=self.keys.path, **settings)

    def test_a_key_is_required_everywhere_except_health_and_readiness(self):
        server = self.server()
        for method, target in (("GET", "/api/tools"), ("GET", "/api/jobs"), ("POST", "/api/upload"),
                               ("POST", "/api/execute"), ("GET", "/api/queue/status"),
                               ("GET", "/api/nothing"), ("DELETE", "/api/jobs")):
            answer = server.call(method, target)
            self.assertEqual((answer.status, answer.error["type"], answer.headers["WWW-Authenticate"]),
                             (401, "AuthenticationError", "Bearer"), target)
            self.assertIn("Authorization: Bearer", answer.error["message"])
        for target in ("/", "/api/health", "/api/ready", *self.parts_of(server.get("/").body)):
            self.assertEqual(server.get(target).status, 200, target)
        self.assertEqual(Client(server, self.ann).get("/api/tools").status, 200)
        self.assertEqual(server.get("/api/tools", headers={"X-API-Key": self.ann}).status, 200)
        self.assertEqual(server.get(f"/api/tools?key={self.ann}&access_token={self.ann}").status, 401)
        server.until(lambda: "/api/tools?key=gbx_***&" in server.log(), "the request is logged")
        self.assertNotIn(self.ann, server.log())

    @staticmethod
    def parts_of(page):
        """What a browser loads before it can ask for a key."""
        links = re.findall(r'(?:src|href)="(/[^"]*)"', page.decode())
        return [link for link in links if not link.startswith("/api/")]

    def test_expired_and_wrong_keys_have_different_errors(self):
        old = self.keys.create("old", "--expires", "1ms")
        server = self.server()
        for key, reason in ((old, "expired"), (NOBODYS_KEY, "wrong"), ("x", "wrong"), ("", "wrong")):
            answer = Client(server, key).get("/api/tools")
            self.assertEqual((answer.status, answer.error["details"]["reason"]), (401, reason))
            self.assertEqual(answer.headers["WWW-Authenticate"], 'Bearer error="invalid_token"')
            self.assertNotIn("gbx_", answer.error["message"])

    def test_guessing_is_bounded_and_locks_nobody_else_out(self):
        server = self.server()
        statuses = [Client(server, NOBODYS_KEY).get("/api/tools").status for _ in range(40)]
        self.assertEqual(statuses, [401] * 30 + [429] * 10)
        refused = Client(server, NOBODYS_KEY).get("/api/tools")
        self.assertEqual(refused.error["type"], "RateLimitError")
        self.assertLessEqual(int(refused.headers["Retry-After"]), 60)
        self.assertEqual(Client(server, self.ann).get("/api/tools").status, 200)

    def test_hostile_authorization_is_refused(self):
        server = self.server()

        def status(fields):
            with socket.create_connection((server.host, server.port), PATIENCE) as connection:
                connection.sendall(b"GET /api/tools HTTP/1.1\r\nHost: localhost\r\n" + fields +
                                   b"Connection: close\r\n\r\n")
                return int(connection.makefile("rb").readline().split()[1])

        right = b"Authorization: Bearer " + self.ann.encode() + b"\r\n"
        self.assertEqual(status(right), 200)
        for fields, expected in (
                (right + right, 401), (right + b"X-API-Key: x\r\n", 401),
                (b"Authorization: Bearer " + b"A" * 15_000 + b"\r\n", 401),
                (b"Authorization: Bearer " + b"A" * 20_000 + b"\r\n", 431),
                (b"Authorization: Bearer \xff\xfe\x80\xc3\xa9\r\n", 401),
                (b"Authorization: Bearer a\x00b\r\n", 400),
                (b"Authorization: Bearer a\x07\r\n", 400),
                (b"Authorization:\r\n", 401), (b"Authorization: Bearer\r\n", 401),
                (b"Authorization: Bearer " + self.ann.encode() + b", x\r\n", 401),
                (b"Authorization: Basic " + self.ann.encode() + b"\r\n", 401),
                (b"Authorization:\r\n Bearer " + self.ann.encode() + b"\r\n", 400),
                (b"X-API-Key: %s%n\r\n", 401), (b"X-API-Key: \t \r\n", 401)):
            self.assertEqual(status(fields), expected, fields[:60])
        self.assertEqual(status(right), 200)
        self.assertNotIn(self.ann, server.log())

    def test_a_key_has_its_own_limits(self):
        bob = self.keys.create("bob", "--hourly", "2")
        free = self.keys.create("free", "--hourly", "0", "--concurrent", "0")
        server = self.server(hourly_per_client=1, concurrent_per_client=1)
        for key, runs, policy in ((self.ann, 1, '"hourly";q=1;w=3600'), (free, 3, None),
                                  (bob, 2, '"hourly";q=2;w=3600')):
            client = Client(server, key)
            project = client.project()
            answers = [client.execute("nap", project) for _ in range(runs)]
            self.assertEqual([answer.status for answer in answers], [200] * runs)
            self.assertEqual(answers[-1].headers["RateLimit-Policy"], policy)
            if policy is None:
                continue
            self.assertTrue(answers[-1].headers["RateLimit"].startswith('"hourly";r=0;t='))
            refused = client.execute("nap", project)
            self.assertEqual((refused.status, refused.error["details"]["configured"]), (429, runs))

    def test_a_key_finds_its_job_from_any_address_and_after_a_restart(self):
        server = self.server(trusted_proxies="127.0.0.1")
        ann = Client(server, self.ann)
        job = ann.submit(ann.project(), "echo hello")
        server.until(lambda: ann.status(job) == "completed", "the job has ended")
        server.kill()
        server.start()
        elsewhere = ann.call("GET", f"/api/jobs/{job}", headers={"X-Forwarded-For": "192.0.2.1"})
        self.assertEqual(elsewhere.json["output"], ["hello"])
        listed = ann.get("/api/jobs")
        self.assertEqual(listed.status, 200, listed.body)
        self.assertEqual([j["jobId"] for j in listed.json["jobs"]], [job])


class ChangingFileTest(unittest.TestCase):
    def setUp(self):
        self.keys = KeysFile(self)
        ann, cid = self.keys.create("ann"), self.keys.create("cid")
        self.server = Server(self, keys_file=self.keys.path)
        self.ann, self.cid = Client(self.server, ann), Client(self.server, cid)

    def test_a_key_works_and_works_no_more_without_a_restart(self):
        bob = Client(self.server, self.keys.create("bob"))
        self.server.until(lambda: "new: bob; removed: none" in self.server.log(), "the key is read")
        self.assertEqual(bob.get("/api/tools").status, 200)
        self.keys.remove("bob")
        self.server.until(lambda: "new: none; removed: bob" in self.server.log(), "it is gone")
        self.assertEqual(bob.get("/api/tools").status, 401)
        self.assertEqual(self.ann.get("/api/tools").status, 200)

    def test_a_stream_ends_with_its_key_and_the_job_does_not(self):
        job = self.ann.submit(self.ann.project(), "while sleep 0.2; do echo on; done")
        connection = self.server.connection()
        self.addCleanup(connection.close)
        connection.request("GET", f"/api/stream/{job}", headers=self.ann.headers)
        response = connection.getresponse()
        while not response.readline().startswith(b"event: output"):
            pass
        self.keys.remove("ann")
        rest = response.read()  # to its end
        self.assertNotIn(b"event: complete", rest)
        self.assertEqual(self.ann.get(f"/api/stream/{job}").status, 401)
        self.assertEqual(self.cid.get("/api/queue/status").json["running"], 1)

    def test_a_broken_or_missing_file_keeps_the_keys_and_is_logged(self):
        good = self.keys.path.read_text()
        self.keys.path.write_text(good + "nonsense = 1\n")
        self.server.until(lambda: "\\x22nonsense\\x22" in self.server.log(), "the mistake is logged")
        self.assertEqual(self.ann.get("/api/tools").status, 200)
        self.keys.path.unlink()
        self.server.until(lambda: "does not exist" in self.server.log(), "the missing file is logged")
        self.assertEqual(self.ann.get("/api/tools").status, 200)
        self.keys.path.write_text(good.replace("ann", "anne"))
        self.server.until(lambda: "new: none; removed: none" in self.server.log(), "it is read again")
        self.assertEqual(self.ann.get("/api/tools").status, 200)

    def test_a_server_does_not_start_with_a_file_that_it_cannot_trust(self):
        self.server.kill()
        for spoil, message in ((lambda: self.keys.path.chmod(0o620), "chmod go-w"),
                               (lambda: self.keys.path.write_text("[[key]]\n"), "keys.toml:1: "),
                               (self.keys.path.unlink, "does not exist")):
            spoil()
            done = glovebox("serve", *self.server.flags[:4], "--keys-file", self.keys.path)
            self.assertEqual(done.returncode, 1)
            self.assertIn(message, done.stderr.decode())
            if self.keys.path.exists():
                self.keys.path.chmod(0o600)

    @unittest.skipUnless(os.geteuid() == 0, "it takes root to give a file away")
    def test_another_users_file_is_refused_with_the_reason(self):
        self.server.kill()
        os.chown(self.keys.path, 12345, 12345)
        done = glovebox("serve", *self.server.flags[:4], "--keys-file", self.keys.path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("a server started as root has dropped the right", done.stderr.decode())
        self.keys.create("bob")  # by root, while the file still belongs to its owner
        self.assertEqual(self.keys.path.stat().st_uid, 12345)

    def test_a_file_that_everybody_may_read_causes_a_warning(self):
        self.server.kill()
        self.keys.path.chmod(0o644)
        self.server.start()
        self.assertIn("every user of this machine can read the keys file", self.server.log())


class RunWithKeyTest(unittest.TestCase):
    def setUp(self):
        keys = KeysFile(self)
        self.temp = TempDir(self)
        self.key = keys.create("ann")
        self.key_file = self.temp.write("ann.key", self.key + "\n")
        self.key_file.chmod(0o600)
        self.project = self.temp.write("project/a.txt", "alpha\n").parent
        self.server = Server(self, keys_file=keys.path)

    def run_shell(self, *flags, **variables):
        return glovebox("run", "shell", self.project, "--param", "script=cat a.txt", "--server",
                        self.server.url, *flags, env=clean_environment(**variables))

    def test_the_key_comes_from_a_file_or_the_environment(self):
        for done in (self.run_shell("--key-file", self.key_file),
                     self.run_shell(GLOVEBOX_API_KEY=self.key),
                     self.run_shell("--key-file", self.key_file, GLOVEBOX_API_KEY=NOBODYS_KEY)):
            self.assertEqual((done.returncode, done.stdout), (0, b"alpha\n"), done.stderr)

    def test_a_missing_or_wrong_key_is_explained(self):
        for done, message in (
                (self.run_shell(), "requires an API key: use --key-file FILE"),
                (self.run_shell(GLOVEBOX_API_KEY=NOBODYS_KEY), "the key in GLOVEBOX_API_KEY: "),
                (self.run_shell("--key-file", self.project / "a.txt"), "does not accept the key in"),
                (self.run_shell("--key-file", self.temp.write("none", "")), "has no API key"),
                (self.run_shell("--key-file", self.temp.path / "nowhere"), "No such file")):
            self.assertEqual((done.returncode, done.stdout), (125, b""))
            self.assertIn(message, done.stderr.decode())
            self.assertNotIn(self.key, done.stderr.decode())


@unittest.skipUnless(os.geteuid() == 0, "a network namespace of its own takes root here")
class WithoutKeysTest(unittest.TestCase):
    def warning_of(self, address):
        temp = TempDir(self)
        (temp.path / "tools").mkdir()
        write_test_tools(temp.path / "tools")
        # Nobody can reach it there, whatever address it listens on.
        process = subprocess.Popen(
            ["unshare", "--net", BINARY, "serve", "--listen", address, "--data-dir",
             temp.path / "data", "--tools-dir", temp.path / "tools"], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=clean_environment())
        try:
            self.assertTrue(process.stdout.readline().startswith(b"listening on"))
        finally:
            process.terminate()
            log = process.communicate(timeout=PATIENCE)[1].decode()
        return [line for line in log.splitlines() if "without API keys" in line]

    def test_listening_beyond_loopback_causes_a_warning(self):
        self.assertEqual(len(self.warning_of("0.0.0.0:0")), 1)
        self.assertEqual(self.warning_of("127.0.0.1:0"), [])


if __name__ == "__main__":
    unittest.main()
