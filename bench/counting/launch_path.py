"""Instructions and system calls of a launch, and system calls of requests, in the real program with
real slots: bench/counting/step_counter.cc."""
import collections
import contextlib
import http.client
import itertools
import json
import pathlib
import re
import shutil
import subprocess

from counting.places import (BUILD, PATIENCE, PROGRAMS, Failed, NotCounted, execute_body,
                             write_project, write_tools)
from counting.profile import Profile, part_of, short, together

# One of this many is reported. A step takes about 20 µs and a launch has 25,000 of them.
STEPPED = 8
TRACED = 24
WARM_UP = 2
PATHS = {
    "supervisor": "a launch: the slot's supervisor",
    "init": "a launch: the job's init",
    "tool": "a launch: the tool's process up to its exec",
    "fresh": "a launch of another project than the one before: all three",
}
ROLES = ("supervisor", "init", "tool")  # a slot's supervisor, what it clones, what that clones
CALLS_OF_SERVER = ("status", "execute")
WAITING = ("epoll_wait", "futex")


class Server:
    """`glovebox serve` with one slot. A context manager."""

    def __init__(self, folder):
        command = [BUILD / "glovebox", "serve", "--listen", "127.0.0.1:0", "--concurrency", "1",
                   "--hourly-per-client", "0", "--data-dir", folder / "data", "--tools-dir",
                   folder / "tools", "--examples-dir", folder / "examples"]
        with open(folder / "log", "wb") as log:
            self.process = subprocess.Popen([*map(str, command)], stdin=subprocess.DEVNULL,
                                            stdout=subprocess.PIPE, stderr=log)
        line = self.process.stdout.readline()
        if not line.startswith(b"listening on "):
            self.stop()
            raise Failed("glovebox: " + (folder / "log").read_text(errors="replace")[-800:])
        port = int(line.rsplit(b":", 1)[1].strip(b"/\n"))
        self.client = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.kill()
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def call(self, method, path, body=None, content_type="application/json"):
        self.client.request(method, path, body, {"Content-Type": content_type} if body else {})
        answer = self.client.getresponse()
        text = answer.read()
        if answer.status not in (200, 201):
            raise Failed(f"{method} {path}: {answer.status} {text[:400]}")
        return json.loads(text)

    def upload(self, archive):
        return self.call("POST", "/api/upload", archive.read_bytes(), "application/zip")["projectId"]

    def execute(self, project):
        job = self.call("POST", "/api/execute", execute_body(project))
        if job["status"] != "completed":
            raise Failed(f"a job ended {job['status']}: {job['message']}")
        return job

    def slot(self):
        """The process of the only slot: the first of that name, since its init has it too."""
        for pid in descendants(self.process.pid):
            if pathlib.Path(f"/proc/{pid}/comm").read_text("utf-8").strip() == "glovebox-slot":
                return pid
        raise Failed("the server has no slot")


def descendants(pid):
    yield pid
    for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
        yield from descendants(int(child))


