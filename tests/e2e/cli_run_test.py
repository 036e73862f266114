"""`glovebox run`, `tools` and `doctor`, and `run --server`."""
import json
import os
import pty
import signal
import subprocess
import unittest

import harness
from harness import glovebox, needs


def shipped(*arguments, **options):
    """With the tools and examples of this repository."""
    return glovebox(arguments[0], "--tools-dir", harness.TOOLS, *arguments[1:], **options)


class TestTools(unittest.TestCase):
    """Runs the small tools of the harness."""

    def setUp(self):
        self.folder = harness.TempDir(self)
        self.tools = self.folder.path / "tools"
        self.tools.mkdir()
        harness.write_test_tools(self.tools)
        self.project = self.folder.path / "project"
        self.folder.write("project/a.txt", "alpha\n")

    def run_tool(self, tool, *arguments, **options):
        return glovebox("run", tool, self.project, "--tools-dir", self.tools, *arguments, **options)

    def run_shell(self, script, *arguments, **options):
        return self.run_tool("shell", "--param", f"script={script}", *arguments, **options)


class RunTest(TestTools):
    def test_passes_output_and_exit_code_on(self):
        done = self.run_shell("cat a.txt; echo oops >&2; exit 3")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (3, b"alpha\n", b"oops\n"))

    def test_an_archive_works_like_a_directory(self):
        for name, data in (("p.zip", harness.zip_of({"a.txt": "zipped\n"})),
                           ("p.tgz", harness.tar_of({"a.txt": "tarred\n"}))):
            self.project = self.folder.write(name, data)
            done = self.run_shell("cat a.txt")
            self.assertIn(done.stdout, (b"zipped\n", b"tarred\n"), done.stderr)

    def test_a_hostile_archive_is_refused_by_name(self):
        self.project = self.folder.write("p.zip", harness.zip_of({"../evil": "x"}))
        done = self.run_shell("true")
        self.assertEqual(done.returncode, 125)
        self.assertIn(b"../evil", done.stderr)

    def test_standard_input_reaches_a_tool_that_takes_it(self):
        self.assertEqual(self.run_shell("cat", input=b"given\n").stdout, b"given\n")

    def test_json_is_an_execution_with_its_output(self):
        done = self.run_shell("echo hello; touch new", "--json")
        execution = json.loads(done.stdout)
        self.assertEqual(execution["toolId"], "shell")
        self.assertEqual(execution["status"], "completed")
        self.assertEqual(execution["output"], ["hello"])
        self.assertEqual(execution["artifacts"], [{"path": "new", "sizeBytes": 0}])

    def test_artifacts_are_saved_to_the_given_folder(self):
        out = self.folder.path / "out"
        self.assertEqual(self.run_shell("echo x > made", "--artifacts", out).returncode, 0)
        self.assertEqual((out / "made").read_text(), "x\n")

    def test_mistakes_are_125_and_suggest_the_right_name(self):
        for arguments, part in ((("shel",), b'"shell"'), (("later",), b"coming-soon"),
                                (("missing",), b"no-such-program-anywhere"),
                                (("shell", "--param", "scrip=1"), b'"script"'),
                                (("shell", "--param", "script"), b"NAME=VALUE")):
            done = self.run_tool(*arguments)
            self.assertEqual(done.returncode, 125, arguments)
            self.assertIn(part, done.stderr, arguments)
        self.project = self.folder.path / "nowhere"
        self.assertEqual(self.run_shell("true").returncode, 125)

    def test_a_limit_is_named(self):
        done = self.run_tool("nap", "--param", "seconds=60", "--timeout", "300ms")
        self.assertEqual(done.returncode, 124)
        self.assertIn(b"wall time limit", done.stderr)

    def test_a_person_sees_what_runs_and_a_summary(self):
        reader, writer = pty.openpty()
        process = subprocess.Popen(
            [harness.BINARY, "run", "shell", self.project, "--tools-dir", self.tools, "--param",
             "script=echo out; exit 1"], stdout=subprocess.PIPE, stderr=writer,
            stdin=subprocess.DEVNULL, env=harness.clean_environment(NO_COLOR="1", TERM="xterm"))
        output, _ = process.communicate(timeout=harness.PATIENCE)
        os.close(writer)
        shown = b""
        try:
            while piece := os.read(reader, 4096):
                shown += piece
        except OSError:  # all of it was read
            pass
        os.close(reader)
        self.assertEqual(output, b"out\n")
        for part in (b"shell on 1 files", b"failed: exited with code 1", b"peak memory"):
            self.assertIn(part, shown)
        self.assertNotIn(b"\x1b", shown)

    def test_ctrl_c_cancels_the_job(self):
        process = subprocess.Popen(
            [harness.BINARY, "run", "shell", self.project, "--tools-dir", self.tools, "--param",
             "script=echo ready; sleep 60"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL, env=harness.clean_environment())
        self.assertEqual(process.stdout.readline(), b"ready\n")
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=harness.PATIENCE)
        self.assertEqual(process.returncode, 130)
        self.assertIn(b"cancelled", error)


