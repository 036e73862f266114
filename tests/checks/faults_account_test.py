"""The check of a run under faults finds every kind of loss."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "faults"))

import account  # pylint: disable=wrong-import-position


def lines(numbers, token="t1", run="aa"):
    return "".join(f"{token} {run} {number}\n" for number in numbers).encode()


def reader_of(data, complete=None):
    reader = account.Text()
    reader.add(data.decode())
    reader.complete = complete
    return reader


class AccountTest(unittest.TestCase):
    def setUp(self):
        self.promise = account.Promise("t1", 3, jobs={"job_1"})
        self.record = {"jobId": "job_1", "status": "completed", "exitCode": 0, "reason": None,
                       "signal": None, "message": None, "artifacts": [], "attempt": 1}
        self.found = account.Found(self.record, lines(range(3)))

    def check(self, hurt=False):
        return account.check_job(self.promise, self.found, hurt)

    def expect(self, *parts, hurt=False):
        wrong = self.check(hurt)
        self.assertEqual(len(wrong), len(parts), wrong)
        for line, part in zip(wrong, parts):
            self.assertIn(part, line)

    def end(self, status, reason, output=b"", attempt=1):
        self.record.update(status=status, reason=reason, exitCode=None, attempt=attempt)
        self.found.output = output

    def test_a_complete_job_passes(self):
        self.promise.readers = [reader_of(lines(range(3)), self.record), reader_of(lines(range(2)))]
        self.promise.answers = [{**self.record, "output": ["t1 aa 0", "t1 aa 1", "t1 aa 2"]}]
        self.expect()

    def test_a_lost_job_is_found_where_it_was_promised(self):
        self.found = None
        self.expect("it is lost")
        self.promise.follows = False
        self.expect()
        self.promise.keyed = True
        self.expect("it is lost")

    def test_two_jobs_of_one_key_are_found(self):
        self.promise.jobs.add("job_2")
        self.expect("one key named 2 jobs")

    def test_missing_repeated_foreign_and_torn_lines_are_found(self):
        for output, part in ((lines([0, 2]), "missing before it"), (lines([0, 1, 1]), "repeated"),
                             (lines([0, 1]), "2 lines of 3"), (lines(range(4)), "4 lines of 3"),
                             (lines(range(3), "t2"), "not its own"),
                             (lines(range(3))[:-1], "incomplete"), (b"", "0 lines of 3")):
            self.found.output = output
            self.expect(part)

    def test_a_second_run_is_found(self):
        self.found.output = lines([0]) + lines([1, 2], run="bb")
        self.expect("it ran 2 times")

    def test_a_job_without_an_end_is_found(self):
        for status in ("queued", "running"):
            self.end(status, None)
            self.expect("it has no end")

    def test_an_end_needs_a_cause(self):
        self.end("failed", "server-restarted", lines([0]), attempt=3)
        self.expect()
        self.end("failed", "server-restarted", lines([0]), attempt=2)
        self.expect("not run again")
        self.promise.follows = False
        self.expect()
        self.promise.follows = True
        self.end("cancelled", "cancelled")
        self.expect("without a request")
        self.promise.cancel_asked = True
        self.expect()
        self.end("failed", "memory")
        self.expect("it ended with failed, memory")
        self.expect(hurt=True)
        for status, reason in (("failed", None), ("failed", "exit-code"), ("timeout", "wall-time")):
            self.end(status, reason)
            self.expect("it ended with", hurt=True)

    def test_a_restarted_job_has_a_prefix_of_its_lines(self):
        self.end("failed", "server-restarted", lines([0, 2]), attempt=3)
        self.expect("missing before it")
        self.found.output = lines([0]) + b"t1 aa"
        self.expect()

    def test_a_gap_and_a_repeat_that_only_a_reader_saw_are_found(self):
        for seen in (lines([0, 2]), lines([0, 0]), lines([0], run="bb")):
            self.promise.readers = [reader_of(seen)]
            self.expect("other bytes")
        self.promise.readers = [reader_of(lines(range(4)))]
        self.expect("a reader saw 32 bytes, and 24 are stored")

    def test_a_reader_begins_again_with_a_new_attempt(self):
        self.record["attempt"] = 2
        reader = reader_of(lines([0, 1], run="lost"))
        self.promise.readers = [reader]
        self.expect()
        reader.begin(2)
        reader.add(lines(range(3)).decode())
        reader.begin(2)
        reader.complete = dict(self.record)
        self.expect()
        reader.begin(3)
        self.expect("saw attempt 3")
        reader.begin(2)
        self.expect("saw attempt 2")
        told = {**self.record, "attempt": 1}
        self.promise.readers = [reader_of(lines(range(3)), told)]
        self.expect("says attempt 1")

    def test_an_end_that_differs_from_the_record_is_found(self):
        self.promise.readers = [reader_of(lines(range(2)), self.record)]
        self.expect("received the end after 16 of 24 bytes")
        told = {**self.record, "status": "failed"}
        self.promise.readers = [reader_of(lines(range(3)), told)]
        self.expect("a reader's last event says status")
        self.promise.readers = []
        self.promise.answers = [{**told, "output": ["t1 aa 0"]}]
        self.expect("an answer says status", "an answer had 1 lines")

    def test_a_reported_end_that_was_not_recorded_needs_a_cause(self):
        told = {**self.record, "output": ["t1 aa 0", "t1 aa 1", "t1 aa 2"]}
        self.promise.answers = [told]
        self.end("failed", "server-restarted", lines([0]), attempt=3)
        self.assertEqual(len(self.check()), 5)
        self.assertEqual(account.check_job(self.promise, self.found, unrecorded=True), [])
        # An end that the client saw must be in the record too.
        self.promise.answers = []
        self.promise.readers = [reader_of(lines([0, 1]), dict(self.record))]
        self.assertNotEqual(account.check_job(self.promise, self.found, unrecorded=True), [])
        self.promise.answers = [told]
        self.record.update(reason="exit-code")
        self.assertNotEqual(account.check_job(self.promise, self.found, unrecorded=True), [])

    def test_a_lost_artifact_is_found(self):
        self.promise.artifact = True
        self.expect("its artifact is None")
        self.record["message"] = "the files that it created were not stored: the disk is full"
        self.expect()
        self.found.artifacts["out.txt"] = b"t1"
        self.expect()
        self.found.artifacts["out.txt"] = b"t2"
        self.expect("its artifact is b't2'")

    def test_a_request_that_made_two_jobs_is_found(self):
        stranger = account.Found(dict(self.record), lines([0]))
        cut = account.Promise("t2", 3)
        other = account.Found(dict(self.record), lines([0], "t2"))
        self.assertEqual(account.check_strangers([self.promise, cut], {"job_9": other}), [])
        self.assertEqual(len(account.check_strangers([self.promise], {"job_9": stranger})), 1)
        twice = {"job_8": other, "job_9": other}
        self.assertIn("another job", account.check_strangers([cut], twice)[0])
        self.assertIn("no request", account.check_strangers([], {"job_9": stranger})[0])
        other.record["status"] = "running"
        self.assertIn("no end", account.check_strangers([cut], {"job_9": other})[0])

    def test_uploads_that_are_lost_changed_or_still_there_are_found(self):
        upload = account.Upload("prj_1", b"x")
        self.assertEqual(account.check_upload(upload, 200, b"x"), [])
        self.assertIn("lost", account.check_upload(upload, 404, b"")[0])
        self.assertIn("another content", account.check_upload(upload, 200, b"y")[0])
        upload.delete_asked = True
        self.assertEqual(account.check_upload(upload, 404, b""), [])
        upload.deleted = True
        self.assertIn("was deleted", account.check_upload(upload, 200, b"x")[0])

    def test_a_server_that_grew_is_found(self):
        before = account.Load(20, 10_000, 7)
        self.assertEqual(account.check_load(before, account.Load(30, 20_000, 7)), [])
        self.assertEqual(len(account.check_load(before, account.Load(99, 99_000, 99))), 3)


if __name__ == "__main__":
    unittest.main()