class StepCounter:
    def __init__(self, *arguments):
        self.process = subprocess.Popen([PROGRAMS / "step_counter", *map(str, arguments)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.answer()

    def ask(self, what):
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        why = self.process.stderr.read().strip()
        raise (NotCounted if "Operation not permitted" in why else Failed)(f"step_counter: {why}")

    def of_one(self, action):
        """The profile of each process for one `action`, by root and depth."""
        action()
        return {(role["root"], role["depth"]): role for role in self.ask("report")["roles"]}

    def close(self):
        try:
            self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()


@contextlib.contextmanager
def counter(*arguments):
    steps = StepCounter(*arguments)
    try:
        yield steps
    finally:
        steps.close()


def typical(profiles):
    """The first quartile: a process that waits long does extra checks, and one that is very fast
    skips what all others do."""
    return sorted(profiles, key=lambda profile: profile.total)[len(profiles) // 4]


def take(folder):
    """(instructions, calls, layers): Profiles by path, and the sandbox's layers."""
    if shutil.which("addr2line") is None:
        raise NotCounted("addr2line is not installed (Debian package binutils)")
    write_tools(folder)
    with Server(folder) as server:
        project = server.upload(write_project(folder, "one"))
        others = itertools.cycle([project, server.upload(write_project(folder, "two"))])
        layers = server.execute(project)["isolation"]
        server.execute(project)
        if "pid-namespace" not in layers:
            raise NotCounted(f"jobs have no namespaces here, only {', '.join(layers)}")
        launch = lambda: server.execute(project)
        fresh = lambda: server.execute(next(others))
        status = lambda: server.call("GET", "/api/queue/status")
        # A supervisor checks on its job while the job is slow because it is stepped.
        with counter("--pid", server.slot(), "--steps", "--alone") as steps:
            above = [typical([steps_profile(roles[0, 0])
                              for roles in several(STEPPED, steps, action)])
                     for action in (launch, fresh)]
        with counter("--pid", server.slot(), "--steps") as steps:
            below = [roles_of(several(STEPPED, steps, action), steps_profile)
                     for action in (launch, fresh)]
        instructions = {**below[0], "supervisor": above[0],
                        "fresh": together([above[1], below[1]["init"], below[1]["tool"]])}
        with counter("--pid", server.slot(), "--pid", server.process.pid) as steps:
            calls = launch_profiles(steps, TRACED, launch, fresh, calls_profile)
            for path, action in (("execute", launch), ("status", status)):
                taken = several(TRACED, steps, action)
                calls[path] = typical([server_calls_profile(roles[1, 0]) for roles in taken])
    return instructions, calls, layers


def launch_profiles(steps, count, launch, fresh, profile_of):
    profiles = roles_of(several(count, steps, launch), profile_of)
    taken = several(count, steps, fresh)
    whole = [together([profile_of(roles[0, depth]) for depth in range(len(ROLES))])
             for roles in taken if is_launch(roles)]
    return {**profiles, "fresh": typical(whole)}


def several(count, steps, action):
    return [steps.of_one(action) for _ in range(WARM_UP + count)][WARM_UP:]


def is_launch(roles):
    """An init may serve several jobs; a tool is a new process each time."""
    if [depth for root, depth in roles if root == 0] == [0, 1, 2] \
            and roles[0, 2]["processes"] == 1:
        return True
    raise Failed(f"a launch is no longer a supervisor, an init and one tool: {list(roles)}")


def roles_of(taken, profile_of):
    return {name: typical([profile_of(roles[0, depth]) for roles in taken if is_launch(roles)])
            for depth, name in enumerate(ROLES)}


def calls_profile(role):
    return Profile(sum(role["calls"].values()), {}, role["calls"])


def server_calls_profile(role):
    """Whether a thread still sleeps when work arrives is random."""
    return calls_profile({"calls": {name: times for name, times in role["calls"].items()
                                    if name not in WAITING}})


def steps_profile(role):
    """Addresses of our program are reported by function and file, others by library."""
    parts, names = collections.Counter(), collections.Counter()
    own = [place for file, place, _ in role["instructions"] if file.endswith("/glovebox")]
    where = dict(zip(own, symbols(own)))
    for file, place, times in role["instructions"]:
        function, source = where[place] if file.endswith("/glovebox") else (None, None)
        parts[part_of(file, source)] += times
        if function is not None:
            names[short(function)] += times
    return Profile(sum(parts.values()), dict(parts), dict(names))


def symbols(addresses):
    """(function, source file) of each, the innermost for inlined functions."""
    text = "\n".join(map(hex, addresses))
    done = subprocess.run(["addr2line", "-f", "-C", "-e", BUILD / "glovebox"], input=text,
                          capture_output=True, text=True, check=True, timeout=PATIENCE)
    lines = done.stdout.splitlines()
    return [(function, re.sub(r":[\d?]+.*$", "", file))
            for function, file in zip(lines[::2], lines[1::2])]