class RemoteRunTest(TestTools):
    def test_a_server_gives_the_same_output_and_codes(self):
        server = harness.Server(self)
        done = self.run_shell("cat a.txt; exit 3", "--server", server.url)
        self.assertEqual((done.returncode, done.stdout), (3, b"alpha\n"), done.stderr)
        done = self.run_tool("nap", "--param", "seconds=60", "--timeout", "300ms", "--server",
                             server.url)
        self.assertEqual(done.returncode, 124)
        execution = json.loads(self.run_shell("echo x", "--server", server.url, "--json").stdout)
        self.assertEqual(execution["output"], ["x"])

    def test_standard_input_and_archives_reach_the_server(self):
        server = harness.Server(self)
        self.project = self.folder.write('odd "name" \u00e9.zip', harness.zip_of({"a.txt": "zip\n"}))
        done = self.run_shell("cat; cat a.txt", "--server", server.url, input=b"given\n")
        self.assertEqual(done.stdout, b"given\nzip\n", done.stderr)

    def test_the_servers_refusal_is_shown(self):
        server = harness.Server(self)
        done = self.run_tool("nap", "--param", "seconds=lots", "--server", server.url)
        self.assertEqual(done.returncode, 125)
        self.assertIn(b"seconds", done.stderr)

    def test_an_unreachable_server_is_125(self):
        done = self.run_shell("true", "--server", "http://127.0.0.1:1")
        self.assertEqual(done.returncode, 125)
        self.assertIn(b"cannot connect", done.stderr)

    def test_ctrl_c_cancels_the_job_there(self):
        server = harness.Server(self)
        process = subprocess.Popen(
            [harness.BINARY, "run", "nap", self.project, "--param", "seconds=60", "--server",
             server.url], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL, env=harness.clean_environment())
        server.until(lambda: server.queue()["running"] == 1, "the job runs")
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=harness.PATIENCE)
        self.assertEqual((process.returncode, error), (130, b"glovebox: cancelled\n"))
        server.until(lambda: server.queue()["running"] == 0, "the job is cancelled")


class OtherCommandsTest(TestTools):
    def test_version_and_help(self):
        self.assertRegex(glovebox("--version").stdout.decode(), r"^glovebox \d+\.\d+\.\d+\n$")
        self.assertIn(b"Examples:", glovebox("--help").stdout)
        self.assertEqual(glovebox().returncode, 2)

    def test_tools_lists_what_ships(self):
        tools = json.loads(shipped("tools", "--json").stdout)["tools"]
        self.assertGreaterEqual(len(tools), 12)
        self.assertIn("cppcheck", {tool["id"] for tool in tools})
        self.assertIn(b"cppcheck", shipped("tools").stdout)

    def test_the_shipped_manifests_are_valid(self):
        done = glovebox("tools", "--check", harness.TOOLS)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_check_names_file_line_and_field_of_a_bad_manifest(self):
        self.folder.write("tools/bad.toml", 'id = "bad"\nname = 7\n')
        done = glovebox("tools", "--check", self.tools)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout.decode(), r"bad\.toml:2: name: ")

    def test_doctor_shows_the_tier_and_layers(self):
        done = glovebox("doctor", "--json")
        report = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0, report)
        self.assertIn(report["tier"], ("namespaces", "landlock"))
        self.assertIn("seccomp", report["layers"])
        for missing in report["missing"]:
            self.assertTrue(missing["why"] and missing["remedy"])
        self.assertIn(b"isolation: ", glovebox("doctor").stdout)

    def test_an_unknown_key_of_the_file_is_an_error(self):
        config = self.folder.write("c.toml", "[limits]\nhourly_per_clint = 3\n")
        done = glovebox("serve", "--config", config)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b'c.toml:2: [limits] has no key "hourly_per_clint"', done.stderr)
        self.assertIn(b'"hourly_per_client"', done.stderr)


class MainJobTest(unittest.TestCase):
    @needs("cppcheck")
    def test_cppcheck_finds_the_mistakes_of_its_example(self):
        example = harness.EXAMPLES / "cppcheck" / "classic-mistakes"
        done = shipped("run", "cppcheck", example)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(b"arrayIndexOutOfBounds", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
