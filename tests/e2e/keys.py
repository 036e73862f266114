"""A keys file, and clients with its keys."""
from harness import TempDir, glovebox, zip_of

NOBODYS_KEY = "gbx_" + "0" * 22


class KeysFile:
    """A keys file, maintained by `glovebox key`."""

    def __init__(self, case):
        self.case = case
        self.path = TempDir(case).path / "keys.toml"

    def command(self, action, *arguments):
        return glovebox("key", action, *arguments, "--keys-file", self.path)

    def create(self, name, *flags):
        done = self.command("create", name, *flags)
        self.case.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.decode().strip()

    def remove(self, name):
        done = self.command("remove", name)
        self.case.assertEqual(done.returncode, 0, done.stderr)


class Client:
    """Calls a server with one key, or with none."""

    def __init__(self, server, key=None):
        self.server = server
        self.headers = {} if key is None else {"Authorization": "Bearer " + key}

    def call(self, method, target, body=None, headers=None):
        return self.server.call(method, target, body, {**self.headers, **(headers or {})})

    def get(self, target):
        return self.call("GET", target)

    def project(self):
        answer = self.call("POST", "/api/upload", zip_of({"a.txt": "alpha\n"}),
                           {"Content-Type": "application/octet-stream"})
        self.server.case.assertEqual(answer.status, 201, answer.body)
        return answer.json["projectId"]

    def execute(self, tool, project, **fields):
        return self.call("POST", "/api/execute", {"toolId": tool, "projectId": project, **fields})

    def submit(self, project, script):
        answer = self.execute("shell", project, parameters={"script": script}, stream=True)
        self.server.case.assertEqual(answer.status, 202, answer.body)
        return answer.json["jobId"]

    def status(self, job):
        return self.get(f"/api/jobs/{job}?output=false").json["status"]
