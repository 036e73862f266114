"""Clippy on the crates of the project, without cargo: crates from elsewhere are not to be had."""
import tempfile
import tomllib

ABSENT = re.compile(r"^error\[(?:E0432|E0433|E0463|E0583|E0658|E0554|E0464)\]|can't find crate")
PLACE = re.compile(r"^\s*--> (?P<path>[^:\n]+):(?P<line>\d+):(?P<column>\d+)$")


class Crate:
    def __init__(self, folder, manifest):
        self.folder = folder
        package = manifest.get("package", {})
        self.name = str(package.get("name", "project"))
        edition = package.get("edition", None)
        self.edition = edition if isinstance(edition, str) else None
        library = manifest.get("lib", {})
        self.lib_name = str(library.get("name", self.name)).replace("-", "_")
        self.macro = bool(library.get("proc-macro"))
        self.lib = self.at(str(library.get("path", "src/lib.rs")))
        self.mains = self.programs(manifest)
        self.needs, self.paths = [], []
        for name, what in {**manifest.get("dependencies", {}),
                           **manifest.get("build-dependencies", {})}.items():
            if isinstance(what, dict) and "path" in what:
                self.paths.append(os.path.normpath(os.path.join(folder, str(what["path"]))))
            elif not (isinstance(what, dict) and what.get("optional")):
                self.needs.append(name)
        features = manifest.get("features", {})
        self.features = [name for name in features.get("default", []) if name in features]

    def programs(self, manifest):
        named = [str(one["path"]) for one in manifest.get("bin", []) if "path" in one]
        folder = os.path.join(self.folder, "src/bin")
        more = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        named += ["src/main.rs", *(f"src/bin/{name}" for name in more if name.endswith(".rs"))]
        return [path for path in dict.fromkeys(map(self.at, named)) if path]

    def at(self, name):
        path = os.path.normpath(os.path.join(self.folder, name))
        return path if os.path.isfile(path) else None


def crates():
    found = []
    for path in walk():
        if os.path.basename(path) != "Cargo.toml":
            continue
        try:
            with open(path, "rb") as file:
                manifest = tomllib.load(file)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            continue
        if "package" in manifest:
            found.append(Crate(os.path.dirname(path) or ".", manifest))
    return found


def diagnostics(text):
    for block in re.split(r"\n\n+", text.strip()):
        lines = block.splitlines()
        if not lines or not re.match(r"(?:warning|error)", lines[0]):
            continue
        yield lines


def take(report, text):
    """Findings begin with their place, in the gnu style; returns whether something was absent."""
    found = list(diagnostics(text))
    absent = any(ABSENT.search(lines[0]) for lines in found)
    for lines in found:
        # Where a name is not there, what else does not fit may follow from that.
        if absent and lines[0].startswith("error"):
            continue
        place = next((found for found in map(PLACE.match, lines) if found), None)
        if place and not os.path.isabs(place["path"]):
            head = f"{os.path.normpath(place['path'])}:{place['line']}:{place['column']}: {lines[0]}"
            report.finding("\n".join([head, *lines[1:]]))
    return absent


def lint(report, options, crate, scratch, built):
    """A crate's library and program; what it needs of the project is built before."""
    common = [f"--edition={crate.edition or options['edition']}", f"-Wclippy::{options['group']}",
              "--emit=metadata", f"--out-dir={scratch}", "-L", scratch, "--color=never"]
    common += [word for name in crate.features for word in ("--cfg", f'feature="{name}"')]
    for path in crate.paths:
        if path in built:
            common += ["--extern", f"{built[path]}={scratch}/lib{built[path]}.rmeta"]
    absent, sources = False, []
    if crate.lib:
        kind = "proc-macro" if crate.macro else "lib"
        sources.append((crate.lib, [f"--crate-type={kind}", f"--crate-name={crate.lib_name}"]))
    for number, path in enumerate(crate.mains):
        name = f"{crate.name.replace('-', '_')}_bin{number}"
        sources.append((path, ["--crate-type=bin", f"--crate-name={name}"]))
    for source, more in sources:
        if source != crate.lib and crate.lib:
            more += ["--extern", f"{crate.lib_name}={scratch}/lib{crate.lib_name}.rmeta"]
        done = run(["clippy-driver", *common, *more, source], timeout=300)
        missing = take(report, done.err)
        absent = absent or missing
        if done.timed_out or (done.crashed and not missing):
            report.cannot("took too long or crashed Clippy", source)
        report.looked_at += not missing
        if source == crate.lib and done.code == 0:
            built[crate.folder] = crate.lib_name
    return absent


def single_files(report, options, scratch):
    sources = [path for path in files("*.rs") if "/" not in path] or files("*.rs")[:200]
    for source in sources:
        done = run(["clippy-driver", f"--edition={options['edition']}",
                    f"-Wclippy::{options['group']}", "--emit=metadata", f"--out-dir={scratch}",
                    "--color=never", "--crate-type=lib", "--crate-name=project", source], timeout=300)
        if take(report, done.err):
            report.cannot("need crates that are not here", source)
        else:
            report.looked_at += 1


def in_order(found):
    """Those that others of the project need come first."""
    known, ordered, on_the_way = {crate.folder: crate for crate in found}, [], set()

    def add(crate):
        if crate in ordered or crate.folder in on_the_way:
            return
        on_the_way.add(crate.folder)
        for path in crate.paths:
            if path in known:
                add(known[path])
        ordered.append(crate)

    for crate in found:
        add(crate)
    return ordered


def main():
    options = parameters({"edition": "2021", "group": "all"})
    if not files("*.rs"):
        nothing("clippy: no Rust files in this project")
    scratch = tempfile.mkdtemp()
    probe = run(["clippy-driver", "--crate-type=lib", "--emit=metadata", "-o", scratch + "/nothing",
                 "-"])
    if probe.code != 0:
        print("clippy: Rust's standard library is missing; it comes with the package rustc",
              file=sys.stderr)
        sys.exit(TOOL_FAILED)
    report, found, needs, built = Report("clippy"), in_order(crates()), set(), {}
    if found:
        for crate in found:
            if lint(report, options, crate, scratch, built):
                needs.update(crate.needs)
                report.cannot("(crates) need what is not here", crate.name)
    elif any(os.path.isfile(path) for path in ("src/lib.rs", "src/main.rs")):
        lint(report, options, Crate(".", {}), scratch, built)
    else:
        single_files(report, options, scratch)
    if not report.looked_at and not report.found and not report.unknown:
        nothing("clippy: no crate of this project has its sources here")
    if report.unknown and not report.looked_at and not report.found:
        nothing("clippy: nothing could be looked at: it needs crates that are not here"
                + (f" ({listed(sorted(needs), 5)})" if needs else ""))
    report.end()


main()
