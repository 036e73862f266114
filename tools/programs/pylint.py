"""Pylint on the project's files; large projects in several runs beside each other."""
ONE_RUN = 60       # files up to which one run sees all, for checks across files
A_RUN = 40
RUN_SECONDS = 300
FATAL, USAGE = 1, 32
NOTHING_CODE = 64
CRASH = re.compile(r"\b(?:F0002|astroid-error|F0001|F0010|F0011)\b")
MODULE_LINE = re.compile(r"^\*{5,} Module ")


def look_at(job):
    paths, argv, budget = job
    if budget.spent():
        return paths, None
    return paths, run([*argv, "--", *paths], timeout=budget.left(RUN_SECONDS))


def take(report, paths, done, whole):
    """Prints what was found; returns the bits of the exit code that count."""
    if done is None or done.timed_out:
        for path in paths:
            report.cannot("not looked at, for want of time", path)
        report.incomplete = True
        return 0
    told = any(map(GNU_LINE.match, done.out.splitlines()))
    if done.code & USAGE or not 0 <= done.code < 2 * USAGE or (done.code and not told):
        if "Traceback" not in done.err and done.code >= 0:
            give_up(done)
        for path in paths:
            report.cannot("in a run of Pylint that crashed", path)
        return 0
    report.looked_at += len(paths)
    for line in done.out.splitlines():
        place = GNU_LINE.match(line)
        if place and CRASH.search(place["rest"]):
            report.cannot("not understood by Pylint", place["path"])
        elif place:
            report.finding(line)
        elif whole and line.strip() and not MODULE_LINE.match(line) and not line.startswith("--"):
            say(line)  # the score
    return done.code & ~(FATAL | USAGE)


def main():
    given = parameters({"cpus": "1", "disable": "", "errors_only": "", "seconds": "540"})
    paths = python_files()
    if not paths:
        nothing("pylint: no Python files in this project", NOTHING_CODE)
    cpus, budget = int(given["cpus"]), Budget(float(given["seconds"]))
    argv = ["pylint", "--jobs=1", "--reports=n", "--msg-template={path}:{line}:{column}: {msg_id}: "
            "{msg} ({symbol})"]
    argv += [f"--disable={given['disable']}"] if given["disable"] else []
    argv += [given["errors_only"]] if given["errors_only"] else []
    whole = len(paths) <= ONE_RUN
    runs = list(batches(paths, ONE_RUN)) if whole else spread(paths, cpus, A_RUN)
    report, code = Report("pylint"), 0
    for done_paths, done in in_parallel(look_at, [(one, argv, budget) for one in runs], cpus):
        code |= take(report, done_paths, done, whole)
    if not whole:
        note(f"{len(runs)} runs of Pylint: what only shows across files (cyclic imports, "
             "duplicate code) was looked for within each")
    report.end(found_code=code or 2)


main()
