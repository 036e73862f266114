"""The project as a tool's program sees it: its files, runs of a tool in parallel, the end.

A manifest puts this file before its own program, so both are one module. The program runs sealed,
in the project's folder, with /usr/bin/python3 alone.
"""
import concurrent.futures
import fnmatch
import os
import re
import signal
import subprocess
import sys
import time

# Others' code and what was generated. The same list as src/registry/input_matcher.cc.
FOREIGN_FOLDERS = {"node_modules", "bower_components", "vendor", "third_party", "third-party",
                   ".git", ".hg", ".svn", "dist", "build", "__pycache__", ".venv", ".tox"}
MINIFIED = ("*.min.js", "*.min.css", "*.min.mjs")
# What Autotools and the like put into a release: nobody wrote it for the project.
GENERATED_NAMES = {"configure", "config.guess", "config.sub", "config.status", "ltmain.sh", "libtool",
                   "install-sh", "depcomp", "missing", "compile", "ylwrap", "test-driver",
                   "mkinstalldirs", "mdate-sh", "ar-lib", "py-compile", "ltconfig", "gradlew", "mvnw"}
GENERATED = re.compile(rb"Generated (?:by|from|automatically)|@generated|[Dd][Oo] [Nn][Oo][Tt] "
                       rb"[Ee][Dd][Ii][Tt]")
MOST_FILES = 50_000
MOST_ARGUMENT_BYTES = 90_000  # of one command line; the sandbox takes 128 KiB for the first one
NOTHING = 3
TOOL_FAILED = 70  # EX_SOFTWARE: no tool means findings by it

C_SOURCES = ("*.c",)
CPP_SOURCES = ("*.cc", "*.cpp", "*.cxx", "*.c++", "*.C")
HEADERS = ("*.h", "*.hh", "*.hpp", "*.hxx")


def end_by_error(kind, value, trace):
    """Python's own code after an exception is 1, which means findings to most tools."""
    sys.stdout.flush()
    sys.__excepthook__(kind, value, trace)
    sys.stderr.flush()
    os._exit(TOOL_FAILED)


sys.excepthook = end_by_error


def give_up(done):
    """Ends the run after a command that neither found something nor succeeded."""
    print((done.out + done.err).strip()[-2000:], file=sys.stderr)
    print(f"{done.argv[0]} ended with code {done.code}", file=sys.stderr)
    sys.exit(TOOL_FAILED)


def walk():
    """Every regular file of the project, by its path without ./, sorted; links are not followed."""
    found = []
    for folder, folders, names in os.walk("."):
        folders[:] = sorted(name for name in folders if name not in FOREIGN_FOLDERS)
        for name in sorted(names):
            path = os.path.normpath(os.path.join(folder, name))
            if os.path.islink(path) or not os.path.isfile(path):
                continue
            found.append(path)
            if len(found) == MOST_FILES:
                return found
    return found


def matches(path, patterns):
    name = os.path.basename(path)
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def files(*patterns):
    """Those whose name one of the patterns takes, without minified ones."""
    return [path for path in walk() if matches(path, patterns) and not matches(path, MINIFIED)]


def is_generated(path):
    """By its name, or by what its first lines say."""
    if os.path.basename(path) in GENERATED_NAMES:
        return True
    try:
        with open(path, "rb") as file:
            return GENERATED.search(file.read(1000)) is not None
    except OSError:
        return False


def interpreter(path):
    """The program that the first line names: "sh" for #!/bin/sh, "python3" for #!/usr/bin/env."""
    try:
        with open(path, "rb") as file:
            line = file.readline(128)
    except OSError:
        return ""
    words = line[2:].decode("latin-1").split() if line.startswith(b"#!") else []
    if words and os.path.basename(words[0]) == "env":
        words = [word for word in words[1:] if not word.startswith("-")]
    return os.path.basename(words[0]) if words else ""


def with_scripts(patterns, interpreters):
    """Files by name, and those without an extension by their first line; no generated ones."""
    taken = []
    for path in walk():
        if matches(path, MINIFIED):
            continue
        if matches(path, patterns) or ("." not in os.path.basename(path)
                                       and interpreter(path) in interpreters):
            if not is_generated(path):
                taken.append(path)
    return taken


def say(text):
    print(text, flush=True)


def note(text):
    """What is no finding: what could not be looked at, and why."""
    print(f"note: {text}", file=sys.stderr, flush=True)


def counted(count, one, many=None):
    return f"{count} {one if count == 1 else many or one + 's'}"


def listed(paths, most=3):
    paths = list(paths)
    more = f" and {len(paths) - most} more" if len(paths) > most else ""
    return ", ".join(paths[:most]) + more


def nothing(text, code=NOTHING):
    """Ends the run: there is nothing here for the tool to do."""
    say(text)
    sys.exit(code)


