"""The receivers of docs/webhooks.md, as they are written there."""
import os
import pathlib
import re
import socket
import subprocess
import time
import unittest

from harness import PATIENCE, Server, TempDir
from webhook_receiver import Verifier

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "webhooks.md"


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def program(language):
    return re.search(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL).group(1)


class DocumentedReceiverTest(unittest.TestCase):
    def start(self, command, secret, port):
        process = subprocess.Popen([*command, str(port)],
                                   env={**os.environ, "WEBHOOK_SECRET": secret},
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                return
            except OSError:
                time.sleep(0.05)
        self.fail("the documented receiver does not listen")

    def status_at(self, command, right_secret):
        """The status with which a message is answered."""
        server = Server(self, allow_networks="127.0.0.0/8")
        port = free_port()
        webhook = server.call("POST", "/api/webhooks", {"url": f"http://127.0.0.1:{port}/"}).json
        other = "whsec_" + "A" * 44
        self.start(command, webhook["secret"] if right_secret else other, port)
        path = f"/api/webhooks/{webhook['webhookId']}"
        server.call("POST", path + "/test")

        def told():
            return server.get(path + "/deliveries").json["deliveries"][0]

        server.until(lambda: told()["attempts"] > 0, "an attempt")
        return told()["lastStatus"]

    def test_the_receiver_in_python(self):
        command = ["python3", str(TempDir(self).write("receiver.py", program("python")))]
        self.assertEqual(self.status_at(command, True), 204)
        self.assertEqual(self.status_at(command, False), 400)

    def test_the_receiver_on_node(self):
        folder = Verifier(self).folder
        (folder / "receiver.mjs").write_text(program("js"))
        command = ["node", str(folder / "receiver.mjs")]
        self.assertEqual(self.status_at(command, True), 204)
        self.assertEqual(self.status_at(command, False), 400)


if __name__ == "__main__":
    unittest.main()
