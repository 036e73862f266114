"""mypy on all that it can take: one file that does not parse, or one odd module, would end it."""
MOST_TRIES = 12
BLOCKING = re.compile(r"^(?P<path>[^:\n]+):(?:(?P<line>\d+):)? ?(?:\d+:)? ?error: (?P<text>.*)$")
NO_MODULE = re.compile(r"^(?P<path>.+?) is not a valid Python package name|"
                       r"^mypy: can't read file '(?P<other>[^']+)'")
CONFIGS = ("mypy.ini", ".mypy.ini", "pyproject.toml", "setup.cfg")


def takes(path):
    """Whether each folder on the way can be a package's."""
    parts = path.rsplit(".", 1)[0].split("/")
    return all(part.isidentifier() for part in parts)


def module_of(path):
    name = path.rsplit(".", 1)[0].removesuffix("/__init__")
    return name.removeprefix("src/")


def without_doubles(paths, report):
    """A stub hides its module; a module that is there twice is looked at once."""
    chosen = {}
    for path in sorted(paths, key=lambda path: (not path.endswith(".pyi"), path)):
        if chosen.setdefault(module_of(path), path) != path and path.endswith(".py"):
            continue
    return sorted(chosen.values())


def blocked_by(done):
    """The file that mypy would not go on after, and why."""
    lines = [line for line in (done.out + done.err).splitlines() if ": note:" not in line]
    for line in lines:
        if found := NO_MODULE.match(line):
            return found["path"] or found["other"], "no module of Python's", None
        found = BLOCKING.match(line)
        if found:
            return found["path"], "left out by mypy", found["text"]
    return None


def main():
    given = parameters({"strict": "", "check_untyped": "", "seconds": "540"})
    sources = python_files("*.py", "*.pyi")
    if not sources:
        nothing("mypy: no Python files in this project")
    report, budget = Report("mypy"), Budget(float(given["seconds"]))
    paths = []
    for path in sources:
        error = syntax_error(path)
        if error:
            report.finding(f"{path}:{error.split(': ', 1)[0]}: error: {error.split(': ', 1)[1]}  [syntax]")
        elif not path.endswith((".py", ".pyi")) or not takes(path):
            report.not_for_it("that no import can name, left out", path)
        else:
            paths.append(path)
    paths = without_doubles(paths, report)
    argv = ["mypy", "--cache-dir=/dev/null", "--show-error-codes", "--show-column-numbers",
            "--no-color-output", "--no-error-summary", "--hide-error-context",
            "--ignore-missing-imports", "--namespace-packages", "--explicit-package-bases",
            "--disable-error-code=import"]
    argv += [given[name] for name in ("strict", "check_untyped") if given[name]]
    environment = dict(os.environ)
    if os.path.isdir("src") and not os.path.exists("src/__init__.py"):
        environment["MYPYPATH"] = "src"
    for _ in range(MOST_TRIES):
        if not paths:
            break
        done = run([*argv, *map(operand, paths)], timeout=max(1, budget.left()), env=environment)
        if done.timed_out:
            report.incomplete = True
            break
        if done.code == 0 or (done.code == 1 and ": error:" in done.out):
            report.looked_at = len(paths)
            for line in done.out.splitlines():
                if ": note:" in line and "missing-imports" in line:
                    continue
                (say if ": note:" in line else report.finding)(line)
            break
        if "plugin" in done.out + done.err and "--config-file=" not in argv:
            note("the project's own configuration asks for a plugin that is not there; without it")
            argv.append("--config-file=")
            continue
        blocked = blocked_by(done)
        known = {os.path.normpath(path) for path in paths}
        bad = os.path.normpath(blocked[0]) if blocked else None
        if bad not in known:
            print((done.out + done.err).strip()[-2000:], file=sys.stderr)
            print("mypy: it did not get to the end", file=sys.stderr)
            sys.exit(TOOL_FAILED)
        odd = blocked[2] is None  # the name is no module's; the file itself is not at fault
        (report.not_for_it if odd else report.cannot)(blocked[1], bad)
        paths.remove(bad)
    if report.looked_at and not report.found and not report.unknown:
        say(f"Success: no issues found in {counted(len(paths), 'source file')}")
    report.end()


main()
