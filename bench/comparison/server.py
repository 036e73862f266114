"""`glovebox serve` with its own tools, on a free loopback port."""
import http.client
import io
import json
import pathlib
import re
import signal
import subprocess
import threading
import time
import zipfile

from comparison.bench import BUILD, PATIENCE, PROGRAMS, ROOT, NotMeasured

# Each runs a program of the project, so that it is the same static program as bare.
COMMANDS = {
    "nothing": ["./return0"],
    "nap": ["sleep", "3000"],
    "flood": ["./flood", "1000000000"],
    "stamps": ["./stamps", "1500", "{lines}", "20"],
}
MANIFEST = """\
id = "{name}"
name = "{name}"
description = "For benchmarks."
category = "Benchmark"
inputs = ["*"]
timeout = "3600s"
command = {command}
[limits]
cpus = 64.0
cpu_time = "3600s"
"""
LINES = """
[[parameters]]
name = "lines"
title = "Lines"
description = "How many lines."
type = "integer"
default = 250
"""


def write_tools(folder):
    folder.mkdir()
    for name, command in COMMANDS.items():
        text = MANIFEST.format(name=name, command=json.dumps(command))
        (folder / f"{name}.toml").write_text(text + (LINES if name == "stamps" else ""))


def programs_zip():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("return0", "flood", "stamps"):
            archive.write(PROGRAMS / name, name)
    return data.getvalue()


def resident_kib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.M)[1])


class Server:
    """Settings as keywords: queue_capacity=1000. A context manager; ends without a drain."""

    def __init__(self, folder, tools_dir=None, examples_dir=None, **settings):
        self.folder = folder
        if tools_dir is None:
            tools_dir, examples_dir = folder / "tools", folder / "examples"
            write_tools(tools_dir)
            examples_dir.mkdir()
        settings = {"hourly_per_client": 0, "concurrent_per_client": 0, "streams_per_client": 0,
                    "storage_quota": 0, **settings}
        command = [BUILD / "glovebox", "serve", "--listen", "127.0.0.1:0", "--data-dir",
                   folder / "data", "--tools-dir", tools_dir, "--examples-dir", examples_dir]
        for name, value in settings.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        self.log = open(folder / "log", "w+b")
        begun = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log,
                                        stdin=subprocess.DEVNULL)
        line = self.process.stdout.readline()
        self.start_ms = (time.monotonic() - begun) * 1000
        if not line.startswith(b"listening on http://"):
            self.stop()
            text = (folder / "log").read_text(errors="replace")
            raise NotMeasured(f"the server did not start: {text[-400:]}")
        self.port = int(line.rsplit(b":", 1)[1].strip(b"/\n"))
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """SIGKILL ends a server's jobs; draining is not measured."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.log.close()

    def call(self, method, path, body=None, content_type="application/json"):
        """Status and JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {"Content-Type": content_type} if body else {})
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None
        finally:
            connection.close()

    def expect(self, status, method, path, body=None, content_type="application/json"):
        got, answer = self.call(method, path, body, content_type)
        if got != status:
            raise NotMeasured(f"{method} {path} was answered {got}: {answer}")
        return answer

    def upload(self, archive):
        return self.expect(201, "POST", "/api/upload", archive, "application/zip")["projectId"]

    def body(self, tool, project, **fields):
        return json.dumps({"toolId": tool, "projectId": project, **fields})

    def submit(self, tool, project, **fields):
        """The id of a job that continues without its connection."""
        body = self.body(tool, project, stream=True, **fields)
        return self.expect(202, "POST", "/api/execute", body)["jobId"]

    def block(self, project):
        """A job that does not end in each slot, so that all later jobs wait."""
        queue = self.expect(200, "GET", "/api/queue/status")
        jobs = [self.submit("nap", project) for _ in range(queue["concurrency"])]
        self.until(lambda: self.queue()["running"] == len(jobs), "the blocking jobs run")
        return jobs

    def queue(self):
        return self.expect(200, "GET", "/api/queue/status")

    def until(self, condition, what):
        tick = threading.Event()
        for _ in range(1200):
            if condition():
                return
            tick.wait(0.05)
        raise NotMeasured(f"never happened: {what}")


SHIPPED = {"tools_dir": ROOT / "tools", "examples_dir": ROOT / "examples"}
