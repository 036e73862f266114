"""Webhooks over kill -9 of the server and of the sender: every end is sent at least once, and each
message verifies. GLOVEBOX_WEBHOOK_ROUNDS is the number of kills, 10 by default."""
import http.client
import os
import random
import signal
import threading
import time
import unittest

from harness import PATIENCE, Server
from webhook_receiver import Receiver, Verifier
from sender_process import sender_of

ROUNDS = int(os.environ.get("GLOVEBOX_WEBHOOK_ROUNDS", "10"))
DROPPED = (http.client.HTTPException, OSError)


class WebhookDurabilityTest(unittest.TestCase):
    def submit(self, project, number):
        """The id of an accepted job; nothing if the server went away first."""
        body = {"toolId": "shell", "projectId": project, "stream": True,
                "parameters": {"script": f"echo {number}"}}
        try:
            answer = self.server.call("POST", "/api/execute", body)
        except DROPPED:
            return None
        return answer.json["jobId"] if answer.status == 202 else None

    def kill_something(self, chance):
        if chance.random() < 0.5:
            try:
                os.kill(sender_of(self.server.process.pid), signal.SIGKILL)
            except (ProcessLookupError, StopIteration):
                pass  # it was being started again
            return
        self.server.kill()
        self.server.start()

    def test_every_end_is_told_over_kills_of_server_and_sender(self):
        verifier = Verifier(self)
        self.server = Server(self, allow_networks="127.0.0.0/8", hourly_per_client=0,
                             concurrent_per_client=0)
        self.server.flags[1] = f"127.0.0.1:{self.server.port}"
        receiver = Receiver(self, 204)
        webhook = self.server.call("POST", "/api/webhooks",
                                   {"url": receiver.url(), "events": ["job.completed"]}).json
        project = self.server.project()
        chance = random.Random(16)
        accepted, stop = set(), threading.Event()

        def submit_on():
            for number in range(1_000_000):
                if stop.is_set():
                    return
                job = self.submit(project, number)
                if job:
                    accepted.add(job)
                stop.wait(0.02)

        submitter = threading.Thread(target=submit_on)
        submitter.start()
        try:
            for _ in range(ROUNDS):
                time.sleep(chance.uniform(0.1, 0.8))
                self.kill_something(chance)
        finally:
            stop.set()
            submitter.join()
        self.assertGreater(len(accepted), ROUNDS)
        deadline = time.monotonic() + 2 * PATIENCE

        def told():
            return {each.json["data"]["jobId"] for each in list(receiver.received)}

        while not accepted <= told() and time.monotonic() < deadline:
            time.sleep(0.2)
        self.assertEqual(accepted - told(), set())
        received = list(receiver.received)  # repetitions may still come
        ids = {}
        for each in received:
            ids.setdefault(each.json["data"]["jobId"], set()).add(each.id)
        # A message that is sent twice has one id.
        self.assertEqual([job for job, of_job in ids.items() if len(of_job) > 1], [])
        verifier.verify(webhook["secret"], received)
        print(f"{ROUNDS} kills, {len(accepted)} jobs, {len(received)} deliveries")


if __name__ == "__main__":
    unittest.main()
