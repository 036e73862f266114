"""Output is sent as it is written: limits, order, exact bytes, and more of it than is stored."""
import signal
import threading
import time
import unittest

from harness import Server
from many_streams_test import resident_bytes
from stream_test import EventReader, submit

GIB = 1 << 30
# Memory that may vary with requests; a server that stored all it reads would exceed it immediately.
MOST_GROWTH = 16 << 20


class OutputTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(self, hourly_per_client=0)

    def test_ten_gigabytes_do_not_grow_the_servers_memory(self):
        self.server.run_shell("echo warm")
        pid = self.server.process.pid
        before, peak = resident_bytes(pid), 0
        job = submit(self.server, "head -c 10737418240 /dev/zero")
        with EventReader(self.server, job) as reader:
            ended = threading.Thread(target=lambda: list(reader))
            ended.start()
            while ended.is_alive():
                peak = max(peak, resident_bytes(pid))
                ended.join(0.05)
        end = self.server.get(f"/api/jobs/{job}?output=false").json
        self.assertEqual((end["status"], end["outputBytes"], end["outputTruncated"]),
                         ("completed", 10 * GIB, True))
        self.assertLess(peak - before, MOST_GROWTH)

    def test_both_caps_apply_and_the_exit_code_decides(self):
        for script, lines, kept in (("seq 20000; exit 4", 20000, 10000),
                                    ("yes $(printf %01000d 7) | head -n 2000; exit 4", 2000, 1048)):
            with self.subTest(script):
                end = self.server.run_shell(script)
                self.assertEqual((end["status"], end["exitCode"], end["outputLines"],
                                  end["outputTruncated"]), ("failed", 4, lines, True))
                self.assertAlmostEqual(len(end["output"]), kept, delta=1)

    def test_bytes_are_exact_in_output_and_text_in_lines(self):
        end = self.server.run_shell(r"printf 'a\377b\r\n\303\244\000z'; printf 'wrong\n' >&2")
        raw = self.server.get(f"/api/jobs/{end['jobId']}/output").body
        self.assertIn(b"a\xffb\r\n", raw)
        self.assertIn(b"\xc3\xa4\0z", raw)
        self.assertEqual(sorted(end["output"]), sorted(["a\ufffdb", "wrong", "\u00e4\0z"]))

    def test_a_character_in_two_writes_is_one_character(self):
        job = submit(self.server, r"printf '\303'; sleep 0.3; printf '\244\n'")
        with EventReader(self.server, job) as reader:
            texts = [data["text"] for _, name, data in reader if name == "output"]
        self.assertEqual(texts, ["\u00e4\n"])

    def test_a_prompt_arrives_without_a_line_end(self):
        job = submit(self.server, "sleep 0.2; printf 'name? '; sleep 30")
        with EventReader(self.server, job) as reader:
            for _, name, data in reader:
                if name == "output":
                    break
        self.assertEqual(data["text"], "name? ")
        self.assertEqual(self.server.get(f"/api/jobs/{job}").json["status"], "running")


class CancelTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(self, hourly_per_client=0, concurrent_per_client=0, concurrency=1)

    def cancel(self, job):
        return self.server.call("POST", f"/api/jobs/{job}/cancel")

    def events(self, job):
        reader = EventReader(self.server, job)
        self.addCleanup(reader.close)
        return iter(reader)

    def test_a_tree_that_ignores_signals_is_dead_a_second_after_its_grace(self):
        script = ("trap '' TERM INT HUP; for i in 1 2 3 4 5; do (trap '' TERM; setsid sh -c "
                  "'trap \"\" TERM; echo up; while :; do sleep 1; done' &) & done; wait; sleep 60")
        job = submit(self.server, script)
        events = self.events(job)
        seen = ""
        while seen.count("up") < 5:
            _, name, data = next(events)
            seen += data["text"] if name == "output" else ""
        begun = time.monotonic()
        self.assertEqual(self.cancel(job).status, 202)
        end = [data for _, name, data in events if name == "complete"][0]
        took = time.monotonic() - begun
        self.assertEqual((end["status"], end["reason"], end["exitCode"]),
                         ("cancelled", "cancelled", None))
        self.assertGreater(took, 0.9)  # SIGTERM came first, with a second to react
        self.assertLess(took, 2)
        # Its slot is released once.
        self.assertEqual(self.server.run_shell("echo next")["output"], ["next"])
        self.assertEqual(self.server.queue()["running"], 0)

    def test_positions_of_other_jobs_move_up_and_are_sent(self):
        running = submit(self.server, "sleep 60")
        waiting = [submit(self.server, "true") for _ in range(3)]
        events = self.events(waiting[2])
        self.assertEqual(next(events)[2]["position"], 3)
        answer = self.cancel(waiting[0])
        self.assertEqual((answer.status, answer.json["status"]), (202, "cancelled"))
        self.assertEqual(next(events)[2]["position"], 2)
        again = self.cancel(waiting[0])
        self.assertEqual((again.status, again.json), (200, self.job(waiting[0])))
        self.assertIsNone(again.json["startedAt"])
        self.assertEqual(self.cancel(running).status, 202)
        self.assertEqual([data["status"] for _, name, data in events if name == "complete"],
                         ["completed"])

    def job(self, job):
        return self.server.get(f"/api/jobs/{job}?output=false").json

    def test_cancelling_again_and_after_the_end_changes_nothing(self):
        job = submit(self.server, "echo done")
        ended = [data for _, name, data in self.events(job) if name == "complete"][0]
        for _ in range(2):
            answer = self.cancel(job)
            self.assertEqual((answer.status, answer.json), (200, ended))
        self.assertEqual(self.cancel("job_nothing").status, 404)

    def test_cancelling_at_any_moment_ends_each_job_once(self):
        jobs = []
        for number in range(60):
            job = submit(self.server, "echo begun; sleep 0.02; echo done")
            time.sleep(number % 7 * 0.006)
            self.assertIn(self.cancel(job).status, (200, 202))
            jobs.append(job)
        self.server.until(lambda: self.server.queue()["pending"] + self.server.queue()["running"] == 0,
                          "nothing runs")
        ends = [self.job(job)["status"] for job in jobs]
        self.assertLessEqual(set(ends), {"cancelled", "completed"})
        self.assertEqual(self.server.run_shell("echo alive")["output"], ["alive"])


class DrainTest(unittest.TestCase):
    def test_ready_turns_503_first_and_running_jobs_end_well(self):
        server = Server(self, drain_timeout="30s")
        job = submit(server, "echo begun; sleep 1.5; echo done")
        reader = EventReader(server, job)
        self.addCleanup(reader.close)
        events = iter(reader)
        while next(events)[1] != "output":
            pass
        self.assertEqual(server.get("/api/ready").status, 200)
        server.signal(signal.SIGTERM)
        deadline = time.monotonic() + 1
        while (ready := server.get("/api/ready")).status == 200 and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertEqual((ready.status, ready.error["type"]), (503, "QueueFullError"))
        refused = server.call("POST", "/api/execute", {"toolId": "shell", "projectId": "prj_x",
                                                       "parameters": {"script": "true"}})
        self.assertIn(refused.status, (404, 503))
        rest = [(name, data) for _, name, data in events]
        self.assertEqual(rest[0][1]["text"], "done\n")
        self.assertEqual((rest[-1][0], rest[-1][1]["status"]), ("complete", "completed"))
        self.assertEqual(server.wait(), 0)


if __name__ == "__main__":
    unittest.main()
