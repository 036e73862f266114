"""A transpiler on each file by itself; what it makes lies in dist/, beside the names of the sources.

Arguments are NAME=VALUE until --, then the command for one file: {in}, {out} and {dir} in it are the
source, what is to be made and its folder.
"""
SETTINGS = {"cpus": "1", "tool": "", "what": "files", "files": "", "skip": "", "to": "",
            "place": "", "unknown": "", "seconds": "540"}


def main():
    split = sys.argv.index("--")
    given = dict(SETTINGS, **dict(argument.split("=", 1) for argument in sys.argv[1:split]))
    argv = sys.argv[split + 1:]
    paths = [path for path in files(*given["files"].split(","))
             if not (given["skip"] and re.search(given["skip"], path))]
    if not paths:
        nothing(f"{given['tool']}: no {given['what']} in this project")
    report, budget = Report(given["tool"]), Budget(float(given["seconds"]))
    here = os.getcwd() + "/"

    def make(path):
        out = os.path.join("dist", path.rsplit(".", 1)[0] + given["to"])
        os.makedirs(os.path.dirname(out), exist_ok=True)
        words = {"{in}": path, "{out}": out, "{dir}": os.path.dirname(out)}
        command = []
        for word in argv:
            for name, value in words.items():
                word = word.replace(name, value)
            command.append(word)
        return path, out, run(command, timeout=budget.left(60), merge=True)

    made = []
    for path, out, done in in_parallel(make, paths, int(given["cpus"])):
        text = done.out.replace(here, "")
        if done.code == 0 and os.path.isfile(out):
            made.append(out)
            report.looked_at += 1
        elif given["unknown"] and re.search(given["unknown"], text):
            report.not_for_it("left out: it needs what is not here", path)
            continue
        elif done.timed_out or done.crashed or "Traceback (most recent call last)" in text:
            report.cannot("took too long or crashed it", path)
            continue
        told = 0
        for line in text.splitlines():
            place = re.match(given["place"], line) if given["place"] else GNU_LINE.match(line)
            if place:
                parts = place.groupdict()
                column = f":{parts['column']}" if parts.get("column") else ""
                report.finding(f"{parts['path']}:{parts['line']}{column}: {parts['rest']}")
                told += 1
        if done.code != 0 and not told and not text.strip():
            report.cannot(f"ended with code {done.code} and without a word", path)
        elif done.code != 0 and not told:
            report.finding(f"{path}:1: error: " + " ".join(text.split())[:300])
    say(f"{given['tool']}: {counted(len(made), 'file')} into dist/")
    for out in made[:20]:
        say(f"  {out}")
    report.end()


main()
