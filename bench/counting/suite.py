"""Counts all paths and reports the results."""
import ctypes
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import traceback

from counting import launch_path, record, request_path
from counting.places import BUILD, RECORD, ROOT, TARGETS, Failed, NotCounted

WHAT = {**request_path.PATHS, **launch_path.PATHS}
# In the order in which they are reported and recorded.
ALL = ([("instructions", path) for path in WHAT]
       + [("calls", path) for path in (*launch_path.CALLS_OF_SERVER, *launch_path.PATHS)])


def build():
    """True if everything is built, with the preset's flags."""
    steps = [["cmake", "--preset", "dev"], ["ninja", "--quiet", "-C", BUILD, *TARGETS]]
    return all(subprocess.run(step, cwd=ROOT, check=False, stdout=sys.stderr).returncode == 0
               for step in steps)


def cache():
    text = (BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^(\w+):\w+=(.*)$", text, re.M))


def made_with():
    """What instruction counts depend on; host and layers come with the launches."""
    settings = cache()
    build_type = settings["CMAKE_BUILD_TYPE"].upper()
    flags = f"{settings['CMAKE_CXX_FLAGS']} {settings[f'CMAKE_CXX_FLAGS_{build_type}']}".strip()
    compiler = settings["CMAKE_CXX_COMPILER"]
    version = subprocess.run([compiler, "-dumpfullversion", "-dumpversion"], check=True,
                             capture_output=True, text=True).stdout.strip()
    system = platform.freedesktop_os_release()
    name = {"c++": "g++"}.get(pathlib.Path(compiler).name, pathlib.Path(compiler).name)
    return {"system": f"{system['ID']} {system.get('VERSION_ID', '')}".strip(),
            "machine": platform.machine(), "compiler": f"{name} {version}", "flags": flags}


def host():
    """What the sandbox does differently on other kernels."""
    cgroup = "v2" if pathlib.Path("/sys/fs/cgroup/cgroup.controllers").exists() else "v1"
    create_ruleset, version_asked = 444, 1  # landlock_create_ruleset(2)
    landlock = ctypes.CDLL(None).syscall(create_ruleset, None, ctypes.c_size_t(0), version_asked)
    release = tuple(map(int, re.match(r"(\d+)\.(\d+)", platform.release()).groups()))
    overlay = "overlay" if release >= (6, 6) else "copies"
    return f"cgroup {cgroup}, Landlock ABI {max(0, landlock)}, {overlay}"


def count():
    """(Record of what could be counted, {(kind, path): why not})."""
    now = record.Record(made_with(), {})
    missing = {}

    def attempt(keys, take):
        # On disk, like a server's data.
        with tempfile.TemporaryDirectory(prefix="glovebox-count-", dir="/var/tmp",
                                         ignore_cleanup_errors=True) as folder:
            pathlib.Path(folder).chmod(0o755)
            try:
                take(pathlib.Path(folder))
            except NotCounted as why:
                missing.update({key: str(why) for key in keys})

    def take_requests(folder):
        profiles = request_path.take(folder)
        now.profiles |= {("instructions", path): each for path, each in profiles.items()}

    def take_launches(folder):
        instructions, calls, layers = launch_path.take(folder)
        now.profiles |= {("instructions", path): each for path, each in instructions.items()}
        now.profiles |= {("calls", path): each for path, each in calls.items()}
        now.made_with |= {"host": host(), "layers": ", ".join(layers)}

    requests = [("instructions", path) for path in request_path.PATHS]
    attempt(requests, take_requests)
    attempt([key for key in ALL if key not in requests], take_launches)
    now.profiles = {key: now.profiles[key] for key in ALL if key in now.profiles}
    return now, missing


def judge(recorded, now, missing):
    """(kind, path, word, text) of each: "ok", "FAILED" or "SKIPPED". `recorded` may be None."""
    recorded = recorded or record.Record(now.made_with, {})
    told = []
    for kind, path in ALL:
        what = WHAT[path]
        why = missing.get((kind, path)) or record.not_comparable(
            recorded, now.made_with, kind, path in launch_path.PATHS)
        if why:
            told.append((kind, path, "SKIPPED", f"{what}: {kind} not compared: {why}"))
        else:
            verdict = record.compare(recorded, kind, path, what, now.profiles[kind, path])
            told.append((kind, path, "FAILED" if verdict.is_failure else "ok", verdict.text))
    return told


def load():
    return record.from_text(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else None


def save(now):
    RECORD.parent.mkdir(exist_ok=True)
    RECORD.write_text(record.to_text(now), encoding="utf-8")


def record_anew():
    """All or nothing: a partial record would claim that the rest is unchanged."""
    now, missing = count()
    for (kind, path), why in missing.items():
        print(f"{kind} of {path} could not be counted: {why}")
    if missing:
        print("nothing was recorded")
        return 1
    print(table(load(), now))
    save(now)
    print(f"written: {RECORD}")
    return 0


def run():
    """For the tests: (passed, failed, skipped). Prints the report."""
    try:
        now, missing = count()
    except Failed as why:
        print("FAILED", why)
        return 0, 1, 0
    except Exception:  # pylint: disable=broad-exception-caught
        # An error here must not prevent the other tests from being counted.
        print("FAILED", traceback.format_exc())
        return 0, 1, 0
    return tell(load(), now, missing)


def tell(recorded, now, missing):
    print(table(recorded, now))
    words = []
    for kind, path, word, text in judge(recorded, now, missing):
        words.append(word)
        if text:
            print("NOTE" if word == "ok" else word, f"{kind}.{path}:", text)
    return words.count("ok"), words.count("FAILED"), words.count("SKIPPED")


def table(recorded, now):
    lines = []
    for kind, path in ALL:
        if (kind, path) not in now.profiles:
            continue
        then = recorded.profiles.get((kind, path)) if recorded else None
        was = f"recorded {then.total:>9,.0f}" if then else "not recorded"
        lines.append(f"  {now.profiles[kind, path].total:>9,.0f} {kind:<12}  {was}  {WHAT[path]}")
    return "\n".join(lines)
