"""Event streams with a third-party client: npm's `eventsource`, on Node."""
import json
import pathlib
import shutil
import subprocess
import unittest

from harness import PATIENCE, Server, TempDir
from stream_test import submit

CLIENT = pathlib.Path(__file__).resolve().parent / "outside_client"


class OutsideClientTest(unittest.TestCase):
    def setUp(self):
        for program in ("node", "npm"):
            if shutil.which(program) is None:
                self.skipTest(f"{program} is not installed")
        self.folder = TempDir(self).path / "client"
        shutil.copytree(CLIENT, self.folder, ignore=shutil.ignore_patterns("node_modules"))
        installed = subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"],
                                   cwd=self.folder, capture_output=True, text=True, check=False)
        if installed.returncode != 0:
            self.skipTest(f"npm cannot install eventsource here: {installed.stderr[-300:]}")
        self.server = Server(self)

    def follow(self, job):
        process = subprocess.Popen(["node", "follow.mjs", f"{self.server.url}/api/stream/{job}"],
                                   cwd=self.folder, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return process

    def test_it_receives_every_event(self):
        job = submit(self.server, "echo one; echo wrong >&2; sleep 0.3; echo zwei \u00fcber; exit 3")
        seen = json.loads(self.follow(job).communicate(timeout=PATIENCE)[0].splitlines()[-1])
        self.assertEqual((seen["text"], seen["stderr"]), ("one\nzwei \u00fcber\n", "wrong\n"))
        self.assertEqual((seen["end"]["exitCode"], seen["opened"], seen["lastEventId"]),
                         (3, 1, "end"))
        self.assertEqual(seen["statuses"][-1], "running")

    def test_it_resumes_by_itself_after_the_server_was_killed(self):
        job = submit(self.server, "for i in $(seq 200); do echo line $i; sleep 0.01; done")
        process = self.follow(job)
        self.assertEqual(process.stdout.readline(), "far enough\n")
        self.server.kill()
        self.server.flags[1] = f"127.0.0.1:{self.server.port}"
        self.server.start()
        seen = json.loads(process.communicate(timeout=PATIENCE)[0].splitlines()[-1])
        self.assertEqual(seen["text"].splitlines(), [f"line {i + 1}" for i in range(200)])
        self.assertGreater(len(seen["lostText"]), 300)
        self.assertEqual((seen["end"]["status"], seen["end"]["attempt"], seen["opened"]),
                         ("completed", 2, 2))


if __name__ == "__main__":
    unittest.main()
