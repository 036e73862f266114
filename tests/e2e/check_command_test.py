"""`glovebox check` with real tools: what it finds, its exit codes and its reports."""
import json
import os
import re
import subprocess
import unittest
import xml.etree.ElementTree as xml

from harness import BINARY, PATIENCE, ROOT, TempDir, clean_environment, glovebox, needs

HEAD = """
id = "{id}"
name = "{id}"
description = "For tests."
category = "Tests"
status = "available"
timeout = "60s"
"""
TOOLS = {
    "gcc": """
        command = ["sh", "-c", "gcc -fsyntax-only -Wall *.c 2>&1"]
        inputs = ["*.c"]
        exit_codes = {clean = [0], findings = [1]}
        [findings]
        format = "gnu"
        """,
    "shellcheck": """
        command = ["sh", "-c", "shellcheck -f gcc *.sh"]
        inputs = ["*.sh"]
        exit_codes = {clean = [0], findings = [1]}
        [findings]
        format = "gnu"
        """,
}
C_SOURCE = "int main(void) {\n  int unused;\n  return 0;\n}\n"
SHELL_SOURCE = "#!/bin/sh\necho $1\n"


class WithoutToolsTest(unittest.TestCase):
    def test_a_check_by_no_tool_is_an_error_and_not_clean(self):
        empty = TempDir(self)
        done = glovebox("check", empty.path, "--tools-dir", empty.path)
        self.assertEqual(done.returncode, 125, done.stderr)
        self.assertIn(b"no tools are registered", done.stderr)
        self.assertIn(b"--tools-dir", done.stderr)


