"""Runs inside the virtual machine, as a separate unit: starts glovebox.service, uses it, stops it,
and writes its results to the second disk."""
import json
import pathlib
import subprocess
import time
import urllib.request

SERVER = "http://127.0.0.1:8080"
FACTS = ("ActiveState", "Result", "ExecMainStatus", "MemoryMax", "TasksMax", "MainPID")
seen = {}


def run(*command):
    return subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT).stdout


def call(target, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(SERVER + target, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def facts():
    shown = run("systemctl", "show", "glovebox", *(f"-p{name}" for name in FACTS))
    return dict(line.split("=", 1) for line in shown.splitlines())


def health():
    """The server's process, when it listens."""
    for _ in range(240):
        try:
            return call("/api/health")
        except OSError:
            if facts()["ActiveState"] == "failed":
                break
            time.sleep(0.5)
    return None


def use():
    seen["start"] = run("systemctl", "start", "glovebox")
    seen["health"] = health()
    seen["started"] = facts()
    status = pathlib.Path("/proc", seen["started"]["MainPID"], "status").read_text()
    seen["status"] = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    project = call("/api/examples/cppcheck/classic-mistakes", {})
    seen["execution"] = call("/api/execute", {"toolId": "cppcheck",
                                              "projectId": project["projectId"]})


try:
    use()
finally:
    seen["stop"] = run("systemctl", "stop", "glovebox")
    seen["stopped"] = facts()
    seen["cgroups"] = run("sh", "-c", "ls -d /sys/fs/cgroup/system.slice/glovebox.service")
    seen["journal"] = run("journalctl", "--no-pager", "-u", "glovebox")
    results = pathlib.Path("/run/results")
    results.mkdir()
    (results / "seen.json").write_text(json.dumps(seen))
    run("tar", "-cf", "/dev/vdb", "-C", str(results), ".")
    run("sync")
