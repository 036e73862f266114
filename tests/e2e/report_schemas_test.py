"""Reports of real tools on a real project, and of hostile ones, against the schemas of their formats.

The schemas and Microsoft's validator come from the npm registry into build/reports, once. Without
them the test is skipped, and says so.
"""
import json
import os
import pathlib
import shutil
import subprocess
import unittest

import real_project
from harness import PATIENCE, ROOT, TOOLS, Server, TempDir, glovebox, needs

SOURCES = ROOT / "tests" / "reports"
FORMATS = ("sarif", "checkstyle", "junit", "gitlab")
# Those that take seconds on some hundred files.
QUICK = ("shellcheck", "codespell", "flawfinder", "yamllint", "flake8", "bandit", "mdl", "pylint",
         "checkbashisms", "cppcheck", "xmllint", "splint")


def node_modules():
    """The folder with the validators; None where they cannot be had."""
    folder = ROOT / "build" / "reports"
    lock = (SOURCES / "package-lock.json").read_text()
    done = folder / "installed"
    if not done.is_file() or done.read_text() != lock:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(SOURCES / name, folder)
        try:
            subprocess.run(["npm", "ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit",
                            "--no-fund"], cwd=folder, check=True, capture_output=True, timeout=300)
        except (OSError, subprocess.SubprocessError):
            return None
        for program in folder.glob("node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool"):
            program.chmod(0o755)
        done.write_text(lock)
    return folder / "node_modules"


MODULES = node_modules()

# What a hostile or a careless tool may write, as text and as SARIF.
HOSTILE_TEXT = """
import sys
bad = ["../../etc/passwd:1: error: outside", "/etc/shadow:2:3: warning: absolute",
       "a.c:1: error: <script>alert(1)</script> & \\"quotes\\" 'and' ]]> --> %0A::error::x",
       "a.c:2: warning: bell \\x07 nul \\x00 bidi \\u202e \\ufffe \\U0001f600 [<b>rule</b>]",
       "a.c:99999999999: error: far", "a.c:0: error: no line", "a.c:3:0: note: alone",
       "a.c:4: error: " + "long " * 5000, "no path at all: error: floating",
       "a.c:5: error: javascript:alert(1) [javascript:alert(1)]"]
sys.stdout.buffer.write("\\n".join(bad).encode("utf-8", "surrogatepass") + b"\\na.c:6: error: \\xff\\xfe\\n")
"""
HOSTILE_SARIF = {
    "version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "rules": [
        {"id": "R", "helpUri": "javascript:alert(1)"}]}}, "results": [
            {"ruleId": "R", "message": {"text": "zero region"}, "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": "a.c"},
                                      "region": {"startLine": 0, "startColumn": 0}}}]},
            {"ruleId": "", "message": {"text": ""}, "fixes": [{"artifactChanges": []}],
             "locations": [{"physicalLocation": {"artifactLocation": {
                 "uri": "file:///etc/passwd"}, "region": {"startLine": -4}}}]},
            {"message": {"text": "<img onerror=x>"}, "level": "fatal", "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": "../a%2f..%2fb"},
                                      "region": {"startLine": 9, "endLine": 1}}}]}]}]}
HEAD = ('id = "{id}"\nname = "{id}"\ndescription = "For tests."\ncategory = "Tests"\n'
        'status = "available"\ntimeout = "60s"\ninputs = ["*"]\n')