class CheckCommandTest(unittest.TestCase):
    def setUp(self):
        self.temp = TempDir(self)
        (self.temp.path / "tools").mkdir()
        for name, text in TOOLS.items():
            self.tool(name, text)

    def tool(self, name, text):
        lines = "\n".join(line.strip() for line in text.strip().splitlines())
        self.temp.write(f"tools/{name}.toml", HEAD.format(id=name) + lines + "\n")

    def project(self, files):
        for name, text in files.items():
            self.temp.write(f"project/{name}", text)
        return self.temp.path / "project"

    def check(self, project, *flags):
        return glovebox("check", project, "--tools-dir", self.temp.path / "tools", *flags)

    @needs("gcc")
    @needs("shellcheck")
    def test_applicable_tools_give_one_report_with_source_lines(self):
        project = self.project({"a.c": C_SOURCE, "run.sh": SHELL_SOURCE})
        run = self.check(project)
        text = run.stdout.decode()
        self.assertEqual((run.returncode, run.stderr), (1, b""), text)
        self.assertIn("a.c", text)
        self.assertIn("  int unused;\n", text)
        self.assertIn("^", text)
        self.assertIn("echo $1", text)
        self.assertIn("2 findings in 2 files", text)
        self.assertLess(text.index("a.c"), text.index("run.sh"))
        self.assertEqual(self.check(project).stdout, run.stdout)  # byte for byte

    @needs("gcc")
    @needs("shellcheck")
    def test_fail_on_decides_what_counts(self):
        project = self.project({"run.sh": SHELL_SOURCE})  # a note
        self.assertEqual(self.check(project).returncode, 0)
        self.assertEqual(self.check(project, "--fail-on", "note").returncode, 1)
        project = self.project({"a.c": C_SOURCE})
        self.assertEqual(self.check(project).returncode, 1)
        self.assertEqual(self.check(project, "--fail-on", "error").returncode, 0)
        self.assertEqual(self.check(project, "--tools", "shellcheck").returncode, 0)

    @needs("gcc")
    def test_a_clean_project_and_one_without_files_for_a_tool_are_0(self):
        project = self.project({"a.c": "int main(void) { return 0; }\n"})
        run = self.check(project)
        self.assertEqual((run.returncode, run.stdout), (0, b"clean\n"))
        empty = self.temp.write("other/notes.txt", "x\n").parent
        run = self.check(empty)
        self.assertEqual((run.returncode, run.stdout), (0, b"clean\n"))
        self.assertIn(b"no tool", run.stderr)

    def test_a_tool_that_fails_is_2_and_says_why(self):
        self.tool("broken", """
            command = ["sh", "-c", "echo no configuration; exit 7"]
            inputs = ["*"]
            checkup = true
            exit_codes = {clean = [0], findings = [1]}
            """)
        run = self.check(self.project({"notes.txt": "x\n"}))
        self.assertEqual(run.returncode, 2)
        self.assertIn(b"broken: ", run.stdout)
        self.assertIn(b"no configuration", run.stdout)
        self.assertNotIn(b"clean", run.stdout)

    def test_time_limits_are_124_and_our_own_failures_125(self):
        self.tool("slow", 'command = ["sleep", "60"]\ninputs = ["*"]\ncheckup = true\n')
        path = self.temp.path / "tools/slow.toml"
        path.write_text(path.read_text().replace('"60s"', '"1s"'))
        project = self.project({"notes.txt": "x\n"})
        self.assertEqual(self.check(project).returncode, 124)
        self.assertEqual(self.check(self.temp.path / "nowhere").returncode, 125)
        self.assertEqual(self.check(project, "--tools", "nix").returncode, 125)
        self.assertEqual(self.check(project, "--report", "pdf=x").returncode, 125)
        self.assertEqual(self.check(project, "--report", "sarif=/no/such/x").returncode, 125)

    @needs("gcc")
    @needs("shellcheck")
    def test_reports_are_written_in_every_format(self):
        project = self.project({"a.c": C_SOURCE, "run.sh": SHELL_SOURCE})
        out = self.temp.path
        self.temp.write("old.sarif", "x" * 100_000)  # what was there is replaced
        run = self.check(project, "--report", f"sarif={out}/old.sarif",
                         "--report", f"gitlab={out}/gl.json", "--report", f"junit={out}/junit.xml",
                         "--report", f"checkstyle={out}/cs.xml", "--report", "github=-")
        self.assertEqual(run.returncode, 1, run.stderr)
        sarif = json.loads((out / "old.sarif").read_text())
        names = [one["tool"]["driver"]["name"] for one in sarif["runs"]]
        self.assertEqual(sorted(names), ["gcc", "shellcheck"])
        self.assertEqual(sum(len(one["results"]) for one in sarif["runs"]), 2)
        for one in sarif["runs"]:
            self.assertTrue(one["results"][0]["partialFingerprints"])
        gitlab = json.loads((out / "gl.json").read_text())
        self.assertEqual({one["location"]["path"] for one in gitlab}, {"a.c", "run.sh"})
        self.assertEqual(xml.parse(out / "junit.xml").getroot().tag, "testsuites")
        self.assertEqual(xml.parse(out / "cs.xml").getroot().tag, "checkstyle")
        lines = run.stdout.decode().splitlines()
        self.assertTrue(lines and all(line.startswith("::") for line in lines), lines)

    @needs("gcc")
    @needs("shellcheck")
    def test_json_has_the_tools_and_all_findings_by_place(self):
        run = self.check(self.project({"run.sh": SHELL_SOURCE, "a.c": C_SOURCE}), "--json")
        told = json.loads(run.stdout)
        self.assertEqual((told["verdict"], told["counts"]["total"]), ("findings", 2))
        self.assertEqual([(one["path"], one["toolId"]) for one in told["findings"]],
                         [("a.c", "gcc"), ("run.sh", "shellcheck")])
        self.assertEqual([one["line"] for one in told["findings"]], [2, 2])

    def test_tools_that_are_not_installed_are_named(self):
        self.tool("absent", 'command = ["no-such-program"]\ninputs = ["*"]\ncheckup = true\n')
        run = self.check(self.project({"notes.txt": "x\n"}))
        self.assertEqual(run.returncode, 125)
        self.assertIn(b"absent", run.stderr)

    @needs("git")
    @needs("shellcheck")
    def test_the_shell_recipes_of_the_documentation_work(self):
        plain, hook = re.findall(r"```sh\n(.*?)```", (ROOT / "docs/ci.md").read_text(), re.DOTALL)
        folder = self.temp.write("bin/glovebox", f'#!/bin/sh\nexec "{BINARY}" "$@"\n').parent
        (folder / "glovebox").chmod(0o755)
        environment = clean_environment(PATH=f"{folder}:{os.environ['PATH']}",
                                        GLOVEBOX_TOOLS_DIRS=str(self.temp.path / "tools"))
        repository = self.temp.path / "repository"
        repository.mkdir()

        def run(*argv):
            return subprocess.run(argv, cwd=repository, env=environment, capture_output=True,
                                  check=False, timeout=PATIENCE)

        def commit(script):
            self.temp.write("repository/run.sh", script)
            run("git", "add", "run.sh")
            return run("git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x")

        run("git", "init", "-q", ".")
        self.temp.write("repository/.git/hooks/pre-commit", hook).chmod(0o755)
        refused = commit("#!/bin/sh\nfoo() { echo; \n")  # a syntax error
        self.assertEqual(refused.returncode, 1, refused.stderr)
        accepted = commit("#!/bin/sh\necho fine\n")
        self.assertEqual(accepted.returncode, 0, accepted.stderr)
        self.temp.write("repository/run.sh", "#!/bin/sh\nfoo() { echo; \n")
        self.assertEqual(run("sh", "-c", plain).returncode, 1)
        sarif = json.loads((repository / "findings.sarif").read_text())
        self.assertEqual(sarif["runs"][0]["tool"]["driver"]["name"], "shellcheck")

    def test_sarif_in_a_file_that_the_tool_writes_is_read(self):
        sarif = json.dumps({"version": "2.1.0", "runs": [{
            "tool": {"driver": {"name": "x"}},
            "results": [{"ruleId": "R1", "level": "error", "message": {"text": "bad word"},
                         "locations": [{"physicalLocation": {
                             "artifactLocation": {"uri": "notes.txt"},
                             "region": {"startLine": 1}}}]}]}]})
        self.tool("writer", """
            command = ["cp", "in.sarif", "out.sarif"]
            inputs = ["*.txt"]
            exit_codes = {clean = [0]}
            [findings]
            format = "sarif"
            file = "out.sarif"
            """)
        run = self.check(self.project({"notes.txt": "x\n", "in.sarif": sarif}))
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn(b"bad word", run.stdout)


if __name__ == "__main__":
    unittest.main()
