"""go vet on every package whose imports are here."""
import tempfile

FOUND = 2


ABSENT = re.compile(r"could not import|no required module|cannot find (?:module|package)|"
                    r"is not in GOROOT|missing go.sum|module lookup disabled|import lookup disabled")


def module_path():
    """The path that the project's own tests import it by, where it has no go.mod."""
    sources = [path for path in files("*.go") if "/" not in path]
    names, imports = set(), set()
    for path in sources:
        with open(path, "rb") as file:
            text = text_of(file.read(1 << 20))
        if clause := re.search(r"^package (\w+)", text, re.M):
            names.add(clause[1])
        if clause and clause[1].endswith("_test"):
            imports.update(re.findall(r'^\s*(?:\w+ |\. |_ )?"([\w.-]+\.[\w./-]+)"', text, re.M))
    own = [path for path in imports if path.rsplit("/", 1)[-1] in names]
    return own[0] if len(own) == 1 else "project"


def packages(folder, environment):
    """Import paths that can be checked, and what the others lack."""
    form = ("{{.ImportPath}}\t{{if .Error}}{{.Error.Err}}{{end}}\t"
            "{{range .DepsErrors}}{{.Err}};{{end}}")
    done = run(["go", "list", "-e", "-test=false", "-deps=false", "-f", form, "./..."], cwd=folder,
               env=environment, timeout=120)
    good, lacking = [], {}
    for line in done.out.splitlines():
        name, own, others = (line.split("\t") + ["", ""])[:3]
        if own or others:
            lacking[name] = (own or others).split(";")[0]
        elif name:
            good.append(name)
    if done.code != 0 and not good and not lacking:
        if not re.search(r"^go: |\.go:\d+:", done.err, re.M):
            give_up(done)
        lacking["./..."] = (done.err.strip().splitlines() or ["go list failed"])[0]
    return good, lacking


def vet(module, report, environment):
    folder = module
    if module == "." and not os.path.isfile("go.mod"):
        folder = tempfile.mkdtemp() + "/project"
        run(["cp", "-R", ".", folder])
        run(["go", "mod", "init", module_path()], cwd=folder, env=environment)
    good, lacking = packages(folder, environment)
    report.looked_at += len(good)
    for name, why in lacking.items():
        report.cannot("(packages) lack an import that is not here" if ABSENT.search(why) else "(packages) cannot be loaded", name)
    if not good:
        return
    done = run(["go", "vet", *good], cwd=folder, env=environment, timeout=500)
    if done.timed_out:
        report.incomplete = True
        return
    for line in (done.out + done.err).splitlines():
        line = line.removeprefix("vet: ")
        place = GNU_LINE.match(line)
        if place is None:
            continue
        path = os.path.normpath(os.path.join(module, place["path"]))
        if ABSENT.search(line):
            report.cannot("lack an import that is not here", path)
        elif not path.startswith(".."):
            report.finding(path + line[len(place["path"]):])


def main():
    if not files("*.go"):
        nothing("go-vet: no Go files in this project")
    modules = [os.path.dirname(path) or "." for path in walk() if os.path.basename(path) == "go.mod"]
    environment = dict(os.environ, GOFLAGS="-mod=vendor" if os.path.isdir("vendor")
                       and os.path.isfile("vendor/modules.txt") else "-mod=mod")
    report = Report("go-vet")
    for module in modules or ["."]:
        vet(module, report, environment)
    if report.unknown and not report.looked_at and not report.found:
        report.print_notes()
        nothing("go-vet: every package of this project imports a module that is not here")
    report.end(found_code=FOUND)


main()
