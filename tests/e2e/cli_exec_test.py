"""`glovebox exec`: output, input, exit codes and limits of any command."""
import json
import os
import signal
import subprocess
import unittest

import harness
from harness import glovebox


def shell(script, *flags, **options):
    return glovebox("exec", *flags, "--", "sh", "-c", script, **options)


class ExecTest(unittest.TestCase):
    def test_passes_output_of_both_streams_through_as_bytes(self):
        done = shell(r"printf 'a\377\000b'; echo wrong >&2")
        self.assertEqual(done.stdout, b"a\xff\0b")
        self.assertEqual(done.stderr, b"wrong\n")
        self.assertEqual(done.returncode, 0)

    def test_exits_with_the_commands_code(self):
        for code in (0, 1, 7, 125, 255):
            self.assertEqual(shell(f"exit {code}").returncode, code)

    def test_a_signal_is_128_and_its_number(self):
        done = shell("kill -SEGV $$")
        self.assertEqual(done.returncode, 128 + signal.SIGSEGV)
        self.assertIn(b"SIGSEGV", done.stderr)

    def test_a_time_limit_is_124_and_says_so(self):
        done = shell("sleep 60", "--timeout", "300ms")
        self.assertEqual(done.returncode, 124)
        self.assertIn(b"wall time limit", done.stderr)

    def test_a_memory_limit_is_137_and_says_so(self):
        done = shell("tail /dev/zero", "--memory", "64MiB")
        self.assertEqual(done.returncode, 137)
        self.assertIn(b"memory limit", done.stderr)

    def test_a_missing_command_is_127(self):
        done = glovebox("exec", "--", "no-such-program")
        self.assertEqual(done.returncode, 127)
        self.assertIn(b"no-such-program", done.stderr)

    def test_a_file_that_is_not_a_program_is_126(self):
        folder = harness.TempDir(self)
        folder.write("text.txt", "no program\n")
        done = glovebox("exec", "--project", folder.path, "--", "./text.txt")
        self.assertEqual(done.returncode, 126)

    def test_standard_input_is_passed_on_whatever_its_size(self):
        data = os.urandom(3 << 20)
        done = glovebox("exec", "--", "cat", input=data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(done.stdout), len(data))
        self.assertEqual(done.stdout, data)

    def test_a_command_that_reads_nothing_ends_although_input_stays_open(self):
        process = subprocess.Popen([harness.BINARY, "exec", "--", "true"], stdin=subprocess.PIPE,
                                   env=harness.clean_environment())
        self.assertEqual(process.wait(timeout=harness.PATIENCE), 0)
        process.stdin.close()

    def test_the_project_is_a_writable_copy(self):
        folder = harness.TempDir(self)
        original = folder.write("a.txt", "alpha\n")
        done = shell("cat a.txt; echo beta > a.txt; pwd", "--project", folder.path)
        # Not at the top level in the landlock tier, because nothing can be mounted there.
        self.assertRegex(done.stdout, rb"^alpha\n(/.*)?/work\n$")
        self.assertEqual(original.read_text(), "alpha\n")

    def test_artifacts_are_saved_to_the_given_folder(self):
        folder = harness.TempDir(self)
        out = folder.path / "out"
        done = shell("mkdir -p d && echo made > d/new.txt", "--artifacts", out)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((out / "d" / "new.txt").read_text(), "made\n")

    def test_the_environment_is_small_and_can_be_added_to(self):
        done = shell("env", "--env", "MINE=1", env=harness.clean_environment(SECRET="x"))
        names = {line.split(b"=")[0] for line in done.stdout.splitlines()}
        self.assertIn(b"MINE", names)
        self.assertNotIn(b"SECRET", names)

    def test_json_is_one_object_and_nothing_else(self):
        done = shell("echo out; echo err >&2; exit 3", "--json")
        execution = json.loads(done.stdout)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(sorted(execution["output"]), ["err", "out"])
        self.assertEqual(execution["exitCode"], 3)
        self.assertEqual(execution["status"], "failed")
        self.assertEqual(execution["reason"], "exit-code")
        self.assertGreater(len(execution["isolation"]), 3)
        self.assertEqual(done.stderr, b"")

    def test_ctrl_c_cancels_and_reports_it(self):
        process = subprocess.Popen(
            [harness.BINARY, "exec", "--", "sh", "-c", "echo ready; sleep 60"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=harness.clean_environment())
        self.assertEqual(process.stdout.readline(), b"ready\n")
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=harness.PATIENCE)
        self.assertEqual(process.returncode, 130)
        self.assertIn(b"cancelled", error)

    def test_output_that_nobody_reads_ends_the_run(self):
        process = subprocess.Popen([harness.BINARY, "exec", "--", "yes"], stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, env=harness.clean_environment())
        process.stdout.read(10)
        process.stdout.close()
        self.assertEqual(process.wait(timeout=harness.PATIENCE), 141)

    def test_nothing_of_a_run_is_left_in_the_temporary_folder(self):
        folder = harness.TempDir(self)
        folder.write("p/a.txt", "alpha\n")
        temp = folder.path / "tmp"
        temp.mkdir()
        done = shell("true", "--project", folder.path / "p",
                     env=harness.clean_environment(TMPDIR=str(temp)))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(list(temp.iterdir()), [])

    def test_a_missing_required_layer_refuses_to_run(self):
        done = shell("echo ran", "--require-layers", "unobtainium")
        self.assertEqual(done.returncode, 125)
        self.assertEqual(done.stdout, b"")
        self.assertIn(b"unobtainium", done.stderr)


if __name__ == "__main__":
    unittest.main()
