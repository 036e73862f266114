"""ESLint with the project's own configuration where it can be loaded, else its recommended rules."""
import json

SCRIPTS = ("*.js", "*.mjs", "*.cjs")
OWN = (".eslintrc", ".eslintrc.js", ".eslintrc.cjs", ".eslintrc.json", ".eslintrc.yml",
       ".eslintrc.yaml")
A_RUN = 100
RECOMMENDED = ["--no-eslintrc", "--config", "/usr/share/nodejs/eslint/conf/eslint-recommended.js",
               "--env", "es2020,node,browser", "--parser-options", "ecmaVersion:2020"]


def has_own():
    if any(os.path.exists(name) for name in OWN):
        return True
    try:
        with open("package.json", encoding="utf-8") as file:
            return "eslintConfig" in json.load(file)
    except (OSError, ValueError, TypeError):
        return False


MODULE = re.compile(rb"^[ \t]*(?:import\b[\s{*\"']|export\b[\s{*])", re.MULTILINE)


def is_module(path):
    if path.endswith((".mjs", ".cjs")):
        return path.endswith(".mjs")
    with open(path, "rb") as file:
        return MODULE.search(file.read(1 << 20)) is not None


def look_at(job):
    paths, argv = job
    return paths, run([*argv, *paths], timeout=300)


def is_newer_syntax(path):
    """Whether Node.js parses what this ESLint, which knows ES2020, does not."""
    kind = "module" if is_module(path) else "commonjs"
    with open(path, "rb") as file:
        return run(["node", f"--input-type={kind}", "--check", "-"], stdin=file,
                   timeout=20).code == 0


def runs_of(paths, cpus, given, own):
    """(files, options): modules and scripts apart, where the project does not say which is which."""
    if own:
        groups = [(paths, [])]
    else:
        modules = [path for path in paths if is_module(path)]
        scripts = [path for path in paths if path not in set(modules)]
        groups = [(modules, [*RECOMMENDED, "--parser-options", "sourceType:module"]),
                  (scripts, RECOMMENDED)]
    most = A_RUN if given["format"] == "unix" else len(paths)
    for group, options in groups:
        for batch in spread(group, cpus if most == A_RUN else 1, most) if group else []:
            yield batch, options


def print_findings(report, text):
    """The lines of the formats with one line a finding; the others as they are."""
    here = os.getcwd() + "/"
    for line in text.splitlines():
        line = line.replace(here, "", 1)
        place = GNU_LINE.match(line)
        if place and "Parsing error" in line and is_newer_syntax(place["path"]):
            report.cannot("in newer JavaScript than this ESLint knows", place["path"])
        elif place and re.search(r": Definition for rule '.*' was not found", line):
            report.cannot("whose configuration has rules that are not here", place["path"])
        elif place and "File ignored" not in line:
            report.finding(line)


def main():
    given = parameters({"cpus": "1", "format": "unix", "max_warnings": "0"})
    paths = [path for path in files(*SCRIPTS)]
    if not paths:
        nothing("eslint: no JavaScript files in this project")
    cpus = int(given["cpus"])
    base = ["eslint", "--no-color", f"--format={given['format']}",
            f"--max-warnings={given['max_warnings']}"]
    own = has_own()
    if own and (failed := run([*base, operand(paths[0])], timeout=120)).code == 2:
        reason = (failed.out + failed.err).strip().splitlines() or ["it cannot be loaded"]
        note(f"the project's own configuration is left out: {reason[-1] if own else ''}".rstrip())
        own = False
    report = Report("eslint")
    jobs = [(batch, [*base, *options]) for batch, options in runs_of(paths, cpus, given, own)]
    for done_paths, done in in_parallel(look_at, jobs, cpus):
        if done.code not in (0, 1) or (done.code == 1 and not done.out.strip()):
            print((done.out + done.err).strip()[-2000:], file=sys.stderr)
            for path in done_paths:
                report.cannot("not looked at: ESLint failed", path)
            report.incomplete = True
            continue
        report.looked_at += len(done_paths)
        if given["format"] == "unix":
            print_findings(report, done.out)
        else:
            report.found += done.code
            say(done.out.rstrip("\n"))
    report.end()


main()
