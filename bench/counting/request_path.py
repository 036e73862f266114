"""The user-space instructions of requests, under callgrind: bench/counting/counted_server.cc."""
import json
import shutil
import subprocess

from counting import callgrind
from counting.places import PATIENCE, PROGRAMS, Failed, NotCounted, write_project, write_tools

REQUESTS = 100
PATHS = {
    "status": "GET /api/queue/status",
    "execute": "POST /api/execute, synchronous, recorded, of a tool that writes a line",
    "event": "an event with a line of output, sent to one follower",
}


def take(folder):
    """A Profile of one of each of PATHS."""
    if shutil.which("valgrind") is None:
        raise NotCounted("valgrind is not installed (Debian package valgrind)")
    write_tools(folder)
    out = folder / "callgrind"
    driver = [PROGRAMS / "request_driver", "--requests", REQUESTS, "--archive",
              write_project(folder), "--"]
    valgrind = ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={out}",
                "--dump-before=begin_counting", "--dump-before=end_counting"]
    server = [PROGRAMS / "counted_server", "--data-dir", folder / "data", "--tools-dir",
              folder / "tools", "--examples-dir", folder / "examples"]
    with open(folder / "log", "w+b") as log:
        done = subprocess.run([*map(str, driver + valgrind + server)], stdout=subprocess.PIPE,
                              stderr=log, check=False, timeout=PATIENCE)
        log.seek(0)
        if done.returncode != 0:
            raise Failed(f"request_driver: {log.read().decode(errors='replace')[-800:]}")
    profiles = {}
    for number, counted in enumerate(json.loads(done.stdout)):
        # Alternating dumps: of the time before, and of what is counted.
        dump = f"{out}.{2 * number + 2}"
        with open(dump, encoding="utf-8", errors="replace") as lines:
            profiles[counted["path"]] = callgrind.read(lines, counted["times"], "counted_server")
    if set(profiles) != set(PATHS):
        raise Failed(f"request_driver counted {', '.join(profiles)}")
    return profiles
