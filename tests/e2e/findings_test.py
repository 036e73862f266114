"""Findings of real tools: counts, lists, reports, the stream, a restart, the end of a job's time."""
import pathlib
import re
import time
import unittest
import xml.etree.ElementTree

import harness
from harness import Server
from stream_test import EventReader

MANY = """
id = "many"
name = "many"
description = "For tests."
category = "Tests"
status = "available"
inputs = ["*"]
timeout = "120s"
command = ["sh", "-c", "seq 1 $0 | sed 's/.*/a.txt:&: error: bad &/'", "{count}"]
parameters = [{name = "count", title = "c", description = "d", type = "integer", default = 10}]
[limits]
output_lines = 1000
[findings]
format = "gnu"
"""
SLOW = """
id = "slow"
name = "slow"
description = "For tests."
category = "Tests"
status = "available"
inputs = ["*"]
timeout = "60s"
command = ["sh", "-c", "for i in 1 2 3 4 5 6; do echo a.txt:$i: warning: one; sleep 0.2; done"]
[findings]
format = "gnu"
"""


def example(tool, name):
    """The files of an example."""
    folder = harness.EXAMPLES / tool / name
    return {str(path.relative_to(folder)): path.read_bytes().decode("latin-1")
            for path in folder.rglob("*") if path.is_file()}


