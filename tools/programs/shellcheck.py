"""ShellCheck on scripts by extension or first line, many at a time."""
SHELLS = ("sh", "bash", "dash", "ksh", "ash")
PATTERNS = ("*.sh", "*.bash", "*.ksh", "*.dash")
A_RUN = 50


def look_at(job):
    paths, argv = job
    return paths, run([*argv, *paths], timeout=300)


def main():
    given = parameters({"cpus": "1", "severity": "style", "shell": "", "format": "gcc",
                        "follow": ""})
    paths = with_scripts(PATTERNS, SHELLS)
    if not paths:
        nothing("shellcheck: no shell scripts in this project")
    # Files that a script sources and that are not here are no mistake of the script.
    argv = ["shellcheck", "--color=never", f"--severity={given['severity']}",
            f"--format={given['format']}", "--exclude=SC1090,SC1091"]
    argv += [f"--shell={given['shell']}"] if given["shell"] else []
    argv += [given["follow"]] if given["follow"] else []
    report = Report("shellcheck")
    runs = spread(paths, int(given["cpus"]), A_RUN)
    if given["format"] in ("checkstyle", "json", "json1"):
        runs = [list(map(operand, paths))]  # one document
    for done_paths, done in in_parallel(look_at, [(one, argv) for one in runs], int(given["cpus"])):
        if done.code not in (0, 1, 2) or (done.code == 1 and not done.out):
            for path in done_paths:
                report.cannot("not looked at: ShellCheck failed or took too long", path)
            report.incomplete = True
            continue
        report.looked_at += len(done_paths)
        if done.code == 1:
            report.found += 1
        if done.out:
            say(done.out.rstrip("\n"))
        if done.err:
            print(done.err.rstrip("\n"), file=sys.stderr, flush=True)
    report.end()


main()