@unittest.skipUnless(MODULES, "the schemas and validators of tests/reports could not be installed")
@needs("xmllint")
class ReportSchemasTest(unittest.TestCase):
    def setUp(self):
        self.temp = TempDir(self)

    def hold(self, reports):
        """Each of {format: file} is valid."""
        done = subprocess.run(["node", SOURCES / "validate.mjs", MODULES,
                               *(f"{format}={file}" for format, file in reports.items())],
                              capture_output=True, check=False, timeout=PATIENCE * 2)
        self.assertEqual((done.returncode, done.stdout.decode()), (0, ""), done.stderr.decode())

    def test_the_validators_refuse_what_is_wrong(self):
        wrong = {"sarif": '{"version": "2.1.0", "runs": [{"results": []}]}',
                 "gitlab": '[{"description": "x"}]', "junit": "<testsuites><case/></testsuites>",
                 "checkstyle": '<checkstyle version="1"><file name="a"><error line="-1"/></file>'
                               "</checkstyle>"}
        for format, text in wrong.items():
            file = self.temp.write(f"wrong.{format}", text)
            done = subprocess.run(["node", SOURCES / "validate.mjs", MODULES, f"{format}={file}"],
                                  capture_output=True, check=False, timeout=PATIENCE)
            self.assertEqual(done.returncode, 1, format)
            self.assertTrue(done.stdout.startswith(format.encode()), done.stderr)

    def check(self, project, *flags):
        """The reports of a check in every format, and its JSON."""
        reports = {format: self.temp.path / f"check.{format}" for format in FORMATS}
        flags = [*flags, *(part for format, file in reports.items()
                           for part in ("--report", f"{format}={file}"))]
        done = glovebox("check", project, "--json", *flags, timeout=600)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return reports, json.loads(done.stdout)

    def test_a_check_of_real_tools_on_a_real_project(self):
        archive = self.temp.path / "project.zip"
        what = real_project.write(archive)
        told = json.loads(glovebox("tools", "--json", "--suits", archive, "--tools-dir",
                                   TOOLS).stdout)
        suits = {suit["toolId"] for suit in told["suits"]}
        listed = json.loads(glovebox("tools", "--json", "--tools-dir", TOOLS).stdout)["tools"]
        suited = [tool["id"] for tool in listed if tool["id"] in suits and tool["id"] in QUICK
                  and tool["status"] == "available"]
        self.assertTrue(suited, told)
        reports, told = self.check(archive, "--tools-dir", TOOLS, "--tools", ",".join(suited))
        self.assertGreater(told["counts"]["total"], 0)
        self.hold(reports)
        runs = json.loads(reports["sarif"].read_text())["runs"]
        self.assertEqual({run["tool"]["driver"]["name"] for run in runs},
                         {tool["name"] for tool in listed if tool["id"] in suited})
        print(f"{what}: {told['counts']['total']} findings of {', '.join(suited)}: reports valid")

    def test_a_run_of_a_real_tool_on_a_real_project(self):
        server = Server(self, tools_dirs=[TOOLS], hourly_per_client=0)
        archive = self.temp.path / "project.zip"
        real_project.write(archive)
        project = server.upload(archive.read_bytes())
        suits = [suit["toolId"] for suit in project["suits"]]
        tool = next(tool for tool in ("shellcheck", "codespell", "flawfinder") if tool in suits and
                    server.get(f"/api/tools/{tool}").json["status"] == "available")
        job = server.execute(tool, project["projectId"]).json
        self.assertEqual((job["status"], job["verdict"]), ("completed", "findings"))
        reports = {}
        for format in FORMATS:
            report = server.get(f"/api/jobs/{job['jobId']}/report?format={format}")
            reports[format] = self.temp.write(f"run.{format}", report.body)
        self.hold(reports)

    def test_hostile_findings_give_valid_reports_without_what_could_run(self):
        self.temp.write("tools/text.toml", HEAD.format(id="text") +
                        'command = ["/usr/bin/python3", "bad.py"]\nexit_codes = {clean = [0]}\n'
                        '[findings]\nformat = "gnu"\nurl = "https://example.org/{rule}"\n')
        self.temp.write("tools/sarif.toml", HEAD.format(id="sarif") +
                        'command = ["cat", "bad.sarif"]\nexit_codes = {clean = [0]}\n'
                        '[findings]\nformat = "sarif"\n')
        self.temp.write("project/bad.py", HOSTILE_TEXT)
        self.temp.write("project/bad.sarif", json.dumps(HOSTILE_SARIF))
        self.temp.write("project/a.c", "int x;\n" * 10)
        reports, told = self.check(self.temp.path / "project", "--tools-dir",
                                   self.temp.path / "tools")
        self.assertGreaterEqual(told["counts"]["total"], 10)
        self.hold(reports)
        for finding in told["findings"]:
            self.assertIn(finding["path"], (None, "a.c"), finding)
        sarif = json.loads(reports["sarif"].read_text())
        for run in sarif["runs"]:
            for rule in run["tool"]["driver"].get("rules", []):
                self.assertRegex(rule.get("helpUri", "https://"), "^https://")
        for file in reports.values():
            text = file.read_text()
            for bad in ("\x07", "\x00", "\u202e", "etc/passwd\"", "file:///"):
                self.assertNotIn(bad, text, file)
            if file.suffix in (".checkstyle", ".junit"):
                self.assertNotIn("<script", text)


if __name__ == "__main__":
    unittest.main()