class FindingsTest(unittest.TestCase):
    def start(self, tools=(), **settings):
        folder = harness.TempDir(self)
        for text in tools:
            name = re.search(r'id = "(.*)"', text).group(1)
            folder.write(f"tools/{name}.toml", text)
        (folder.path / "tools").mkdir(exist_ok=True)
        return Server(self, tools_dirs=[folder.path / "tools", harness.TOOLS],
                      hourly_per_client=0, concurrent_per_client=0, **settings)

    def run_tool(self, server, tool, files, **fields):
        answer = server.execute(tool, server.project(files), **fields)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def all_findings(self, server, job, query="limit=1000"):
        found, cursor = [], None
        while True:
            more = f"&cursor={cursor}" if cursor else ""
            page = server.get(f"/api/jobs/{job}/findings?{query}{more}").json
            found += page["findings"]
            cursor = page["nextCursor"]
            if cursor is None:
                return found

    def check_against_text(self, server, tool, name, line):
        """There is a finding for each different line of the tool's text that matches `line`."""
        execution = self.run_tool(server, tool, example(tool, name))
        wanted = len({text for text in execution["output"] if re.match(line, text)})
        self.assertGreater(wanted, 0, execution)
        self.assertEqual(execution["findings"]["total"], wanted, execution["output"])
        found = self.all_findings(server, execution["jobId"])
        self.assertEqual(len(found), wanted)
        for finding in found:
            self.assertTrue((harness.EXAMPLES / tool / name / finding["path"]).is_file(), finding)
            self.assertEqual(len(finding["fingerprint"]), 32)
        return execution, found

    @harness.needs("shellcheck")
    def test_shellcheck_is_counted_as_it_counts(self):
        server = self.start()
        execution, found = self.check_against_text(
            server, "shellcheck", "backup-suite", r"\S+:\d+:\d+: (error|warning|note): ")
        self.assertEqual(execution["verdict"], "findings")
        self.assertTrue(all(re.fullmatch(r"SC\d{4}", finding["rule"]) for finding in found), found)

    @harness.needs("codespell")
    def test_codespell_is_counted_as_it_counts(self):
        self.check_against_text(self.start(), "codespell", "typos-in-comments",
                                r".+:\d+: \w+ ==> \w+")

    @harness.needs("flake8")
    def test_flake8_is_counted_as_it_counts(self):
        self.check_against_text(self.start(), "flake8", "unused-names",
                                r"\S+:\d+:\d+: \w\d+ ")

    @harness.needs("cppcheck")
    def test_cppcheck_filters_pages_and_reports(self):
        server = self.start()
        _, found = self.check_against_text(
            server, "cppcheck", "classic-mistakes",
            r"\S+:\d+:\d+: (error|warning|style|performance|portability): ")
        job = server.get("/api/jobs").json["jobs"][0]["jobId"]
        for finding in found:
            some = self.all_findings(
                server, job, f"rule={finding['rule']}&severity={finding['severity']}"
                             f"&path={finding['path']}&limit=1")
            self.assertIn(finding, some)
            self.assertEqual(some, [each for each in found if all(
                each[key] == finding[key] for key in ("rule", "severity", "path"))])
        self.assertEqual(self.all_findings(server, job, "limit=2"), found)
        self.check_reports(server, job, found)

    def check_reports(self, server, job, found):
        sarif = server.get(f"/api/jobs/{job}/report?format=sarif")
        self.assertIn("attachment", sarif.headers["Content-Disposition"])
        run, = sarif.json["runs"]
        self.assertEqual(len(run["results"]), len(found))
        self.assertEqual({each["fingerprint"] for each in found},
                         {next(iter(result["partialFingerprints"].values())).split(":")[0]
                          for result in run["results"]})
        for name in ("checkstyle", "junit"):
            root = xml.etree.ElementTree.fromstring(
                server.get(f"/api/jobs/{job}/report?format={name}").body)
            self.assertTrue(list(root), name)
        gitlab = server.get(f"/api/jobs/{job}/report?format=gitlab").json
        self.assertEqual(len(gitlab), len(found))
        github = server.get(f"/api/jobs/{job}/report?format=github").body.decode()
        self.assertEqual(len([line for line in github.splitlines() if line.startswith("::")]),
                         len(found))
        refused = server.get(f"/api/jobs/{job}/report?format=pdf")
        self.assertEqual((refused.status, refused.error["details"]["field"]), (400, "format"))

    def test_they_survive_a_restart_and_are_compared(self):
        server = self.start([MANY])
        before = self.run_tool(server, "many", {"a.txt": "one\ntwo\n"}, parameters={"count": 3})
        found = self.all_findings(server, before["jobId"])
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertEqual(self.all_findings(server, before["jobId"]), found)
        again = server.get(f"/api/jobs/{before['jobId']}").json
        self.assertEqual(again["findings"], before["findings"])
        now = self.run_tool(server, "many", {"a.txt": "one\ntwo\nthree\n"}, parameters={"count": 2})
        compared = self.all_findings(server, now["jobId"], f"against={before['jobId']}")
        self.assertEqual(sorted({each["change"] for each in compared} - {"new"}),
                         ["fixed", "unchanged"])

    def test_they_are_removed_with_the_job(self):
        server = self.start([MANY], job_ttl="1s")
        job = self.run_tool(server, "many", {"a.txt": "a"})["jobId"]
        self.assertEqual(server.get(f"/api/jobs/{job}/findings").status, 200)
        self.assertEqual(server.stop(), 0)
        time.sleep(1)
        server.start()  # which sweeps at once
        server.until(lambda: server.get(f"/api/jobs/{job}/findings").status == 404, "gone")
        self.assertEqual(server.get(f"/api/jobs/{job}/report").status, 404)

    def test_a_stream_sends_them_while_the_tool_runs(self):
        server = self.start([SLOW])
        job = server.execute("slow", server.project({"a.txt": "a"}), stream=True).json["jobId"]
        seen, before = [], 0
        with EventReader(server, job) as reader:
            for _, name, data in reader:
                if name == "findings":
                    self.assertGreater(data["total"], before)
                    before = data["total"]
                    seen.append((time.monotonic(), data))
                if name == "complete":
                    self.assertEqual(data["findings"]["total"], 6)
        self.assertGreaterEqual(len(seen), 3)
        self.assertEqual(before, 6)
        self.assertEqual(sum(len(data["latest"]) for _, data in seen), 6)
        gaps = [later[0] - earlier[0] for earlier, later in zip(seen[:-2], seen[1:-1])]
        self.assertTrue(all(gap > 0.2 for gap in gaps), gaps)

    def test_a_tool_without_findings_has_none(self):
        folder = harness.TempDir(self)
        (folder.path / "tools").mkdir()
        harness.write_test_tools(folder.path / "tools")
        server = Server(self, tools_dirs=[folder.path / "tools"])
        execution = server.run_shell("echo a.txt:1: error: no")
        self.assertIsNone(execution["findings"])
        self.assertEqual(self.all_findings(server, execution["jobId"]), [])
        self.assertEqual(server.get(f"/api/jobs/{execution['jobId']}/report").status, 409)

    def peak_memory(self, server):
        """Of the server's process, in KiB."""
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1))

    def test_a_million_are_counted_25000_kept_and_memory_stays_flat(self):
        server = self.start([MANY])
        files = {"a.txt": "".join(f"line {i}\n" for i in range(100_000))}
        project = server.project(files)
        for _ in range(3):  # so that each thread has already allocated its memory
            server.execute("many", project, parameters={"count": 30_000})
        before = self.peak_memory(server)
        execution = server.execute("many", project, parameters={"count": 1_000_000}).json
        self.assertEqual(execution["findings"], {"total": 1_000_000, "error": 1_000_000,
                                                 "warning": 0, "note": 0, "truncated": True})
        self.assertTrue(execution["outputTruncated"])
        self.assertEqual(execution["outputLines"], 1_000_000)
        grown = self.peak_memory(server) - before
        # If they were kept, they would take some 300 MiB.
        self.assertLess(grown, 32 << 10, "KiB more than with 30,000 findings")
        found = self.all_findings(server, execution["jobId"])
        self.assertEqual([each["line"] for each in found], list(range(1, 25_001)))
        sarif = server.get(f"/api/jobs/{execution['jobId']}/report").json
        self.assertEqual(len(sarif["runs"][0]["results"]), 25_000)
        print(f"a million findings: {execution['durationMs']} ms, "
              f"{grown} KiB more at the peak than 30,000 take")


if __name__ == "__main__":
    unittest.main()
