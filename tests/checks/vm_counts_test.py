"""Counting the virtual machines' results: a missing result never passes."""
import contextlib
import io
import pathlib
import sys
import tarfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "vm"))

import vm_machine  # pylint: disable=wrong-import-position
import vm_suite  # pylint: disable=wrong-import-position

HOST = vm_suite.Host("root", "v2", programs=("a_*",), layers=frozenset({"cgroup-memory"}),
                     no_layers=frozenset({"own-uid"}))
EXPECTED = {"a_test": ["One.First", "One.Second"]}
GOOD = """<testsuites><testsuite>
<testcase name="First" result="completed" classname="One">
<properties><property name="layers" value="seccomp cgroup-memory"/></properties></testcase>
<testcase name="Second" result="completed" classname="One"/></testsuite></testsuites>"""


def archive_of(files):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo("./" + name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return stream.getvalue()


def count(report=GOOD, status="0\n", timed_out=False, **files):
    files = {"a_test.xml": report, "a_test.status": status} | files
    files = {name: text.encode() for name, text in files.items() if text is not None}
    with contextlib.redirect_stdout(io.StringIO()):
        return vm_suite.count("host", HOST, vm_machine.Boot("", files, timed_out), EXPECTED)


class VmCountsTest(unittest.TestCase):
    def test_two_tests_and_the_hosts_layers_pass(self):
        self.assertEqual(count(), (3, 0, 0))

    def test_a_machine_that_left_nothing_fails_every_test(self):
        self.assertEqual(count(report=None, status=None), (0, 4, 0))

    def test_a_cut_report_fails_every_test_of_its_program(self):
        self.assertEqual(count(report=GOOD[:-20], status="137"), (0, 3, 0))

    def test_a_test_without_a_result_has_failed(self):
        lost = GOOD.replace('name="Second"', 'name="Third"')
        self.assertEqual(count(report=lost, status="1"), (2, 1, 0))

    def test_a_program_that_fails_without_a_failed_test_fails(self):
        self.assertEqual(count(status="1"), (3, 1, 0))
        self.assertEqual(count(status=None), (3, 1, 0))

    def test_a_failed_test_in_a_program_that_ends_well_fails_twice(self):
        failed = GOOD.replace('classname="One"/>', 'classname="One"><failure/></testcase>')
        self.assertEqual(count(report=failed), (2, 2, 0))
        self.assertEqual(count(report=failed, status="1"), (2, 1, 0))

    def test_a_skipped_test_is_skipped(self):
        skipped = GOOD.replace('classname="One"/>',
                               'classname="One"><skipped message="a.cc:1\nwhy"/></testcase>')
        self.assertEqual(count(report=skipped), (2, 0, 1))

    def test_a_test_that_was_not_run_has_failed(self):
        self.assertEqual(count(report=GOOD.replace("completed", "suppressed"), status="1"),
                         (0, 3, 0))

    def test_a_host_without_its_layers_fails(self):
        self.assertEqual(count(report=GOOD.replace("cgroup-memory", "rlimits")), (2, 1, 0))
        self.assertEqual(count(report=GOOD.replace("seccomp", "own-uid")), (2, 1, 0))
        self.assertEqual(count(report=GOOD.replace("layers", "colours")), (2, 1, 0))

    def test_a_machine_that_ran_out_of_time_fails(self):
        self.assertEqual(count(timed_out=True), (3, 1, 0))

    def test_a_cgroup_that_is_left_behind_fails(self):
        server = "/sys/fs/cgroup/tests/glovebox-server/\n"
        self.assertEqual(count(**{"a_test.cgroups": server}), (3, 0, 0))
        left = server + "/sys/fs/cgroup/tests/glovebox-12-0/\n"
        self.assertEqual(count(**{"a_test.cgroups": left}), (3, 1, 0))

    def test_results_are_read_completely_or_not_at_all(self):
        raw = archive_of({"a_test.status": "0", "a_test.xml": GOOD})
        self.assertEqual(vm_machine.read_results(raw + bytes(4096))["a_test.status"], b"0")
        self.assertEqual(vm_machine.read_results(raw[:1700]), {})
        self.assertEqual(vm_machine.read_results(bytes(4096)), {})
        self.assertEqual(vm_machine.read_results(b""), {})


if __name__ == "__main__":
    unittest.main()
