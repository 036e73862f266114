"""esbuild file by file, without those that do not parse, or as one bundle; into dist/."""
SOURCES = ("*.ts", "*.tsx", "*.jsx", "*.mts", "*.cts")
ENTRIES = [folder + name for folder in ("src/", "") for name in
           ("index.ts", "main.ts", "index.tsx", "main.tsx", "index.mts")]
MOST_TRIES = 5
NEWER = re.compile(r"[<,]\s*const\s+[A-Z]\w*|^\s*(?:await\s+)?using\s+\w+\s*=", re.MULTILINE)
ERROR = re.compile(r"^[^\w\n]*\[(?P<kind>ERROR|WARNING)\] (?P<text>.*)$")
PLACE = re.compile(r"^    (?P<path>[^\s:][^:\n]*):(?P<line>\d+):(?P<column>\d+):$")
UNRESOLVED = re.compile(r"Could not resolve \"(?P<name>[^\".][^\"]*)\"")


def messages(text):
    """(path, line in the gnu style, unresolved package) of each error and warning."""
    kind = said = None
    for line in text.splitlines():
        if found := ERROR.match(line):
            kind, said = found["kind"].lower(), found["text"]
        elif kind and (place := PLACE.match(line)):
            package = UNRESOLVED.search(said)
            yield (place["path"], f"{place['path']}:{place['line']}:{int(place['column']) + 1}: "
                   f"{kind}: {said}", package["name"] if package else None)
            kind = None


def transpile(argv, paths, report):
    """Leaves out what does not parse and tries again, so that the rest is there."""
    for _ in range(MOST_TRIES):
        if not paths:
            return
        done = run([*argv, "--outdir=dist", "--outbase=.", *map(operand, paths)], timeout=500)
        bad = set()
        for path, text, _package in messages(done.err):
            bad.add(os.path.normpath(path))
            with open(path, "rb") as file:
                newer = NEWER.search(text_of(file.read(1 << 20))) if ": error: " in text else None
            if newer:
                report.cannot("in newer TypeScript than this esbuild knows", path)
            else:
                report.finding(text)
        if done.code == 0:
            report.looked_at = len(paths)
            say(f"esbuild: {counted(len(paths), 'file')} into dist/")
            for path in paths[:20]:
                stem = path.rsplit(".", 1)[0]
                say(f"  dist/{stem}.js")
            return
        left = [path for path in paths if path not in bad]
        if len(left) == len(paths):
            print(done.err.strip()[-2000:], file=sys.stderr)
            sys.exit(TOOL_FAILED)
        paths = left


def bundle(argv, report):
    entry = next((path for path in ENTRIES if os.path.isfile(path)), None)
    if entry is None:
        nothing("esbuild: a bundle starts from index.ts(x) or main.ts(x), in src/ or at the top: "
                "none is there")
    done = run([*argv, "--bundle", "--packages=external", "--outdir=dist", operand(entry)],
               timeout=500)
    for _path, text, package in messages(done.err):
        if package is None:
            report.finding(text)
    if done.code == 0:
        say(f"esbuild: {entry} into dist/{os.path.basename(entry).rsplit('.', 1)[0]}.js")
    elif not report.found:
        print(done.err.strip()[-2000:], file=sys.stderr)
        sys.exit(TOOL_FAILED)


def main():
    given = parameters({"mode": "files", "format": "esm", "target": "esnext", "minify": "",
                        "sourcemap": ""})
    paths = [path for path in files(*SOURCES) if not re.search(r"\.d\.[mc]?ts$", path)]
    if not paths:
        nothing("esbuild: no .ts, .tsx or .jsx files in this project")
    argv = ["esbuild", "--log-level=warning", "--log-limit=0", "--color=false",
            f"--format={given['format']}", f"--target={given['target']}"]
    argv += [given[name] for name in ("minify", "sourcemap") if given[name]]
    report = Report("esbuild")
    if given["mode"] == "bundle":
        bundle(argv, report)
    else:
        transpile(argv, paths, report)
    report.end()


main()
