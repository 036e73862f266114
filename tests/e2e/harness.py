"""The real program, as a command or as a server on a free loopback port with a temporary folder."""
import atexit
import http.client
import io
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tarfile
import tempfile
import threading
import unittest
import zipfile

import contract

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("GLOVEBOX_BINARY", str(ROOT / "build" / "release" / "glovebox"))
TOOLS = ROOT / "tools"
EXAMPLES = ROOT / "examples"
NO_IMAGES = pathlib.Path(tempfile.gettempdir()) / f"glovebox-e2e-{os.getpid()}-images"
atexit.register(shutil.rmtree, NO_IMAGES, ignore_errors=True)
PATIENCE = 120  # timeout in seconds for everything that should be quick; only a hang takes that long

# Small tools for tests. Each does one thing and is available on every machine.
TEST_TOOLS = {
    "shell": """
        command = ["sh", "-c", "{script}"]
        stdin = true
        parameters = [{name = "script", title = "s", description = "d", type = "string",
                       required = true}]
        """,
    "nap": """
        command = ["sleep", "{seconds}"]
        parameters = [{name = "seconds", title = "s", description = "d", type = "number",
                       default = 0.01, minimum = 0.0}]
        """,
    "linter": """
        command = ["sh", "-c", "exit {code}"]
        exit_codes = {clean = [0], findings = [1, 65], nothing = [3]}
        parameters = [{name = "code", title = "c", description = "d", type = "integer",
                       default = 0}]
        """,
    "later": 'status = "coming-soon"\ncommand = ["true"]\n',
    "missing": 'command = ["no-such-program-anywhere"]\n',
}


def program_is_there(name):
    return shutil.which(name, path="/usr/local/bin:/usr/bin:/bin") is not None


def needs(name):
    return unittest.skipUnless(program_is_there(name), f"{name} is not installed")


class TempDir:
    """A folder that goes at the end of the test."""

    def __init__(self, case):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="glovebox-e2e-"))
        case.addCleanup(shutil.rmtree, self.path, ignore_errors=True)

    def write(self, name, content):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


def write_test_tools(folder):
    for name, text in TEST_TOOLS.items():
        head = (f'id = "{name}"\nname = "{name}"\ndescription = "For tests."\n'
                'category = "Tests"\ninputs = ["*"]\ntimeout = "60s"\n')
        lines = "\n".join(line.strip() for line in text.strip().splitlines())
        lines = lines.replace(",\nrequired", ", required").replace(",\ndefault", ", default")
        status = "" if "status =" in lines else 'status = "available"\n'
        (folder / f"{name}.toml").write_text(head + status + lines + "\n")


def clean_environment(**variables):
    """Our environment without variables that would configure Glovebox. No test sees the machine's
    own images."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("GLOVEBOX_")}
    environment["GLOVEBOX_IMAGES_DIR"] = str(NO_IMAGES)
    environment.update(variables)
    return environment


def glovebox(*arguments, input=None, cwd=None, env=None, timeout=PATIENCE):
    """Runs the program to its end; output as bytes."""
    stdin = {"stdin": subprocess.DEVNULL} if input is None else {"input": input}
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, check=False, cwd=cwd,
                          env=env or clean_environment(), timeout=timeout, **stdin)


def zip_of(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tar_of(files, mode="w:gz"):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content.encode()))
    return data.getvalue()


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]


class Server:
    """`glovebox serve` on port 0. Settings as keywords: hourly_per_client=3."""

    def __init__(self, case, data_dir=None, tools_dirs=None, **settings):
        self.case = case
        self.temp = TempDir(case)
        self.data_dir = data_dir or self.temp.path / "data"
        if tools_dirs is None:
            tools_dirs = [self.temp.path / "tools"]
            tools_dirs[0].mkdir()
            write_test_tools(tools_dirs[0])
        self.flags = ["--listen", "127.0.0.1:0", "--data-dir", str(self.data_dir),
                      "--examples-dir", str(EXAMPLES)]
        for folder in tools_dirs:
            self.flags += ["--tools-dir", str(folder)]
        for name, value in settings.items():
            self.flags += ["--" + name.replace("_", "-"), str(value)]
        self.log_path = self.temp.path / "log"
        case.addCleanup(self.kill)
        self.process = None
        self.start()

    def start(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([BINARY, "serve", *self.flags], stdout=subprocess.PIPE,
                                            stderr=log, stdin=subprocess.DEVNULL,
                                            env=clean_environment())
        line = self.process.stdout.readline().decode()
        if not line.startswith("listening on http://"):
            self.case.fail(f"the server did not start: {line!r}\n{self.log()}")
        self.url = line.split()[-1]
        self.host, port = self.url.removeprefix("http://").rsplit(":", 1)
        self.port = int(port)

    def log(self):
        return self.log_path.read_text(errors="replace")

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Drains the server and returns its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def wait(self):
        code = self.process.wait(timeout=PATIENCE)
        self.process.stdout.close()
        return code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.wait()

    def connection(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)

    def call(self, method, target, body=None, headers=None):
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
            headers = {"Content-Type": "application/json", **(headers or {})}
        connection = self.connection()
        try:
            connection.request(method, target, body=body, headers=headers or {})
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        wrong = contract.check_answer(method, target, answer.status, answer.headers, answer.body)
        self.case.assertEqual(wrong, [])
        return answer

    def get(self, target, **options):
        return self.call("GET", target, **options)

    def upload(self, data):
        """Returns `Project`."""
        answer = self.call("POST", "/api/upload", data,
                           {"Content-Type": "application/octet-stream"})
        self.case.assertEqual(answer.status, 201, answer.body)
        return answer.json

    def project(self, files=None):
        """The id of a project with these files."""
        return self.upload(zip_of(files or {"a.txt": "alpha\n"}))["projectId"]

    def execute(self, tool, project, **fields):
        return self.call("POST", "/api/execute",
                         {"toolId": tool, "projectId": project, **fields})

    def run_shell(self, script, project=None, **fields):
        """`Execution` of a shell script."""
        answer = self.execute("shell", project or self.project(), parameters={"script": script},
                              **fields)
        self.case.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def queue(self):
        return self.get("/api/queue/status").json

    def until(self, condition, what):
        """Polls the server, for states that no request waits for."""
        tick = threading.Event()
        for _ in range(PATIENCE * 20):
            if condition():
                return
            tick.wait(0.05)
        self.case.fail(f"never happened: {what}")


def in_background(function, *arguments, **options):
    """Runs it on a thread; join() returns what it returned."""
    box = []
    thread = threading.Thread(target=lambda: box.append(function(*arguments, **options)),
                              daemon=True)
    thread.start()

    class Task:
        @staticmethod
        def join():
            thread.join(PATIENCE)
            assert box, "the request did not come back"
            return box[0]

    return Task()
