"""codespell on texts: not on binaries, generated files and other languages."""
FOUND = 65
SKIPPED = ("*.po", "*.pot", "*.svg", "*.lock", "package-lock.json", "*.map", "*.pdf", "*.min.*",
           "*.ipynb", "*.gz", "*.zip", "*.png", "*.jpg", "*.ico", "*.woff*", "*.ttf", "*.pem")
A_RUN = 400


def main():
    given = parameters({"cpus": "1", "ignore": "", "write": ""})
    paths = [path for path in walk() if not matches(path, SKIPPED)]
    if not paths:
        nothing("codespell: no texts in this project")
    argv = ["codespell", "--disable-colors", "--quiet-level=3"]
    argv += [f"--ignore-words-list={given['ignore']}"] if given["ignore"] else []
    argv += [given["write"]] if given["write"] else []
    report = Report("codespell")

    def look_at(batch):
        return run([*argv, *["./" + path.removeprefix("./") for path in batch]], timeout=300)

    for done in in_parallel(look_at, spread(paths, int(given["cpus"]), A_RUN), int(given["cpus"])):
        if done.code not in (0, FOUND):
            print(done.err.strip(), file=sys.stderr)
            sys.exit(TOOL_FAILED)
        report.found += done.code == FOUND
        if done.out:
            say(done.out.rstrip("\n"))
        fixed = [line for line in done.err.splitlines() if line.startswith("FIXED:")]
        if fixed:
            say("\n".join(fixed))
    report.end(found_code=FOUND)


main()
