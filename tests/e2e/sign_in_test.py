"""People sign in with an OpenID provider that is not ours (npm's `oidc-provider`), in Chromium."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest
import urllib.parse

from harness import PATIENCE, Server, TempDir, zip_of
from keys import Client, KeysFile

CLIENT = pathlib.Path(__file__).resolve().parent / "sign_in_client"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class SignInTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for program in ("node", "npm"):
            if shutil.which(program) is None:
                raise unittest.SkipTest(f"{program} is not installed")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="glovebox-e2e-")) / "client"
        cls.addClassCleanup(shutil.rmtree, cls.folder.parent, ignore_errors=True)
        shutil.copytree(CLIENT, cls.folder, ignore=shutil.ignore_patterns("node_modules"))
        installed = subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"],
                                   cwd=cls.folder, capture_output=True, text=True, check=False)
        if installed.returncode != 0:
            raise unittest.SkipTest(f"npm cannot install it here: {installed.stderr[-300:]}")

    def start(self, algorithm="RS256", secret="", **settings):
        self.provider_port = free_port()
        issuer = f"http://127.0.0.1:{self.provider_port}"
        if secret:
            settings["oidc_client_secret_file"] = TempDir(self).write("secret", secret + "\n")
        self.server = Server(self, oidc_issuer=issuer, oidc_client_id="glovebox", **settings)
        self.provider = subprocess.Popen(
            ["node", "provider.mjs", str(self.provider_port), self.server.url + "/auth/callback",
             algorithm, secret], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(self.stop, self.provider)
        self.assertEqual(self.provider.stdout.readline(), b"ready\n")

    @staticmethod
    def stop(process):
        process.kill()
        process.wait()
        process.stdout.close()

    def person(self, name):
        if not os.path.exists(CHROMIUM):
            self.skipTest("Chromium is not installed")
        done = subprocess.run(["node", "person.mjs", self.server.url, name], cwd=self.folder,
                              capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr + self.server.log())
        return json.loads(done.stdout)

    def begin(self):
        """The state and the cookie of a new sign-in."""
        answer = self.server.get("/auth/sign-in?return=/runs")
        self.assertEqual(answer.status, 303, answer.body)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)
        return query["state"][0], answer.headers["Set-Cookie"].split(";")[0]

    def callback(self, cookie, **query):
        target = "/auth/callback?" + urllib.parse.urlencode(query)
        return self.server.get(target, headers={"Cookie": cookie} if cookie else {})

    def reason(self, answer):
        self.assertEqual(answer.status, 401, answer.body)
        self.assertNotIn("glovebox_session=ses", str(answer.headers))
        return answer.error["details"]["reason"]

    def check_person(self, seen, name):
        self.assertEqual(seen["before"], 401)
        self.assertEqual(urllib.parse.urlsplit(seen["landed"]).path, "/status")
        self.assertEqual(seen["session"], {"client": "oidc:" + name, "name": name,
                                           "signInUrl": None, "signOutUrl": "/auth/sign-out"})
        self.assertEqual((seen["jobs"], seen["upload"]["status"]), (200, 201), seen)
        session, = seen["cookies"]
        self.assertEqual((session["name"], session["httpOnly"], session["sameSite"],
                          session["path"], session["secure"]),
                         ("glovebox_session", True, "Lax", "/", False))
        self.assertNotIn("glovebox", seen["scriptSees"])
        if seen["hasConsole"]:
            self.assertEqual(seen["who"], name)
        self.assertEqual((seen["after"], seen["cookiesAfter"]), (401, 0))
        self.assertEqual(seen["again"], name)

    def test_a_person_signs_in_and_out_in_a_browser(self):
        self.start()
        seen = self.person("anna")
        self.check_person(seen, "anna")
        cookie = {"Cookie": "glovebox_session=" + seen["cookie"]}
        self.check_requests_of_other_pages(cookie)
        self.check_used_code(seen["callback"])
        log = self.server.log()
        for event in ("audit-sign-in ", "audit-sign-out ", "audit-upload "):
            self.assertIn(event, log)
        self.assertIn("client=oidc:anna", log)
        self.assertNotIn(seen["cookie"], log)
        self.assertNotIn(urllib.parse.urlsplit(seen["callback"]).query, log)
        project = json.loads(seen["upload"]["body"])["projectId"]
        self.assertEqual(self.server.get("/api/projects/" + project, headers=cookie).status, 200)
        bob = {"Cookie": "glovebox_session=" + self.person("bob")["cookie"]}
        self.assertEqual(self.server.get("/api/projects/" + project, headers=bob).status, 404)
        # Both cookies: which of them is this server's is unknown.
        both = {"Cookie": cookie["Cookie"] + "; " + bob["Cookie"]}
        self.assertEqual(self.server.get("/api/jobs", headers=both).status, 401)

    def check_requests_of_other_pages(self, cookie):
        def upload(**headers):
            return self.server.call("POST", "/api/upload", zip_of({"a.txt": "a"}),
                                    {"Content-Type": "application/zip", **cookie, **headers}).status

        self.assertEqual(self.server.get("/api/jobs", headers=cookie).status, 200)
        self.assertEqual(upload(), 403)
        self.assertEqual(upload(Origin="http://evil.example"), 403)
        self.assertEqual(upload(Origin="null"), 403)
        self.assertEqual(upload(**{"Sec-Fetch-Site": "cross-site"}), 403)
        self.assertEqual(upload(**{"Sec-Fetch-Site": "same-site"}), 403)
        self.assertEqual(upload(Origin=self.server.url), 201)

    def check_used_code(self, callback):
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(callback).query))
        _, cookie = self.begin()
        self.assertEqual(self.reason(self.callback(cookie, **query)), "wrong-state")
        self.assertEqual(self.reason(self.callback("", **query)), "no-sign-in")
        state, cookie = self.begin()
        query["state"] = state
        self.assertEqual(self.reason(self.callback(cookie, **query)), "refused-code")

    def test_a_confidential_client_and_tokens_signed_with_es256(self):
        self.start(algorithm="ES256", secret="s3cret with spaces & signs/+")
        self.check_person(self.person("eva"), "eva")
        self.assertNotIn("s3cret", self.server.log())

    def test_what_the_provider_did_not_send_is_refused(self):
        self.start()
        state, cookie = self.begin()
        self.assertEqual(self.reason(self.callback(cookie, state=state, code="made-up")),
                         "refused-code")
        self.assertEqual(self.reason(self.callback(cookie, state=state, error="access_denied")),
                         "refused")
        self.assertEqual(self.reason(self.callback(cookie, state=state, code="x",
                                                   iss="http://evil.example")), "wrong-issuer")
        self.assertEqual(self.reason(self.callback(cookie + "0", state=state, code="x")),
                         "no-sign-in")
        self.assertIn("audit-sign-in-refused", self.server.log())
        for forged in ("ses_" + "0" * 22, "", "x" * 5000):
            answer = self.server.get("/api/jobs", headers={"Cookie": "glovebox_session=" + forged})
            self.assertEqual(answer.status, 401)

    def test_programs_use_keys_beside_people(self):
        keys = KeysFile(self)
        client = keys.create("ci")
        self.start(keys_file=keys.path)
        self.assertEqual(Client(self.server, client).get("/api/session").json["client"], "key:ci")
        self.assertEqual(Client(self.server, client).get("/api/jobs").status, 200)
        nobody = self.server.get("/api/session").json
        self.assertEqual((nobody["client"], nobody["name"], nobody["signInUrl"]),
                         ("ip:127.0.0.1", None, "/auth/sign-in"))
        self.assertEqual(self.server.get("/api/jobs").status, 401)

    def test_a_provider_that_is_down_is_a_503(self):
        self.start()
        self.stop(self.provider)
        answer = self.server.get("/auth/sign-in")
        self.assertEqual(answer.status, 503)
        self.assertIn("Retry-After", answer.headers)
        self.assertIn("the OpenID provider:", self.server.log())


if __name__ == "__main__":
    unittest.main()
