"""clang-tidy on each C and C++ source by itself, as many at a time as there are CPUs."""
FILE_SECONDS = 120
NOISE = re.compile(r"^(?:\d+ warnings? (?:and \d+ errors? )?generated\.|\d+ errors? generated\.|"
                   r"Suppressed \d+ warnings.*|Use -header-filter=.*|\d+ warnings? treated as errors?|"
                   r"Error while processing .*|Found compiler errors?.*)$")
DEFAULT_CHECKS = ("-*,bugprone-*,-bugprone-easily-swappable-parameters,clang-analyzer-*,"
                  "performance-*")
# What a sealed run without the project's dependencies cannot know.
UNKNOWN = re.compile(r"\[clang-diagnostic-error\b")


def has_own_config():
    return any(os.path.basename(path) in (".clang-tidy", "_clang-tidy") for path in walk())


def blocks(text):
    """Each diagnostic with the notes and the code under it."""
    block = []
    for line in text.splitlines():
        if NOISE.match(line):
            continue
        place = GNU_LINE.match(line)
        if place and not place["rest"].startswith("note:"):
            if block:
                yield block
            block = []
        block.append(line)
    if block:
        yield block


def look_at(job):
    path, flags, argv, budget = job
    if budget.spent():
        return path, None
    return path, run([*argv, operand(path), "--", *flags], timeout=budget.left(FILE_SECONDS))


def take(report, path, done):
    if done is None or done.timed_out:
        report.cannot("took too long" if done else "not looked at, for want of time", path)
        report.incomplete = True
        return
    header = missing_header(done.out + done.err)
    told = list(blocks(done.out))
    if done.code != 0 and not any(GNU_LINE.match(block[0]) for block in told):
        report.cannot("crashed clang-tidy", path)
        return
    report.looked_at += 1
    here = os.getcwd() + "/"
    for block in told:
        text = "\n".join(line.removeprefix(here) for line in block)
        if UNKNOWN.search(block[0]):
            report.cannot(f"not understood whole: {header} is not there" if header
                          else "not understood whole", path)
        elif GNU_LINE.match(block[0]) and not text.startswith("/"):
            report.finding(text)


def main():
    given = parameters({"cpus": "1", "checks": "", "standard": "c++20", "seconds": "540"})
    paths = files(*C_SOURCES, *CPP_SOURCES)
    if not paths:
        nothing("clang-tidy: no C or C++ source files in this project")
    budget = Budget(float(given["seconds"]))
    compilation = Compilation(paths)
    argv = ["clang-tidy", "--quiet"]
    if given["checks"]:
        argv.append(f"--checks={given['checks']}")
    elif not has_own_config():
        argv.append(f"--checks={DEFAULT_CHECKS}")
    jobs = []
    for path in paths:
        standard = compilation.standard(path, given["standard"]) if is_cpp(path) else []
        jobs.append((path, standard + compilation.flags(path), argv, budget))
    report = Report("clang-tidy")
    for path, done in in_parallel(look_at, jobs, int(given["cpus"])):
        take(report, path, done)
    report.end()


main()
