"""A linter that takes files: in runs beside each other, file by file where a run fails.

Arguments are NAME=VALUE until --, then the linter's command; its files are put behind it.
  tool      its name in messages                   what     "Python files"
  files     globs of names, with commas            scripts  interpreters, with commas
  strict    "yes": files by name whose first line names another interpreter are left out
  found     its exit codes that mean findings      each     files in one run at most
  fine      codes besides 0 that mean none
  keep      a pattern; only lines with it are shown, and count as findings
  drop      a pattern of lines that are not shown  place    a pattern with path, line, column and
            rest, rewritten in the gnu style
"""
CODES = {"cpus": "1", "tool": "", "what": "files", "files": "", "scripts": "", "strict": "", "found": "1", "fine": "0",
         "each": "50", "keep": "", "drop": "", "place": "", "seconds": "540"}


def shown(text, given, here):
    """The lines that are printed, and how many of them are findings."""
    lines, found = [], 0
    for line in text.splitlines():
        if given["drop"] and re.search(given["drop"], line):
            continue
        if given["keep"] and not re.search(given["keep"], line):
            continue
        place = re.match(given["place"], line) if given["place"] else None
        if place:
            parts = place.groupdict()
            column = f":{parts['column']}" if parts.get("column") else ""
            line = f"{parts['path']}:{parts['line']}{column}: {parts['rest']}"
        line = line.replace(here, "")
        line = line.removeprefix("./")
        found += GNU_LINE.match(line) is not None
        lines.append(line)
    return lines, found


def main():
    split = sys.argv.index("--")
    given = dict(CODES, **dict(argument.split("=", 1) for argument in sys.argv[1:split]))
    argv = sys.argv[split + 1:]
    patterns = tuple(filter(None, given["files"].split(",")))
    scripts = tuple(filter(None, given["scripts"].split(",")))
    paths = with_scripts(patterns, scripts) if scripts else files(*patterns)
    if given["strict"]:
        paths = [path for path in paths if interpreter(path) in ("", *scripts)]
    if not paths:
        nothing(f"{given['tool']}: no {given['what']} in this project")
    cpus, budget = int(given["cpus"]), Budget(float(given["seconds"]))
    found_codes = set(map(int, given["found"].split(",")))
    fine_codes = set(map(int, given["fine"].split(","))) | {0}
    report, here = Report(given["tool"]), os.getcwd() + "/"
    last_words = []  # of the first run that failed

    def look_at(batch):
        if budget.spent():
            return batch, None
        return batch, run([*argv, *batch], timeout=max(1, budget.left()))

    waiting = spread(paths, cpus, int(given["each"]))
    while waiting:
        again = []
        for batch, done in in_parallel(look_at, waiting, cpus):
            if done is None or done.timed_out:
                report.incomplete = True
                for path in batch:
                    report.cannot("not looked at, for want of time", path)
                continue
            lines, found = shown(done.out + done.err, given, here)
            # A crash often has the code of findings: Python's and Ruby's is 1.
            failed = (done.code not in found_codes | fine_codes
                      or (done.code in found_codes and not found))
            if failed and len(batch) > 1:
                again += [[path] for path in batch]
                continue
            if failed:
                report.cannot(f"that {given['tool']} cannot take", batch[0])
                if not last_words:
                    last_words.extend((done.out + done.err).strip().splitlines()[-1:])
                continue
            report.looked_at += len(batch)
            if lines:
                say("\n".join(lines))
            report.found += found
        waiting = again
    if last_words:
        note(f"{given['tool']} said: {last_words[0][:300]}")
    report.end()


main()
