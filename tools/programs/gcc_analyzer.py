"""gcc -fanalyzer on each C source by itself."""
FILE_SECONDS = 90
ERROR = re.compile(r": (?:fatal )?error: ")


def look_at(job):
    path, flags, budget = job
    if budget.spent():
        return path, None
    return path, run(["gcc", *flags, "-S", "-o", "/dev/null", operand(path)],
                     timeout=budget.left(FILE_SECONDS))


def diagnostics(text):
    """Each with its code and its path of events; "In file included from" goes before its own."""
    block, lead = [], []
    for line in text.splitlines():
        place = GNU_LINE.match(line)
        starts = place and re.match(r"(?:warning|(?:fatal )?error):", place["rest"])
        introduces = re.match(r"(?:In file included from |                 from |.*: In (?:member )?"
                              r"function |.*: At top level:|cc1: )", line)
        if introduces and not starts:
            lead.append(line)
        elif starts:
            if block:
                yield block
            block, lead = [line], []
        elif block:
            block.append(line)
    if block:
        yield block


def take(report, path, done):
    if done is None or done.timed_out:
        report.cannot("took too long" if done else "not looked at, for want of time", path)
        report.incomplete = True
        return
    if done.crashed or "internal compiler error" in done.err:
        report.cannot("crashed the compiler", path)
        return
    header = missing_header(done.err)
    told = list(diagnostics(done.err))
    if done.code and not told:
        report.cannot("crashed the compiler", path)
        return
    report.looked_at += 1
    for block in told:
        if ERROR.search(block[0]) or header:
            report.cannot(f"not understood: {header} is not there" if header
                          else "does not compile here", path)
        elif not block[0].startswith("/"):
            report.finding("\n".join(block))


def main():
    given = parameters({"cpus": "1", "standard": "gnu17", "warnings": "", "seconds": "540"})
    paths = files(*C_SOURCES)
    if not paths:
        nothing("gcc-analyzer: no C source files in this project")
    budget = Budget(float(given["seconds"]))
    compilation = Compilation(paths)
    fixed = ["-fanalyzer", "-fdiagnostics-color=never"]
    if given["warnings"]:
        fixed.append("-Wall")
    jobs = [(path, fixed + compilation.standard(path, given["standard"]) + compilation.flags(path),
             budget) for path in paths]
    report = Report("gcc-analyzer")
    for path, done in in_parallel(look_at, jobs, int(given["cpus"])):
        take(report, path, done)
    report.end()


main()
