#!/usr/bin/env python3
"""The effect of jobs that flood their output on others: latency of a GET and of a short job next to
them.

Starts the given glovebox on a free loopback port with its own data directory and tools, and
measures three times: with nothing else, next to jobs that only use a CPU, and next to as many that
write to stdout as fast as they can. The second one is the control: its cost is that of the CPU, and
the additional cost of the third one is that of the server. See bench/README.md.
"""
import argparse
import http.client
import io
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

# The floods write as fast as a pipe accepts, in lines; `yes` writes whole pages of short lines.
TOOLS = {
    "hello": '["true"]',
    "flood": '["yes"]',
    "spin": '["sh", "-c", "while :; do :; done"]',
    "long-lines": '["cat", "/dev/zero"]',
}
MANIFEST = """\
id = "{name}"
name = "{name}"
description = "For bench/neighbours.py."
category = "Benchmark"
command = {command}
version = ["true", "--version"]
inputs = ["*"]
timeout = "120s"
"""
PATIENCE_S = 60


class Server:
    """A glovebox that serves from a folder of its own; `port` once it listens."""

    def __init__(self, binary, folder, slots):
        tools = folder / "tools"
        tools.mkdir()
        (folder / "examples").mkdir()
        for name, command in TOOLS.items():
            (tools / f"{name}.toml").write_text(MANIFEST.format(name=name, command=command))
        self.log = open(folder / "log", "w+b")
        self.process = subprocess.Popen(
            [binary, "serve", "--listen", "127.0.0.1:0", "--data-dir", folder / "data",
             "--tools-dir", tools, "--examples-dir", folder / "examples", "--concurrency",
             str(slots), "--hourly-per-client", "0", "--concurrent-per-client", "0"],
            stdout=subprocess.PIPE, stderr=self.log)
        try:
            self.port = self.wait_for_port()
        except BaseException:
            self.stop()
            raise

    def wait_for_port(self):
        timer = threading.Timer(PATIENCE_S, self.process.kill)
        timer.start()
        try:
            for line in self.process.stdout:
                if line.startswith(b"listening on http://"):
                    return int(line.rsplit(b":", 1)[1].strip(b"/\n"))
        finally:
            timer.cancel()
        self.log.seek(0)
        sys.exit("the server did not start:\n" + self.log.read().decode(errors="replace"))

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()


class Client:
    """One kept-alive connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)

    def ask(self, method, path, body=None, content_type="application/json", wanted=200):
        headers = {"Content-Type": content_type} if body is not None else {}
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status != wanted:
            sys.exit(f"{method} {path} was answered {response.status}: "
                     f"{answer[:300].decode(errors='replace')}")
        return json.loads(answer)

    def execute(self, project, tool, wanted=200, **more):
        body = json.dumps({"toolId": tool, "projectId": project, **more})
        return self.ask("POST", "/api/execute", body, wanted=wanted)


def upload_project(client):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as project:
        project.writestr("README.md", "# Nothing\n")
    return client.ask("POST", "/api/upload", archive.getvalue(), "application/zip",
                      wanted=201)["projectId"]


def latencies(seconds, pause, ask):
    """Milliseconds of each call, sorted."""
    took = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        asked = time.monotonic()
        ask()
        took.append(1000 * (time.monotonic() - asked))
        time.sleep(pause)
    return sorted(took)


def in_threads(*jobs):
    """The result of each, run at the same time."""
    results = [None] * len(jobs)

    def run(number):
        results[number] = jobs[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if None in results:
        sys.exit("a client ended early")
    return results


def quantile(ordered, part):
    return ordered[int(part * (len(ordered) - 1))]


def figures(ordered):
    return {"count": len(ordered), "p50_ms": round(quantile(ordered, 0.5), 2),
            "p99_ms": round(quantile(ordered, 0.99), 2), "most_ms": round(ordered[-1], 2)}


class Measurement:
    def __init__(self, server, seconds):
        self.server = server
        self.seconds = seconds
        self.client = Client(server.port)
        self.project = upload_project(self.client)

    def start(self, tool, count):
        return [self.client.execute(self.project, tool, 202, stream=True)["jobId"]
                for _ in range(count)]

    def end(self, jobs):
        """The total number of bytes that they wrote."""
        written = 0
        for job in jobs:
            self.client.ask("POST", f"/api/jobs/{job}/cancel", wanted=202)
        for job in jobs:
            record = self.client.ask("GET", f"/api/jobs/{job}?output=false")
            while record["status"] == "running":
                time.sleep(0.05)
                record = self.client.ask("GET", f"/api/jobs/{job}?output=false")
            written += record["outputBytes"]
        return written

    def beside(self, tool, count):
        jobs = self.start(tool, count) if count else []
        time.sleep(0.3)
        getter, runner = Client(self.server.port), Client(self.server.port)
        cpu, began = self.server.cpu_seconds(), time.monotonic()
        gets, runs = in_threads(
            lambda: latencies(self.seconds, 0.002, lambda: getter.ask("GET", "/api/queue/status")),
            lambda: latencies(self.seconds, 0.002,
                              lambda: runner.execute(self.project, "hello")))
        took = time.monotonic() - began
        cpu = self.server.cpu_seconds() - cpu
        return {"get": figures(gets), "hello": figures(runs), "server_cpus": round(cpu / took, 2),
                "output_mb_per_s": round(self.end(jobs) / 1e6 / took)}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="the program to start")
    parser.add_argument("--jobs", type=int, default=2, help="that flood (2)")
    parser.add_argument("--seconds", type=float, default=5, help="for each measurement (5)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="glovebox-neighbours-", dir="/var/tmp") as folder:
        server = Server(arguments.binary, pathlib.Path(folder), arguments.jobs + 1)
        try:
            measurement = Measurement(server, arguments.seconds)
            measurement.client.execute(measurement.project, "hello")  # to warm up
            results = {"nothing": measurement.beside("spin", 0)}
            for tool in ("spin", "flood", "long-lines"):
                results[tool] = measurement.beside(tool, arguments.jobs)
        finally:
            server.stop()
    if arguments.json:
        print(json.dumps(results))
        return
    print("| next to | GET p50 | GET p99 | hello p50 | hello p99 | server's CPUs | output, MB/s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for tool, found in results.items():
        cells = [f"{found[what][which]:.1f} ms" for what in ("get", "hello")
                 for which in ("p50_ms", "p99_ms")]
        print(f"| {tool} | {' | '.join(cells)} | {found['server_cpus']} | "
              f"{found['output_mb_per_s']} |")


if __name__ == "__main__":
    main()