def operand(path):
    """A path that no tool takes for an option."""
    return "./" + path if path.startswith("-") else path


def batches(paths, most):
    """Lists of at most `most` paths, and of no more bytes than a command line may have."""
    batch, size = [], 0
    for path in map(operand, paths):
        if batch and (len(batch) == most or size + len(path) > MOST_ARGUMENT_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(path)
        size += len(path) + 1
    if batch:
        yield batch


def spread(paths, cpus, most):
    """Batches of a size that gives each CPU something to do."""
    return list(batches(paths, max(1, min(most, -(-len(paths) // max(1, cpus))))))


class Done:
    """One command that has ended; its output is text, whatever bytes it wrote."""

    def __init__(self, argv, code, out, err, timed_out=False):
        self.argv, self.code, self.out, self.err = argv, code, out, err
        self.timed_out = timed_out

    @property
    def crashed(self):
        return self.code < 0 and not self.timed_out


def text_of(data):
    return (data or b"").decode("utf-8", "replace")


def start(argv, **options):
    """Popen, in a session of its own where the sandbox permits setsid(2): the landlock tier refuses it."""
    try:
        process = subprocess.Popen(argv, start_new_session=True, **options)
        process.has_session = True
    except PermissionError:
        process = subprocess.Popen(argv, **options)
        process.has_session = False
    return process


def kill(process):
    """Kills what start() returned; its children too, if it has a session. Else they end with the job."""
    if process.has_session:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def run(argv, timeout=None, merge=False, **options):
    """Runs a command to its end, or kills it after `timeout` seconds."""
    options.setdefault("stdin", subprocess.DEVNULL)
    process = start(argv, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT if merge else subprocess.PIPE, **options)
    try:
        out, err = process.communicate(timeout=timeout)
        return Done(argv, process.returncode, text_of(out), text_of(err))
    except subprocess.TimeoutExpired:
        kill(process)
        out, err = process.communicate()
        return Done(argv, process.returncode, text_of(out), text_of(err), timed_out=True)


def in_parallel(function, items, cpus):
    """function(item) for each, `cpus` at a time; results in the order of the items as they come."""
    with concurrent.futures.ThreadPoolExecutor(max(1, cpus)) as pool:
        yield from pool.map(function, items)


class Budget:
    """The time that a program gives itself, so that it ends with what it has found."""

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds
        self.left_out = []

    def left(self, most=None):
        left = max(0.0, self.end - time.monotonic())
        return left if most is None else min(left, most)

    def spent(self):
        return self.left() <= 0


class Report:
    """What has been printed and what could not be looked at; its end() is that of the run."""

    def __init__(self, tool):
        self.tool = tool
        self.found = 0
        self.seen = set()
        self.looked_at = 0
        self.incomplete = False  # the time ran out
        self.unknown = {}  # why → paths
        self.not_meant = {}  # why → paths that the tool is not made for

    def finding(self, text):
        """Printed once, however often it comes."""
        if text in self.seen:
            return
        self.seen.add(text)
        self.found += 1
        say(text)

    def cannot(self, why, path):
        self.unknown.setdefault(why, []).append(path)

    def not_for_it(self, why, path):
        """Named as above. Where all files are such, there is nothing to do, and nothing went wrong."""
        self.not_meant.setdefault(why, []).append(path)

    def print_notes(self):
        for why, paths in [*self.unknown.items(), *self.not_meant.items()]:
            unique = list(dict.fromkeys(paths))
            note(f"{counted(len(unique), 'file')} {why}: {listed(unique)}")

    def end(self, found_code=1, error_code=TOOL_FAILED):
        """Exits: findings, clean, or an error where that is not known of all of it."""
        self.print_notes()
        if self.found:
            sys.exit(found_code)
        if self.incomplete:
            print(f"{self.tool}: nothing found so far, but not all of it was looked at",
                  file=sys.stderr)
            sys.exit(error_code)
        if self.unknown and not self.looked_at:
            print(f"{self.tool}: not one file could be looked at", file=sys.stderr)
            sys.exit(error_code)
        if self.not_meant and not self.looked_at:
            nothing(f"{self.tool}: no file that it can take")
        sys.exit(0)


GNU_LINE = re.compile(r"^(?P<path>[^\s:][^:\n]*):(?P<line>\d+)(?::(?P<column>\d+))?:\s*(?P<rest>.*)$")


def parameters(defaults):
    """Arguments as NAME=VALUE; one that is left out has its default."""
    values = dict(defaults)
    for argument in sys.argv[1:]:
        name, equals, value = argument.partition("=")
        if not equals or name not in values:
            sys.exit(f"{argument!r} is no parameter of this program")
        values[name] = value
    return values
