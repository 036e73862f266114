"""javac -Xlint on the project's sources, by themselves: what depends on other libraries is told
apart from what is wrong."""
import tempfile

PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)
PLACE = re.compile(r"^(?P<path>[^:\n]+\.java):(?P<line>\d+): (?P<rest>.*)$")
ABSENT = re.compile(r"error: (?:package [\w.]+ does not exist|cannot find symbol|cannot access |"
                    r"module not found|static import only from|package [\w.]+ is not visible|"
                    r"symbol not found|class file for .* not found)")
FOLLOWING = re.compile(r"error: (?:method does not override|incompatible types|.* is not abstract|"
                       r".* cannot be (?:converted|applied|inferred)|no suitable |bad operand|"
                       r"unreported exception|incomparable types|reference to |.* is not public)")


def package_of(path):
    with open(path, "rb") as file:
        found = PACKAGE.search(text_of(file.read(1 << 20)))
    return found[1] if found else ""


def by_root(paths):
    """{source folder: files}, so that each class is compiled once."""
    roots = {}
    for path in paths:
        folder, package = os.path.dirname(path), package_of(path).replace(".", "/")
        root = folder
        if package and (folder == package or folder.endswith("/" + package)):
            root = folder[:-len(package)].rstrip("/")
        roots.setdefault(root or ".", []).append(path)
    return roots


def groups(paths):
    """All at once where no class is there twice, else root by root."""
    roots = by_root(paths)
    classes = [os.path.relpath(path, root) for root, own in roots.items() for path in own]
    if len(set(classes)) == len(classes):
        return [(paths, sorted(roots))]
    return [(own, sorted(roots)) for _root, own in sorted(roots.items())]


def diagnostics(text):
    block = []
    for line in text.splitlines():
        if PLACE.match(line):
            if block:
                yield block
            block = [line]
        elif re.match(r"(?:\d+ (?:error|warning)s?$|Note: |warning: |error: )", line):
            if block:
                yield block
            block = []
        elif block:
            block.append(line)
    if block:
        yield block


def take(report, found, foreign):
    absent = {PLACE.match(block[0])["path"] for block in found if ABSENT.search(block[0])}
    for block in found:
        place = PLACE.match(block[0])
        path = os.path.normpath(place["path"])
        text = "\n".join([path + block[0][len(place["path"]):], *block[1:]])
        if ABSENT.search(block[0]):
            foreign[0] += 1
        elif absent and FOLLOWING.search(block[0]) and ("override" not in block[0]
                                                       or place["path"] in absent):
            foreign[0] += 1
        elif not path.startswith(".."):
            report.finding(text)


def main():
    given = parameters({"lint": "all", "release": "", "fail_on_warnings": ""})
    paths = [path for path in files("*.java")
             if os.path.basename(path) not in ("module-info.java", "package-info.java")]
    if not paths:
        nothing("javac: no Java files in this project", 5)
    argv = ["javac", "-J-Xmx640m", "-J-Xss4m", "-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1",
            "-J-XX:-UsePerfData", "-J-XX:CompressedClassSpaceSize=64m", "-XDshould-stop.ifError=FLOW",
            "-proc:none", "-Xmaxerrs", "20000", "-Xmaxwarns", "20000", "-encoding", "UTF-8",
            "-implicit:none", f"-Xlint:{given['lint']},-options"]
    argv += [f"--release={given['release']}"] if given["release"] else []
    report, foreign, budget = Report("javac"), [0], Budget(540)
    for own, roots in groups(paths):
        if budget.spent():
            report.incomplete = True
            break
        folder = tempfile.mkdtemp()
        listing = os.path.join(folder, "files")
        with open(listing, "w", encoding="utf-8") as file:
            file.writelines('"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"\n'
                            for path in own)
        done = run([*argv, "-d", folder, "-sourcepath", ":".join(roots), f"@{listing}"],
                   timeout=max(1, budget.left()))
        if done.timed_out:
            report.incomplete = True
        told = list(diagnostics(done.out + done.err))
        if not done.timed_out and (done.code not in (0, 1) or (done.code and not told)):
            give_up(done)
        report.looked_at += len(own)
        take(report, told, foreign)
    if foreign[0]:
        note(f"{counted(foreign[0], 'error')} left out: classes of other libraries are not here")
    report.end()


main()
