"""What output of hostile size or shape costs the server while it is read for findings."""
import os
import pathlib
import re
import time
import unittest

import harness
from harness import Server

HEAD = ('name = "{id}"\ndescription = "For tests."\ncategory = "Tests"\nstatus = "available"\n'
        'inputs = ["*"]\ntimeout = "600s"\nid = "{id}"\n')
# A finding in each 1,000 bytes: its own line, and one of other text.
FLOOD = HEAD.format(id="flood") + """
command = ["/usr/bin/python3", "-c", '''
import sys
pad = "x" * 950
for first in range(0, int(sys.argv[1]), 1000):
    sys.stdout.write("".join("a.txt:%07d: error: value %07d is bad\\n%s\\n" % (i + 1, i, pad)
                             for i in range(first, first + 1000)))
''', "{count}"]
parameters = [{name = "count", title = "c", description = "d", type = "integer", default = 1000}]
[limits]
output_lines = 1000
cpu_time = "600s"
[findings]
format = "gnu"
"""
# One line. A backtracking matcher takes exponential time on the pattern.
LINE = """
command = ["/usr/bin/python3", "-c", '''
import sys
for _ in range(10):
    sys.stdout.write("a" * (int(sys.argv[1]) // 10))
sys.stdout.write("!\\n")
''', "{bytes}"]
parameters = [{name = "bytes", title = "b", description = "d", type = "integer", default = 1000}]
[findings]
"""
PATTERN = """format = "patterns"
[[findings.patterns]]
regexp = '^((([a-z])+.)+)([0-9]*[A-Z])+((a|aa|a?)+)+:(\\d+)$'
file = 1
line = 7
message = 1
"""
LINES = {"gnu": 'format = "gnu"\n', "stylish": 'format = "eslint-stylish"\n', "sarif": 'format = "sarif"\n',
         "hostile": PATTERN}


class LargeFindingsTest(unittest.TestCase):
    def start(self, **tools):
        folder = harness.TempDir(self)
        for name, text in tools.items():
            folder.write(f"tools/{name}.toml", text)
        return Server(self, tools_dirs=[folder.path / "tools"], hourly_per_client=0)

    def memory(self, server, field="VmHWM"):
        """Of the server's process, in KiB."""
        status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
        return int(re.search(rf"{field}:\s+(\d+)", status).group(1))

    @unittest.skipUnless(os.environ.get("GLOVEBOX_LONG"),
                         "writes 1 GB: ./test --all runs it, and GLOVEBOX_LONG=1")
    def test_a_gigabyte_with_a_million_findings_leaves_memory_flat(self):
        server = self.start(flood=FLOOD)
        project = server.project({"a.txt": "".join(f"line {i}\n" for i in range(100_000))})
        server.execute("flood", project, parameters={"count": 30_000})
        before = self.memory(server)
        job = server.execute("flood", project, parameters={"count": 1_000_000},
                             stream=True).json["jobId"]
        while (done := server.get(f"/api/jobs/{job}?output=false").json)["status"] in (
                "queued", "running"):  # at most the tool's own ten minutes
            time.sleep(0.5)
        grown = self.memory(server) - before
        self.assertEqual(done["status"], "completed", done)
        self.assertEqual(done["findings"], {"total": 1_000_000, "error": 1_000_000, "warning": 0,
                                            "note": 0, "truncated": True})
        self.assertGreater(done["outputBytes"], 990_000_000)
        self.assertLess(grown, 48 << 10, "KiB more than 30,000 findings took")
        kept = server.get(f"/api/jobs/{done['jobId']}/report").json["runs"][0]["results"]
        self.assertEqual(len(kept), 25_000)
        print(f"1 GB, a million findings: {done['durationMs'] / 1000:.1f} s, {len(kept)} kept, peak "
              f"{before >> 10} MiB before and {grown} KiB more")

    def test_a_line_of_10_mb_takes_linear_time_also_with_a_hostile_pattern(self):
        tools = {name: HEAD.format(id=name) + LINE + text for name, text in LINES.items()}
        server = self.start(**tools)
        project = server.project()
        for tool in LINES:
            times = []
            for size in (1_000_000, 10_000_000):
                done = server.execute(tool, project, parameters={"bytes": size}).json
                self.assertEqual(done["status"], "completed", done)
                self.assertEqual(done["findings"]["total"], 0)
                times.append(done["durationMs"] / 1000)
            print(f"one line with {tool}: 1 MB {times[0]:.2f} s, 10 MB {times[1]:.2f} s")
            # Ten times as much, and what a busy machine adds.
            self.assertLess(times[1], 20 * times[0] + 5, tool)


if __name__ == "__main__":
    unittest.main()
