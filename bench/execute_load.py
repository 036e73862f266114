#!/usr/bin/env python3
"""Load for POST /api/execute: N connections that each request one run after the other.

Starts the given glovebox on a free loopback port with its own data directory and one tool,
"nothing", which ends immediately. So it measures the path of a request, not a tool.
Prints requests per second and how long a request took. See bench/README.md.
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

MANIFEST = """\
id = "nothing"
name = "Nothing"
description = "Ends at once."
category = "Benchmark"
command = ["{command}"]
version = ["{command}", "--version"]
inputs = ["*"]
"""
START_PATIENCE_S = 60
REQUEST_PATIENCE_S = 60


class Server:
    """A glovebox that serves from a folder of its own; `port` once it listens."""

    def __init__(self, binary, folder, command):
        tools = folder / "tools"
        tools.mkdir()
        (folder / "examples").mkdir()
        (tools / "nothing.toml").write_text(MANIFEST.format(command=command))
        self.log = open(folder / "log", "w+b")
        self.process = subprocess.Popen(
            [binary, "serve", "--listen", "127.0.0.1:0", "--data-dir", folder / "data",
             "--tools-dir", tools, "--examples-dir", folder / "examples",
             "--hourly-per-client", "0", "--concurrent-per-client", "0"],
            stdout=subprocess.PIPE, stderr=self.log)
        try:
            self.port = self.wait_for_port()
        except BaseException:
            self.stop()
            raise

    def wait_for_port(self):
        timer = threading.Timer(START_PATIENCE_S, self.process.kill)
        timer.start()
        try:
            for line in self.process.stdout:
                if line.startswith(b"listening on http://"):
                    return int(line.rsplit(b":", 1)[1].strip(b"/\n"))
        finally:
            timer.cancel()
        self.log.seek(0)
        sys.exit("the server did not start:\n" + self.log.read().decode(errors="replace"))

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(START_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


def connect(port):
    return http.client.HTTPConnection("127.0.0.1", port, timeout=REQUEST_PATIENCE_S)


def post(connection, path, body, content_type):
    connection.request("POST", path, body, {"Content-Type": content_type})
    response = connection.getresponse()
    return response.status, response.read()


def upload_project(port):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as project:
        project.writestr("README.md", "# Nothing\n")
    status, answer = post(connect(port), "/api/upload", archive.getvalue(), "application/zip")
    if status != 201:
        sys.exit(f"the upload returned {status}: {answer.decode(errors='replace')}")
    return json.loads(answer)["projectId"]


class Load:
    """State shared by the connections. Only completed requests within the time are counted."""

    def __init__(self, port, project, seconds):
        self.port = port
        self.body = json.dumps({"toolId": "nothing", "projectId": project})
        self.seconds = seconds
        self.start = threading.Event()
        self.lock = threading.Lock()
        self.latencies = []
        self.failures = {}

    def run_connection(self):
        connection = connect(self.port)
        latencies, failures = [], {}
        self.start.wait()
        deadline = time.monotonic() + self.seconds
        while time.monotonic() < deadline:
            asked = time.monotonic()
            why = self.ask(connection)
            if why is None:
                latencies.append(time.monotonic() - asked)
            else:
                failures[why] = failures.get(why, 0) + 1
                connection.close()
                time.sleep(0.01)  # instead of repeating requests to a failing server at full speed
        connection.close()
        with self.lock:
            self.latencies += latencies
            for why, count in failures.items():
                self.failures[why] = self.failures.get(why, 0) + count

    def ask(self, connection):
        """None, or the problem."""
        try:
            status, answer = post(connection, "/api/execute", self.body, "application/json")
        except (OSError, http.client.HTTPException) as error:
            return repr(error)
        if status != 200:
            return f"status {status}: {answer[:200].decode(errors='replace')}"
        ended = json.loads(answer)
        return None if ended["status"] == "completed" else f"job {ended['status']}"


def quantile(ordered, part):
    return ordered[int(part * (len(ordered) - 1))]


def measure(port, project, connections, seconds):
    load = Load(port, project, seconds)
    threads = [threading.Thread(target=load.run_connection) for _ in range(connections)]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    load.start.set()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    for why, count in load.failures.items():
        print(f"{count} requests failed: {why}", file=sys.stderr)
    if not load.latencies:
        return False
    ordered = sorted(load.latencies)
    print(f"{connections} connections, {took:.1f} s: {len(ordered) / took:.0f} requests/s, "
          f"p50 {1000 * quantile(ordered, 0.5):.2f} ms, p99 {1000 * quantile(ordered, 0.99):.2f} ms, "
          f"{sum(load.failures.values())} failed")
    return not load.failures


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="the program to start")
    parser.add_argument("--connections", type=int, action="append", metavar="N",
                        help="may be given several times (1 and 16)")
    parser.add_argument("--seconds", type=float, default=5, help="for each (5)")
    parser.add_argument("--command", default="true", help="what the tool runs (true)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="glovebox-load-") as folder:
        server = Server(arguments.binary, pathlib.Path(folder), arguments.command)
        try:
            project = upload_project(server.port)
            measure(server.port, project, 1, 1)  # to warm up
            fine = [measure(server.port, project, connections, arguments.seconds)
                    for connections in arguments.connections or [1, 16]]
        finally:
            server.stop()
    sys.exit(0 if all(fine) else 1)


if __name__ == "__main__":
    main()
