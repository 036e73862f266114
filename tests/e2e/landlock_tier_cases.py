"""Tests specific to the landlock tier. Run by landlock_tier.py."""
import json
import unittest

import examples_test
import harness

# One of each kind: compilers that create programs, runtimes, shell pipelines, artifacts.
TOOLS = {"cppcheck", "cpp-run", "esbuild", "javac", "pylint", "shellcheck", "splint"}


class DoctorTest(unittest.TestCase):
    def test_it_reports_the_tier_the_reason_and_the_remedy(self):
        done = harness.glovebox("doctor", "--json")
        self.assertEqual(done.returncode, 0)
        report = json.loads(done.stdout)
        self.assertEqual(report["tier"], "landlock")
        for layer in ("landlock", "seccomp", "seccomp-broker", "process-group", "rlimits",
                      "no-new-privileges", "capabilities"):
            self.assertIn(layer, report["layers"])
        missing = {entry["layer"]: entry for entry in report["missing"]}
        self.assertIn("clone-slot", missing["user-namespace"]["why"])
        self.assertIn("seccomp profile", missing["user-namespace"]["remedy"])
        for layer in ("pid-namespace", "network-namespace", "read-only-root", "proc", "own-uid",
                      "disk-quota"):
            self.assertTrue(missing[layer]["why"], layer)
            self.assertTrue(missing[layer]["remedy"], layer)

    def test_a_missing_required_tier_prevents_a_start(self):
        for command in (("serve", "--data-dir", harness.TempDir(self).path / "data"),
                        ("exec", "--", "true")):
            done = harness.glovebox(command[0], "--require-tier", "namespaces", *command[1:])
            self.assertNotEqual(done.returncode, 0, command)
            self.assertIn(b"namespaces is required", done.stderr)
            self.assertIn(b"clone-slot", done.stderr)
        done = harness.glovebox("exec", "--require-tier", "landlock", "--require-layers", "seccomp",
                                "--", "echo", "ran")
        self.assertEqual(done.stdout, b"ran\n")


class ServerTest(unittest.TestCase):
    def test_health_says_so_and_a_tool_that_needs_proc_is_unavailable(self):
        server = harness.Server(self, tools_dirs=[harness.TOOLS])
        self.assertEqual(server.get("/api/health").json["isolation"]["tier"], "landlock")
        tools = {tool["id"]: tool for tool in server.get("/api/tools").json["tools"]}
        self.assertEqual(tools["memcheck"]["status"], "unavailable")
        if harness.program_is_there("valgrind"):
            self.assertIn("proc", tools["memcheck"]["statusReason"])

    def test_nothing_of_a_job_is_left_in_the_data_directory(self):
        server = harness.Server(self)
        script = "mkdir -p deep/er tmp; chmod 0 deep; echo y > made; echo z > $TMPDIR/z"
        self.assertEqual(server.run_shell(script)["status"], "completed")
        left = [path for path in (server.data_dir / "work").rglob("*") if not path.name.isdigit()]
        self.assertEqual(left, [])


class ExamplesTest(examples_test.ExamplesTest):
    """The shipped examples of some tools."""


for _name in [name for name in dir(examples_test.ExamplesTest) if name.startswith("test_")]:
    if not any(_name.startswith(f"test_{tool}_".replace("-", "_")) for tool in TOOLS):
        setattr(ExamplesTest, _name, None)

del examples_test

if __name__ == "__main__":
    unittest.main()
