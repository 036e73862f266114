"""Mono's C# compiler on the project's sources, by themselves."""
import tempfile

MOST_TRIES = 6
PLACE = re.compile(r"^(?P<path>[^(\n]+)\((?P<line>\d+),(?P<column>\d+)(?:[,-]\d+)*\): "
                   r"(?P<kind>error|warning) (?P<code>CS\d+): (?P<text>.*)$")
# Types, namespaces and attributes of assemblies that are not here.
ABSENT = {"CS0246", "CS0234", "CS0103", "CS0400", "CS0012", "CS1069", "CS0117", "CS1061", "CS0115",
          "CS0426", "CS0518", "CS0305", "CS0308", "CS0535", "CS0534", "CS0538", "CS0009", "CS0006"}
DOUBLE = {"CS0101", "CS0111", "CS0102", "CS0579", "CS0260", "CS0017", "CS0121", "CS0229", "CS0436"}


def compile_all(paths, argv, report):
    folder = tempfile.mkdtemp()
    listing = os.path.join(folder, "files")
    with open(listing, "w", encoding="utf-8") as file:
        file.writelines(f'"{path}"\n' for path in paths)
    done = run(["mcs", *argv, f"-out:{folder}/assembly", f"@{listing}"], merge=True, timeout=500)
    if done.timed_out:
        report.incomplete = True
    found = [place for place in map(PLACE.match, done.out.splitlines()) if place]
    if done.code not in (0, 1) or (done.code and not found):
        print(done.out.strip()[-2000:], file=sys.stderr)
        sys.exit(TOOL_FAILED)
    return found


def is_syntax(place):
    """Errors of the parser: the compiler looks no further then."""
    code = int(place["code"][2:])
    return place["kind"] == "error" and (1000 <= code <= 1059 or code in (
        1513, 1514, 1515, 1519, 1520, 1525, 1526, 1528, 1529, 1547, 1644, 1646, 8024, 8025, 8026)
        or 8000 <= code <= 8199)


def main():
    given = parameters({"on_warnings": "fail", "target": "library", "unsafe": ""})
    paths = files("*.cs")
    if not paths:
        nothing("mcs: no C# files in this project")
    argv = ["-warn:4", f"-target:{given['target']}"] + ([given["unsafe"]] if given["unsafe"] else [])
    report, found = Report("mcs"), []
    for _ in range(MOST_TRIES):
        found = compile_all(paths, argv, report)
        if "-unsafe" not in argv and any(place["code"] == "CS0227" for place in found):
            note("the project has unsafe blocks: compiled with -unsafe")
            argv.append("-unsafe")
            continue
        bad = {os.path.normpath(place["path"]) for place in found if is_syntax(place)}
        if not bad or not bad & set(paths):
            break
        for path in bad:
            report.cannot("in newer C# than this compiler knows, or not C#", path)
        paths = [path for path in paths if path not in bad]
        if not paths:
            break
    report.looked_at = len(paths)
    absent = sum(place["code"] in ABSENT and place["kind"] == "error" for place in found)
    several = sum(1 for path in walk() if path.endswith(".csproj")) > 1
    doubles = 0
    for place in found:
        if place["kind"] == "error" and absent and place["code"] in ABSENT and (
                {p["code"] for p in found} & {"CS0246", "CS0234", "CS0400", "CS0012"}):
            continue
        if is_syntax(place):
            continue
        if several and place["code"] in DOUBLE:
            doubles += 1
            continue
        text = (f"{os.path.normpath(place['path'])}:{place['line']}:{place['column']}: "
                f"{place['kind']}: {place['text']} [{place['code']}]")
        if place["kind"] == "warning" and given["on_warnings"] != "fail":
            say(text)
        else:
            report.finding(text)
    if absent:
        note(f"{counted(absent, 'error')} left out where types of other assemblies are not here")
    if doubles:
        note(f"{counted(doubles, 'error')} left out: the project has several assemblies")
    report.end()


main()
