"""A server in a container with the settings of a compose file, reached over HTTP in the container's
own network namespace: no port of this machine, no bridge, no firewall rule."""
import ctypes
import http.client
import io
import itertools
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import threading
import time
import zipfile

import compose
import engine

PATIENCE = 180  # timeout in seconds for quick operations; only a hang takes that long
PORT = 8080
PROBES = pathlib.Path(__file__).resolve().parent / "probes"
EXAMPLES = engine.ROOT / "examples"
_numbers = itertools.count()
_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNET = 0x40000000


def socket_inside(pid):
    """A TCP socket that belongs to the network namespace of that process."""
    with open("/proc/self/ns/net", "rb") as ours, open(f"/proc/{pid}/ns/net", "rb") as theirs:
        if _libc.setns(theirs.fileno(), _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        try:
            return socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        finally:
            if _libc.setns(ours.fileno(), _CLONE_NEWNET) != 0:
                os.abort()  # nothing may run in the wrong network


class InsideConnection(http.client.HTTPConnection):
    def __init__(self, pid):
        super().__init__("127.0.0.1", PORT, timeout=PATIENCE)
        self.pid = pid

    def connect(self):
        self.sock = socket_inside(self.pid)
        self.sock.settimeout(self.timeout)
        self.sock.connect((self.host, self.port))


class Container:
    """`settings` is a compose service; `extra` are podman's flags on top, for variants alone."""

    def __init__(self, settings, extra=()):
        self.name = f"glovebox-test-{os.getpid()}-{next(_numbers)}"
        self.flags = ["--name", self.name, "--rm", "--network=none", *engine.ulimit_flags(),
                      *compose.podman_flags(settings, engine.docker_default_seccomp()),
                      "--env=GLOVEBOX_HOURLY_PER_CLIENT=0", *development_flags(), *extra]
        self.log = tempfile.TemporaryFile()
        self.process = None
        self.pid = None

    def start(self, *command):
        self.process = subprocess.Popen(
            [*engine.base_command(), "run", *self.flags, engine.IMAGE, *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
            cwd=engine.STATE)  # where podman's monitor notes that memory ran out
        line = self.process.stdout.readline().decode()
        if not line.startswith("listening on "):
            self.process.wait(PATIENCE)
            raise RuntimeError(f"the server did not start: {line!r}\n{self.log_text()}")
        self.pid = int(self.inspect("{{.State.Pid}}"))
        return self

    def log_text(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def inspect(self, template):
        return engine.call("inspect", "--format", template, self.name).stdout.strip()

    def inside(self, *command, stdin=""):
        """A command in the container, with only the container's own isolation: the control."""
        return subprocess.run([*engine.base_command(), "exec", "-i", self.name, *command],
                              input=stdin, text=True, capture_output=True, check=False,
                              timeout=PATIENCE)

    def programs(self):
        """The names of all processes in the container."""
        listed = self.inside("bash", "-c", "cat /proc/[0-9]*/comm").stdout.split("\n")
        assert "glovebox" in listed, listed
        return listed

    def signal(self, name):
        engine.call("kill", "--signal", name, self.name)

    def wait(self):
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            engine.call("kill", "--signal", "KILL", self.name, check=False)
            self.wait()
        self.log.close()

    def call(self, method, target, body=None, content_type="application/json"):
        """(status, JSON) of a request."""
        if isinstance(body, dict):
            body = json.dumps(body)
        connection = InsideConnection(self.pid)
        try:
            connection.request(method, target, body=body, headers={"Content-Type": content_type})
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def upload(self, files):
        """The id of a project with these files, by name."""
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        status, project = self.call("POST", "/api/upload", data.getvalue(),
                                    "application/octet-stream")
        assert status == 201, project
        return project["projectId"]

    def execute(self, tool, project, **fields):
        status, execution = self.call("POST", "/api/execute",
                                      {"toolId": tool, "projectId": project, **fields})
        assert status == 200, execution
        return execution

    def health(self):
        return self.call("GET", "/api/health")[1]

    def run_probe(self, name, **fields):
        """The execution of probes/NAME.cc as a job."""
        return self.execute("cpp-run", self.upload({"probe.cc": probe_source(name)}), **fields)

    def probe(self, name):
        """What probes/NAME.cc prints as a job, and outside the sandbox in the same container."""
        job = self.run_probe(name)
        control = self.inside("bash", "-c", "g++ -x c++ -pthread - -o /tmp/probe && /tmp/probe",
                              stdin=probe_source(name))
        return table("\n".join(job["output"])), table(control.stdout), job


def probe_source(name):
    return (PROBES / f"{name}.cc").read_text(encoding="utf-8")


def table(text):
    """Lines of NAME RESULT as a dictionary."""
    return dict(line.split(" ", 1) for line in text.splitlines() if " " in line)


def development_flags():
    """GLOVEBOX_CONTAINER_BINARY: a program built elsewhere instead of the image's, which is printed; with
    the manifests of this tree."""
    binary = os.environ.get("GLOVEBOX_CONTAINER_BINARY")
    if not binary:
        return []
    print(f"+ with {binary} in place of the image's program", flush=True)
    return [f"--volume={pathlib.Path(binary).resolve()}:/usr/local/bin/glovebox:ro",
            f"--volume={engine.ROOT / 'tools'}:/usr/local/share/glovebox/tools:ro"]


def project_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def until(condition, what, patience=20):
    """For states of processes without a notification."""
    tick = threading.Event()
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"never happened: {what}")
        tick.wait(0.05)
