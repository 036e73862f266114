"""The comparison of instruction counts reports every growth, and never passes a count that is
missing."""
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))

# pylint: disable=wrong-import-position
from counting import callgrind, launch_path, places, record, request_path, suite
from counting.profile import Profile, part_of, short, together

MADE_WITH = {"system": "debian 12", "machine": "x86_64", "compiler": "g++ 12", "flags": "-O2",
             "host": "cgroup v2",
             "layers": "a, b"}
KEY = ("instructions", "status")


def recorded(total=10_000, kind="instructions", **more):
    return record.Record(dict(MADE_WITH), {(kind, "status"): Profile(total, **more)})


def compared(then, now, kind="instructions"):
    return record.compare(recorded(then, kind), kind, "status", "GET it", Profile(now))


def all_at(total):
    return record.Record(dict(MADE_WITH), {key: Profile(total) for key in suite.ALL})


def told(then, now, missing):
    """((passed, failed, skipped), text)"""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        counts = suite.tell(then, now, missing)
    return counts, out.getvalue()


class ComparisonTest(unittest.TestCase):
    def test_growth_beyond_the_margin_fails_and_says_from_what_to_what(self):
        verdict = compared(10_000, 10_501)
        self.assertTrue(verdict.is_failure)
        self.assertIn("GET it: instructions grew by 5.0%, from 10,000 to 10,501", verdict.text)
        self.assertIn("bench/instructions --record", verdict.text)

    def test_growth_within_the_margin_passes_silently(self):
        self.assertEqual(compared(10_000, 10_500), record.Verdict(False, ""))
        self.assertEqual(compared(10_000, 9_500), record.Verdict(False, ""))

    def test_a_large_decrease_is_reported_and_does_not_fail(self):
        verdict = compared(10_000, 9_000)
        self.assertFalse(verdict.is_failure)
        self.assertIn("fell by 10.0%, from 10,000 to 9,000", verdict.text)
        self.assertIn("--record", verdict.text)

    def test_a_few_instructions_more_are_nothing_and_a_call_more_is_something(self):
        self.assertFalse(compared(500, 600).is_failure)
        self.assertTrue(compared(500, 601).is_failure)
        for path, now, fails in (("tool", 19, False), ("tool", 20, True), ("status", 21, False),
                                 ("status", 22, True)):
            then = record.Record({}, {("calls", path): Profile(19)})
            verdict = record.compare(then, "calls", path, "it", Profile(now))
            self.assertEqual(verdict.is_failure, fails, (path, now))

    def test_the_places_that_grew_most_are_reported(self):
        then = recorded(parts={"boost": 6_000, "src/http": 4_000}, names={"glovebox::f": 900})
        now = Profile(12_000, {"boost": 6_010, "src/http": 5_990}, {"glovebox::f": 900, "g": 1_990})
        text = record.compare(then, *KEY, "GET it", now).text
        self.assertIn("+1,990  src/http (was 4,000)", text)
        self.assertIn("+1,990  g (was below the recorded minimum)", text)
        self.assertNotIn("glovebox::f", text)
        self.assertLess(text.index("src/http"), text.index("boost"))

    def test_what_was_never_recorded_fails(self):
        self.assertTrue(record.compare(recorded(), "instructions", "event", "it",
                                       Profile(1)).is_failure)

    def test_one_that_grew_fails_the_whole(self):
        now = all_at(1_000)
        now.profiles[KEY] = Profile(2_000)
        counts, text = told(all_at(1_000), now, {})
        self.assertEqual(counts, (len(suite.ALL) - 1, 1, 0))
        self.assertIn("FAILED instructions.status: GET /api/queue/status: instructions grew", text)

    def test_without_a_record_nothing_passes(self):
        self.assertEqual(told(None, all_at(1), {})[0], (0, len(suite.ALL), 0))


class NotComparedTest(unittest.TestCase):
    def test_what_is_missing_is_skipped_by_name_and_never_passes(self):
        missing = {key: "valgrind is not installed" for key in suite.ALL}
        now = record.Record(dict(MADE_WITH), {})
        counts, text = told(all_at(1), now, missing)
        self.assertEqual(counts, (0, 0, len(suite.ALL)))
        for kind, path in suite.ALL:
            self.assertRegex(text, rf"SKIPPED {kind}\.{path}: .*valgrind is not installed")

    def test_without_valgrind_requests_are_not_counted(self):
        with mock.patch("shutil.which", return_value=None), \
                self.assertRaisesRegex(places.NotCounted, "valgrind is not installed"):
            request_path.take(pathlib.Path())

    def test_a_tool_that_may_not_trace_is_a_lack_and_one_that_fails_is_a_failure(self):
        for why, kind in (("ptrace: Operation not permitted", places.NotCounted),
                          ("no process 1", places.Failed)):
            steps = launch_path.StepCounter.__new__(launch_path.StepCounter)
            steps.process = mock.Mock()
            steps.process.stdout.readline.return_value = ""
            steps.process.stderr.read.return_value = why
            with self.assertRaisesRegex(kind, why):
                steps.answer()

    def test_a_count_that_failed_fails(self):
        for why in (places.Failed("broken"), OSError("broken"), KeyError("broken")):
            with mock.patch.object(suite, "count", side_effect=why), \
                    contextlib.redirect_stdout(io.StringIO()):
                self.assertEqual(suite.run(), (0, 1, 0))

    def test_another_compiler_is_skipped_for_instructions_alone(self):
        now = all_at(99)
        now.made_with["compiler"] = "g++ 13"
        for kind, path, word, text in suite.judge(all_at(99), now, {}):
            self.assertEqual(word, "SKIPPED" if kind == "instructions" else "ok", path)
            if word == "SKIPPED":
                self.assertIn("recorded with the compiler g++ 12, here it is g++ 13", text)

    def test_another_host_or_other_layers_are_skipped_for_launches_alone(self):
        for lacking in ("host", "layers"):
            now = all_at(99)
            now.made_with[lacking] = "a"
            for _, path, word, _ in suite.judge(all_at(99), now, {}):
                self.assertEqual(word, "SKIPPED" if path in launch_path.PATHS else "ok", path)


