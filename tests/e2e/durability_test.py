"""Jobs that survive the server: kill -9 at any moment, restarts, drains, and idempotency keys."""
import http.client
import itertools
import json
import random
import signal
import threading
import time
import unittest

from harness import PATIENCE, Server
from stream_test import EventReader, submit

ROUNDS = 100
FINAL = ("completed", "failed", "timeout", "cancelled")


def all_jobs(server):
    cursor = ""
    while cursor is not None:
        page = server.get(f"/api/jobs?limit=200{cursor and '&cursor=' + cursor}").json
        yield from page["jobs"]
        cursor = page["nextCursor"]


class Submitters:
    """Threads that submit jobs with keys. Each request is repeated until it is answered, across
    restarts."""

    def __init__(self, server, threads):
        self.server = server
        self.project = server.project()
        self.accepted = {}  # key: job
        self.refused = []
        self.numbers = itertools.count()
        self.stopping = False
        self.threads = [threading.Thread(target=self.work) for _ in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping = True
        for thread in self.threads:
            thread.join()

    def work(self):
        while not self.stopping:
            key = f"key-{next(self.numbers)}"
            script = f"for i in 1 2 3 4; do echo {key} $i; sleep 0.01; done"
            while not self.try_once(key, script):
                time.sleep(0.01)
                if self.stopping:
                    return

    def try_once(self, key, script):
        body = {"toolId": "shell", "projectId": self.project, "stream": True,
                "parameters": {"script": script}}
        try:
            answer = self.server.call("POST", "/api/execute", body, {"Idempotency-Key": key})
        except (OSError, http.client.HTTPException):
            return False
        if answer.status == 503:
            return False
        if answer.status == 202:
            self.accepted[key] = answer.json["jobId"]
        else:
            self.refused.append(answer.body)
        return True


class DurabilityTest(unittest.TestCase):
    def server(self, **settings):
        return Server(self, hourly_per_client=0, concurrent_per_client=0, **settings)

    def wait_for_end(self, server, job):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = server.get(f"/api/jobs/{job}")
            self.assertEqual(answer.status, 200, answer.body)
            if answer.json["status"] in FINAL:
                return answer.json
            time.sleep(0.02)
        self.fail(f"{job} has no end: {answer.body}")

    def test_jobs_that_waited_run_in_their_order_after_kill_9(self):
        server = self.server(concurrency=1)
        runs = submit(server, "echo begun; sleep 2")
        waiting = [submit(server, f"echo {i}; cat", stdin=f"in {i}") for i in range(5)]
        self.assertEqual(next(d for _, n, d in EventReader(server, runs) if n == "output")["text"],
                         "begun\n")
        server.kill()
        server.start()
        ends = [self.wait_for_end(server, job) for job in waiting]
        for i, end in enumerate(ends):
            self.assertEqual((end["status"], end["output"]), ("completed", [str(i), f"in {i}"]))
        starts = [end["startedAt"] for end in ends]
        self.assertEqual(starts, sorted(starts))
        again = server.get(f"/api/jobs/{runs}").json
        self.assertEqual((again["status"], again["attempt"], again["output"]),
                         ("completed", 2, ["begun"]))
        self.assertLess(again["startedAt"], starts[0])
        self.assertEqual({end["attempt"] for end in ends}, {1})
        server.kill()
        server.start()
        self.assertEqual([server.get(f"/api/jobs/{job}").json for job in waiting], ends)

    def test_a_lost_run_is_repeated_twice_and_followers_start_again(self):
        server = self.server()
        job = submit(server, "i=0; while :; do i=$((i + 1)); echo line $i; sleep 0.005; done")
        last_id = None
        for attempt in (1, 2, 3):
            text, statuses = "", []
            reader = EventReader(server, job, last_id)
            for last_id, name, data in reader:
                text += data["text"] if name == "output" else ""
                statuses += [data] if name == "status" else []
                self.assertTrue(last_id.startswith(f"{attempt}-") or attempt == 1, last_id)
                if len(text) > 500:
                    break
            reader.close()
            self.assertEqual({status["attempt"] for status in statuses}, {attempt})
            lines = text.splitlines()
            self.assertEqual(lines, [f"line {i + 1}" for i in range(len(lines))])
            self.assertEqual(server.get(f"/api/jobs/{job}?output=false").json["attempt"], attempt)
            server.kill()
            server.start()
        for last_id, name, data in EventReader(server, job, last_id):
            text += data["text"] if name == "output" else ""
        self.assertEqual((last_id, name, data["status"], data["reason"], data["attempt"]),
                         ("end", "complete", "failed", "server-restarted", 3))
        lines = text.splitlines()
        self.assertEqual(lines, [f"line {i + 1}" for i in range(len(lines))])
        self.assertEqual(server.get(f"/api/jobs/{job}/output").body.decode(), text)
        self.assertEqual(list((server.data_dir / "output").iterdir()), [])

    def test_kill_9_at_any_moment_loses_no_accepted_job_and_ends_each_once(self):
        chooser = random.Random(20261123)
        server = self.server()
        told = {}  # job: the attempt and what its followers have received of it
        with Submitters(server, threads=4) as submitters:
            for _ in range(ROUNDS):
                time.sleep(chooser.random() * 0.25)
                jobs = list(submitters.accepted.values())
                if jobs:
                    self.follow_a_little(server, jobs[-1], told)
                server.kill()
                server.start()
        self.assertEqual(submitters.refused, [])
        self.assertGreater(len(submitters.accepted), ROUNDS)
        ran = 0
        for key, job in submitters.accepted.items():
            end = self.wait_for_end(server, job)
            whole = [f"{key} {i}" for i in range(1, 5)]
            if end["status"] == "completed":
                ran += 1
                self.assertEqual(end["output"], whole, end)
            else:
                self.assertEqual((end["reason"], end["attempt"]), ("server-restarted", 3), end)
                self.assertEqual(end["output"], whole[:len(end["output"])], end)
            attempt, text = told.get(job, (1, ""))
            self.assertLessEqual(attempt, end["attempt"])
            # The tool writes the same in each run.
            self.assertTrue("\n".join(whole).startswith(text.rstrip("\n")))
            if attempt == end["attempt"]:
                self.assertTrue("\n".join(end["output"]).startswith(text.rstrip("\n")))
        self.assertGreater(ran, ROUNDS // 2)
        # A key without a response may have created a job; no key created two.
        outputs = [job["jobId"] for job in all_jobs(server)]
        self.assertEqual(len(outputs), len(set(outputs)))
        self.assertLessEqual(set(submitters.accepted.values()), set(outputs))
        self.assertLessEqual(len(outputs), len(submitters.accepted) + len(submitters.threads))

    def follow_a_little(self, server, job, told):
        reader = EventReader(server, job)
        for _, name, data in itertools.islice(reader, 4):
            if name == "status":
                told[job] = (data["attempt"], "")
            if name == "output":
                told[job] = (told[job][0], told[job][1] + data["text"])
        reader.close()

    def test_a_drain_leaves_unfinished_jobs_for_the_next_start(self):
        server = self.server(concurrency=1, drain_timeout="100ms")
        runs = submit(server, "sleep 1.5; echo done")
        waits = submit(server, "echo later")
        reader = EventReader(server, waits)
        begun = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - begun, 4, "nobody waits for streams that have no end")
        self.assertEqual([name for _, name, _ in reader], ["status"])
        server.start()
        end = self.wait_for_end(server, waits)
        self.assertEqual((end["output"], end["attempt"]), (["later"], 1))
        end = self.wait_for_end(server, runs)
        self.assertEqual((end["status"], end["attempt"], end["output"]), ("completed", 2, ["done"]))

    def test_a_job_of_a_connection_ends_with_the_server(self):
        server = self.server(concurrency=1)
        project = server.project()
        threads = [threading.Thread(target=self.ask_and_be_cut_off, args=(server, project))
                   for _ in range(2)]
        for thread in threads:
            thread.start()
        # A job that ends earlier is recorded with its end.
        server.until(lambda: sorted(job["status"] for job in all_jobs(server)) ==
                     ["queued", "running"], "both jobs are recorded")
        server.kill()
        for thread in threads:
            thread.join()
        server.start()
        jobs = list(all_jobs(server))
        self.assertEqual([job["reason"] for job in jobs], ["server-restarted"] * 2)

    def ask_and_be_cut_off(self, server, project):
        with self.assertRaises((OSError, http.client.HTTPException)):
            server.execute("shell", project, parameters={"script": "sleep 60"})


class IdempotencyTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(self)
        self.project = self.server.project()

    def ask(self, key, script="echo hello", **fields):
        body = {"toolId": "shell", "projectId": self.project, "parameters": {"script": script},
                **fields}
        return self.server.call("POST", "/api/execute", body, {"Idempotency-Key": key})

    def test_the_same_key_and_body_are_the_same_job(self):
        first = self.ask("one")
        again = self.ask('"one"')
        self.assertEqual((first.status, again.status), (200, 200))
        self.assertEqual(again.json, first.json)
        self.assertNotIn("Idempotency-Replayed", first.headers)
        self.assertEqual(again.headers["Idempotency-Replayed"], "true")
        self.assertIn("r=19", again.headers["RateLimit"])
        self.assertNotEqual(self.ask("two").json["jobId"], first.json["jobId"])
        followed = self.ask("one", stream=True)
        self.assertEqual((followed.status, followed.json["jobId"], followed.json["status"]),
                         (202, first.json["jobId"], "completed"))

    def test_another_body_is_refused(self):
        job = self.ask("one").json["jobId"]
        answer = self.ask("one", script="echo other")
        self.assertEqual((answer.status, answer.error["type"]), (422, "UserError"))
        self.assertEqual(answer.error["details"]["jobId"], job)

    def test_a_broken_connection_finds_its_job_again(self):
        connection = self.server.connection()
        body = {"toolId": "shell", "projectId": self.project,
                "parameters": {"script": "sleep 0.5; echo hello"}}
        connection.request("POST", "/api/execute", json.dumps(body),
                           {"Content-Type": "application/json", "Idempotency-Key": "one"})
        while self.server.get("/api/queue/status").json["running"] != 1:
            time.sleep(0.01)
        connection.close()
        answer = self.ask("one", script="sleep 0.5; echo hello")
        self.assertEqual((answer.status, answer.json["status"], answer.json["output"]),
                         (200, "completed", ["hello"]))
        self.assertEqual(answer.headers["Idempotency-Replayed"], "true")

    def test_keys_of_another_form_are_refused(self):
        for key in ("", '""', "x" * 256, "two words", "\u00e9"):
            answer = self.ask(key.encode("latin-1"))
            self.assertEqual((answer.status, answer.error["details"]["field"]),
                             (400, "Idempotency-Key"), key)
        self.assertEqual(self.ask("x" * 255).status, 200)


if __name__ == "__main__":
    unittest.main()
