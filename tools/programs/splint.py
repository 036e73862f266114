"""Splint on each C source by itself: after one that it cannot parse it would stop."""
FILE_SECONDS = 30
# Of C99; Splint's own limits.h ends before them.
LATER_LIMITS = ("-DLLONG_MAX=0x7fffffffffffffff", "-DLLONG_MIN=(-LLONG_MAX-1)",
                "-DULLONG_MAX=0xffffffffffffffff")
BROKEN = re.compile(r"(?:Parse Error|Cannot continue|Preprocessing error|Cannot find include file|"
                    r"Fatal bug|Likely parse error)")


def messages(text):
    """Each with its indented further lines."""
    block = []
    for line in text.splitlines():
        if re.match(r"(?:Splint 3|Finished checking|\*\*\*)", line):
            continue
        if line[:1].strip():
            if block:
                yield block
            block = []
        if line.strip():
            block.append(line)
    if block:
        yield block


def look_at(job):
    path, argv, budget = job
    if budget.spent():
        return path, None
    return path, run([*argv, operand(path)], timeout=budget.left(FILE_SECONDS))


def take(report, path, done):
    if done is None or done.timed_out:
        report.cannot("took too long" if done else "not looked at, for want of time", path)
        report.incomplete = True
        return
    text = done.out + done.err
    told = [block for block in messages(text) if GNU_LINE.match(block[0])]
    if done.crashed or (done.code and not told and not BROKEN.search(text)):
        report.cannot("crashed Splint", path)
        return
    if BROKEN.search(text):
        missing = re.search(r"Cannot find include file (?P<name>\S+)", text)
        report.not_for_it(f"not understood: {missing['name']} is not there" if missing
                          else "not understood by Splint, which reads C90", path)
        return
    report.looked_at += 1
    for block in told:
        place = GNU_LINE.match(block[0])
        if place and not place["path"].startswith("/"):
            report.finding("\n".join(block))


def main():
    given = parameters({"cpus": "1", "mode": "standard", "bounds": "", "seconds": "540"})
    paths = files(*C_SOURCES)
    if not paths:
        nothing("splint: no C source files in this project")
    budget = Budget(float(given["seconds"]))
    compilation = Compilation(paths)
    argv = ["splint", f"-{given['mode']}", "-tmpdir", os.environ["TMPDIR"] + "/", "-limit", "20",
            "-preproc", *LATER_LIMITS]
    argv += [given["bounds"]] if given["bounds"] else []
    report = Report("splint")
    jobs = []
    for path in paths:
        flags = [flag for flag in compilation.flags(path) if flag.startswith(("-I", "-D"))]
        jobs.append((path, [*argv, *flags], budget))
    for path, done in in_parallel(look_at, jobs, int(given["cpus"])):
        take(report, path, done)
    if report.not_meant and not report.looked_at and not report.unknown:
        report.print_notes()
        nothing(f"splint: none of {counted(len(paths), 'file')} could be read: Splint knows C90 and "
                "little of what came later")
    if not report.found and not report.unknown and not report.not_meant:
        say(f"splint: {counted(len(paths), 'file')} checked, no warnings")
    report.end()


main()