def launched(*depths, tools=1):
    return {(0, depth): {"processes": tools if depth == 2 else 0} for depth in depths}


class LaunchTest(unittest.TestCase):
    def test_a_launch_of_another_shape_is_a_failure_and_no_smaller_number(self):
        self.assertTrue(launch_path.is_launch(launched(0, 1, 2) | {(1, 0): {}}))
        for roles in (launched(0, 1), launched(0, 1, 2, tools=0), launched(0, 1, 2, tools=2),
                      launched(0, 1, 2, 3)):
            with self.assertRaises(places.Failed):
                launch_path.is_launch(roles)

    def test_a_launch_that_had_to_wait_and_one_that_came_just_in_time_are_not_typical(self):
        totals = [59, 60, 60, 60, 60, 63, 66, 84]
        self.assertEqual(launch_path.typical([Profile(total) for total in totals]).total, 60)

    def test_counts_of_one_place_are_added(self):
        both = together([Profile(3, {"a": 1, "b": 2}, {"f": 3}), Profile(4, {"b": 4}, {})])
        self.assertEqual(both, Profile(7, {"a": 1, "b": 6}, {"f": 3}))


DUMP = """\
events: Ir
ob=(1) /x/counted_server
fl=(1) /x/src/http/routes/router.cc
fn=(1) glovebox::Router::find(int)
10 100
+1 20
cfi=(2) /usr/include/boost/url/url.hpp
cfn=(2) boost::url::parse()
calls=3 5
* 5000
fi=(2)
* 30
fe=(1)
-3 50
fn=(2)
7 400

ob=(2) /lib/libsqlite3.so.0.8
fl=(3) ???
fn=(3) 0x00123
0 1000
cob=(1)
cfi=(1)
cfn=(1)
calls=1 0
0 777
totals: 1600
"""


class CallgrindTest(unittest.TestCase):
    def test_own_costs_are_reported_by_part_and_name_without_callees(self):
        profile = callgrind.read(DUMP.splitlines(True), 10, "counted_server")
        self.assertEqual(profile.total, 160)
        self.assertEqual(profile.parts, {"src/http": 57, "boost": 3, "libsqlite3": 100})
        self.assertEqual(profile.names, {"glovebox::Router::find": 20, "boost::url::parse": 40})

    def test_places_are_reported_by_their_owner(self):
        for file, part in (("/a/build/b/../../src/http/x.cc", "src/http"),
                           ("/usr/include/boost/asio/x.hpp", "boost"),
                           ("/usr/include/c++/12/bits/x.h", "libstdc++"),
                           ("/usr/include/string.h", "libc"), ("???", "libz"), (None, "libz")):
            self.assertEqual(part_of("/lib/libz.so.1", file), part)

    def test_names_are_short(self):
        self.assertEqual(short("void a::f<int>(b<c> const&)::{lambda(int)#1}::operator()() const"),
                         "a::f::{lambda#1}::call")


class RecordTest(unittest.TestCase):
    def test_a_written_record_is_read_back(self):
        one = record.Record(MADE_WITH, {KEY: Profile(10, {"a\"b": 10}, {"f::g": 9})})
        self.assertEqual(record.from_text(record.to_text(one)), one)

    def test_the_record_has_all_that_is_counted(self):
        self.assertEqual(list(suite.load().profiles), suite.ALL)

    def test_an_incomplete_record_is_not_written(self):
        lacking = (record.Record(dict(MADE_WITH), {}), {KEY: "valgrind is not installed"})
        with tempfile.TemporaryDirectory() as folder, \
                mock.patch.object(suite, "RECORD", pathlib.Path(folder) / "record"), \
                mock.patch.object(suite, "count", return_value=lacking), \
                contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(suite.record_anew(), 1)
            self.assertFalse(suite.RECORD.exists())


if __name__ == "__main__":
    unittest.main()
