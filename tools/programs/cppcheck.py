"""Cppcheck on the whole project, with what it does not understand told apart from findings."""
import threading

# What Cppcheck says of a file that it cannot read, rather than of a mistake in it.
UNKNOWN_IDS = {"syntaxError", "unknownMacro", "preprocessorErrorDirective", "internalAstError",
               "internalError", "cppcheckError", "missingInclude", "missingIncludeSystem",
               "noValidConfiguration", "unhandledChar", "unhandledCharacters", "AstError"}
QUIET_IDS = {"toomanyconfigs", "unmatchedSuppression", "checkersReport", "information",
             "missingInclude", "missingIncludeSystem", "purgedConfiguration", "normalCheckLevelMaxBranches"}
ID = re.compile(r"\[(?P<id>[A-Za-z0-9_-]+)\]$")


class Reader:
    """Prints findings as Cppcheck writes them: a line with a place, the code, a caret."""

    def __init__(self, report):
        self.report, self.block = report, []

    def line(self, line):
        if GNU_LINE.match(line) and ID.search(line) or line.startswith(("nofile:", "cppcheck: ")):
            self.flush()
        self.block.append(line)

    def flush(self):
        block, self.block = self.block, []
        if not block:
            return
        found, place = ID.search(block[0]), GNU_LINE.match(block[0])
        if found is None or place is None:
            return
        if found["id"] in UNKNOWN_IDS:
            if found["id"] not in QUIET_IDS:
                self.report.cannot("not understood", place["path"])
        elif found["id"] not in QUIET_IDS:
            self.report.finding("\n".join(block))


def main():
    given = parameters({"cpus": "1", "checks": "warning", "standard": "", "inconclusive": "",
                        "verbose": "", "seconds": "540"})
    paths = files(*C_SOURCES, *CPP_SOURCES)
    if not paths:
        nothing("cppcheck: no C or C++ source files in this project")
    argv = ["cppcheck", "--quiet", "--inline-suppr", f"--enable={given['checks']}", "-j",
            given["cpus"], "--max-configs=4", "--file-list=-", "--template={file}:{line}:{column}: "
            "{severity}:{inconclusive: inconclusive:} {message} [{id}]\\n{code}"]
    argv += [f"--std={given['standard']}"] if given["standard"] else []
    argv += [given[name] for name in ("inconclusive", "verbose") if given[name]]
    argv += [f"-I{folder}" for folder in include_folders(paths)]
    report = Report("cppcheck")
    reader = Reader(report)
    process = start(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    out_of_time = threading.Event()

    def stop():
        out_of_time.set()
        kill(process)

    timer = threading.Timer(float(given["seconds"]), stop)
    timer.daemon = True  # else this program would wait for it wherever it ends
    timer.start()
    try:
        process.stdin.write("".join(path + "\n" for path in paths).encode())
        process.stdin.close()
    except BrokenPipeError:
        pass  # it has ended already; its exit code says how
    for line in process.stdout:
        reader.line(text_of(line).rstrip("\n"))
    process.wait()
    timer.cancel()
    reader.flush()
    if out_of_time.is_set():
        note("out of time: the rest of the files was not looked at")
        report.incomplete = True
    elif process.returncode not in (0, 1) or (process.returncode == 1 and not report.found):
        print(f"cppcheck ended with {process.returncode}", file=sys.stderr)
        sys.exit(TOOL_FAILED)
    report.looked_at = len(paths) - len(report.unknown.get("not understood", ()))
    report.end()


main()
