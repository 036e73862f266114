"""Jobs that continue without their connection, followed by a real reader of event streams."""
import concurrent.futures
import http.client
import json
import random
import signal
import unittest

import contract
from harness import PATIENCE, Server


class EventReader:
    """One connection to /api/stream/{id}; iterates over its events."""

    def __init__(self, server, job, last_id=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        headers = {} if last_id is None else {"Last-Event-ID": last_id}
        self.connection.request("GET", f"/api/stream/{job}", headers=headers)
        self.response = self.connection.getresponse()

    def __iter__(self):
        event = {}
        while line := self.response.readline():
            line = line.decode().rstrip("\n")
            if line and not line.startswith(":"):
                name, _, value = line.partition(": ")
                event[name] = value
            elif event:
                data = json.loads(event["data"])
                if wrong := contract.check_event(event["event"], data):
                    raise AssertionError(wrong)
                yield event["id"], event["event"], data
                event = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.connection.close()


def submit(server, script, **fields):
    answer = server.execute("shell", server.project(), parameters={"script": script}, stream=True,
                            **fields)
    server.case.assertEqual(answer.status, 202, answer.body)
    return answer.json["jobId"]


class StreamTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(self, hourly_per_client=0, concurrent_per_client=0)

    def read_all(self, job):
        reader = EventReader(self.server, job)
        self.addCleanup(reader.close)
        return list(reader)

    def test_a_job_continues_without_its_client_and_is_sent_completely(self):
        job = submit(self.server, "echo one; sleep 0.2; echo wrong >&2; sleep 0.2; printf two; exit 3")
        events = self.read_all(job)
        self.assertEqual(events[0][1], "status")
        outputs = [data for _, name, data in events if name == "output"]
        self.assertEqual([(o["stream"], o["text"]) for o in outputs],
                         [("stdout", "one\n"), ("stderr", "wrong\n"), ("stdout", "two")])
        self.assertEqual(events[-1][1], "complete")
        end = events[-1][2]
        self.assertEqual((end["status"], end["exitCode"], end["jobId"]), ("failed", 3, job))
        self.assertNotIn("output", end)
        self.assertTrue(all(event_id for event_id, _, _ in events))

    def test_a_prompt_and_a_progress_bar_are_seen_immediately(self):
        job = submit(self.server, "printf 'name? '; sleep 0.5; for i in 1 2 3; do printf '\\r%s' $i;"
                                  " sleep 0.3; done; echo")
        texts = [data["text"] for _, name, data in self.read_all(job) if name == "output"]
        self.assertEqual(texts[0], "name? ")
        self.assertGreaterEqual(len(texts), 4)
        self.assertEqual("".join(texts), "name? \r1\r2\r3\n")

    def test_resuming_anywhere_leaves_no_gap_and_repeats_nothing(self):
        script = ("for i in $(seq 300); do echo line $i; [ $((i % 60)) = 0 ] && sleep 0.02; done;"
                  " printf end")
        expected = "".join(f"line {i}\n" for i in range(1, 301)) + "end"
        project = self.server.project()
        breaks = []

        def follow_in_pieces(seed):
            chooser = random.Random(seed)
            answer = self.server.execute("shell", project, parameters={"script": script},
                                         stream=True)
            text, last_id, broken = "", None, 0
            while last_id != "end":
                reader = EventReader(self.server, answer.json["jobId"], last_id)
                for last_id, name, data in reader:
                    text += data["text"] if name == "output" else ""
                    if name != "complete" and broken < 10 and chooser.random() < 0.3:
                        broken += 1
                        break
                reader.close()
            breaks.append(broken)
            return text

        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            for text in pool.map(follow_in_pieces, range(200)):
                self.assertEqual(text, expected)
        self.assertEqual(len(breaks), 200)
        self.assertGreater(sum(breaks), 200)

    def test_it_is_the_same_after_a_restart_of_the_server(self):
        job = submit(self.server, "for i in $(seq 50); do echo $i; done")
        events = self.read_all(job)
        self.server.kill()
        self.server.start()
        again = self.read_all(job)
        for told in (events, again):
            text = "".join(data["text"] for _, name, data in told if name == "output")
            self.assertEqual(text, "".join(f"{i}\n" for i in range(1, 51)))
        reader = EventReader(self.server, job, "40")
        tail = list(reader)
        reader.close()
        text = "".join(data["text"] for _, name, data in tail if name == "output")
        self.assertEqual(text, "".join(f"{i}\n" for i in range(41, 51)))

    def test_a_client_that_has_the_end_gets_204_and_invalid_ids_are_refused(self):
        job = submit(self.server, "true")
        self.read_all(job)
        get = self.server.get
        self.assertEqual(get(f"/api/stream/{job}", headers={"Last-Event-ID": "end"}).status, 204)
        for place in ("x", "-1", "7", "1e3", ""):
            answer = get(f"/api/stream/{job}?after={place}")
            self.assertEqual((answer.status, answer.error["type"]), (400, "ValidationError"), place)
        self.assertEqual(get("/api/stream/job_nothing").status, 404)

    def test_t71_more_streams_than_allowed_are_refused(self):
        server = Server(self, streams_per_client=2, hourly_per_client=0)
        job = submit(server, "sleep 30")
        readers = [EventReader(server, job) for _ in range(2)]
        for reader in readers:
            next(iter(reader))
        answer = server.get(f"/api/stream/{job}")
        self.assertEqual((answer.status, answer.error["type"]), (429, "RateLimitError"))
        self.assertTrue(answer.headers["Retry-After"])
        readers[0].close()
        for _ in range(100):
            another = EventReader(server, job)
            if another.response.status == 200:
                break
            another.close()
        self.assertEqual(another.response.status, 200)
        another.close()
        readers[1].close()

    def test_followers_see_a_cancel(self):
        job = submit(self.server, "echo begun; sleep 60")
        connection = EventReader(self.server, job)
        self.addCleanup(connection.close)
        reader = iter(connection)
        while next(reader)[1] != "output":
            pass
        self.assertEqual(self.server.call("POST", f"/api/jobs/{job}/cancel").status, 202)
        _, name, data = next(reader)
        self.assertEqual((name, data["status"], data["reason"]), ("complete", "cancelled", "cancelled"))

    def test_a_server_that_ends_at_once_ends_well_with_streams_open(self):
        job = submit(self.server, "echo begun; sleep 60")
        readers = [EventReader(self.server, job) for _ in range(3)]
        for reader in readers:
            self.addCleanup(reader.close)
            next(iter(reader))
        process = self.server.process
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=PATIENCE), 0)

    def test_a_stopped_reader_does_not_slow_the_tool(self):
        job = submit(self.server, "yes | head -c 3000000")
        stopped = EventReader(self.server, job)  # reads nothing after the head
        other = self.read_all(job)
        self.assertEqual(other[-1][2]["status"], "completed")
        self.assertTrue(other[-1][2]["outputTruncated"])
        stopped.close()


if __name__ == "__main__":
    unittest.main()
