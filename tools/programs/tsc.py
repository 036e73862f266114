"""The TypeScript compiler's checks, without those that depend on packages that are not here."""
import json
import tempfile

SOURCES = ("*.ts", "*.tsx", "*.mts", "*.cts")
MOST_PROJECTS = 30
PLACE = re.compile(r"^(?P<path>[^(\n]+)\((?P<line>\d+),(?P<column>\d+)\): (?P<kind>error|warning) "
                   r"(?P<code>TS\d+): (?P<text>.*)$")
GLOBAL = re.compile(r"^error (?P<code>TS\d+): (?P<text>.*)$")
# Modules, types and libraries of others, and options of a newer TypeScript.
MISSING = {"TS2307", "TS7016", "TS2688", "TS2580", "TS2582", "TS2584", "TS2591", "TS2593", "TS2875",
           "TS2792", "TS6053", "TS5083", "TS5023", "TS5024", "TS6046", "TS5095", "TS2503", "TS2318",
           "TS2732", "TS6231", "TS2305", "TS2306", "TS2614", "TS2792", "TS7026", "TS2694"}
# What follows from a type that is not there.
FOLLOWING = {"TS7006", "TS7031", "TS7005", "TS7034", "TS2339", "TS2304", "TS2552", "TS18046",
             "TS2571", "TS7053", "TS2345", "TS2322", "TS2347", "TS7008", "TS7019", "TS2416",
             "TS4112", "TS4113", "TS2515", "TS2556", "TS2349", "TS2769", "TS7030", "TS2488",
             "TS2698", "TS2314", "TS2604", "TS2786", "TS2741", "TS2353", "TS2709", "TS2507", "TS2351"}


def loose_json(path):
    """tsconfig.json may have comments and commas at the end."""
    text = source_of(path)
    text = re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', lambda m: m[1] or "", text, flags=re.S)
    try:
        return json.loads(re.sub(r",(\s*[}\]])", r"\1", text))
    except ValueError:
        return {}


def source_of(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(1 << 20)
    except OSError:
        return ""


def configs():
    """tsconfig.json at the root, with those that it refers to; else every one in the project."""
    if not os.path.isfile("tsconfig.json"):
        return [path for path in walk() if os.path.basename(path) == "tsconfig.json"][:MOST_PROJECTS]
    found = ["tsconfig.json"]
    config = loose_json("tsconfig.json")
    references = config.get("references") if isinstance(config, dict) else None
    if references and config.get("files") == [] and "include" not in config:
        found = []
        for reference in references[:MOST_PROJECTS]:
            path = os.path.normpath(str(reference.get("path", "")))
            if os.path.isdir(path):
                path = os.path.join(path, "tsconfig.json")
            if os.path.isfile(path) and not path.startswith(".."):
                found.append(path)
    return found or ["tsconfig.json"]


def own_config(path):
    """A configuration that takes the project's, without the types of packages that are not here."""
    folder = tempfile.mkdtemp()
    file = os.path.join(folder, "tsconfig.json")
    own = loose_json(path)
    options = {"noEmit": True, "composite": False, "incremental": False, "types": [],
               "typeRoots": [], "skipLibCheck": True, "tsBuildInfoFile": None}
    config = {"extends": os.path.abspath(path), "compilerOptions": options, "references": []}
    if not isinstance(own, dict) or ("include" not in own and "files" not in own
                                     and "extends" not in own):
        config["include"] = [os.path.abspath(os.path.dirname(path) or ".") + "/**/*"]
    with open(file, "w", encoding="utf-8") as out:
        json.dump(config, out)
    return file


IMPORT = re.compile(r"""(?:from|import|require\()\s*["'](\.[^"']*)["']""")


def reached_by(paths, sources):
    """Those and what imports them, directly or not: their types may not be there either."""
    importers = {}
    for source in sources:
        for name in IMPORT.findall(source_of(source)):
            target = os.path.normpath(os.path.join(os.path.dirname(source), name))
            target = re.sub(r"\.[mc]?jsx?$", "", target)
            importers.setdefault(target, set()).add(source)
    reached, waiting = set(paths), list(paths)
    while waiting:
        stem = re.sub(r"\.[mc]?tsx?$", "", waiting.pop())
        for name in (stem, stem.removesuffix("/index")):
            new = importers.get(name, set()) - reached
            reached |= new
            waiting += new
    return reached


# Of TypeScript 4.9 and later, which the compiler of Debian 12 takes for mistakes.
NEWER = re.compile(r"<\s*(?:in |out )?const\s+[A-Za-z_]|[,<]\s*const\s+[A-Z]\w*\s+extends|\bsatisfies\s+[A-Za-z{]|"
                   r"^\s*(?:static\s+)?accessor\s+\w|^\s*(?:await\s+)?using\s+\w+\s*=|"
                   r"export type \*", re.MULTILINE)
SYNTAX = re.compile(r"TS1\d{3}$|TS8\d{3}$")


def default_config(sources, given):
    """For a project without a configuration of its own."""
    options = {"noEmit": True, "target": given["target"], "moduleResolution": "node", "types": [],
               "typeRoots": [], "skipLibCheck": True, "strict": bool(given["strict"])}
    file = os.path.join(tempfile.mkdtemp(), "tsconfig.json")
    with open(file, "w", encoding="utf-8") as out:
        json.dump({"compilerOptions": options, "files": list(map(os.path.abspath, sources))}, out)
    return file


def check(argv, report):
    """Runs tsc; returns its findings in the gnu style with their codes, and the loose errors."""
    done = run(["tsc", "--noEmit", "--pretty", "false", *argv], timeout=540)
    found, loose, current = [], [], None
    for line in done.out.splitlines():
        place, general = PLACE.match(line), GLOBAL.match(line)
        if place:
            path = os.path.relpath(place["path"])
            current = [path, place["code"],
                       f"{path}:{place['line']}:{place['column']}: {place['kind']}: "
                       f"{place['text']} [{place['code']}]"]
            found.append(current)
        elif general:
            current = None
            loose.append((general["code"], general["text"]))
        elif current and line.startswith(" "):
            current[2] += "\n" + line
    if done.timed_out:
        report.incomplete = True
        note("out of time before tsc ended")
    elif done.code not in (0, 1, 2) or (done.code and not found and not loose):
        give_up(done)
    return found, loose


def main():
    given = parameters({"target": "es2020", "strict": ""})
    sources = [path for path in files(*SOURCES)]
    if not sources:
        nothing("tsc: no TypeScript files in this project", 4)
    report = Report("tsc")
    report.looked_at = len(sources)
    projects = configs()
    if projects:
        runs = [["-p", own_config(path)] for path in projects]
    else:
        runs = [["-p", default_config(sources, given)]]
    missing, following, is_newer = set(), 0, {}
    for argv in runs:
        found, loose = check(argv, report)
        for path in {path for path, code, _ in found if SYNTAX.match(code)}:
            if NEWER.search(source_of(path)):
                is_newer[path] = True
                report.cannot("in newer TypeScript than this compiler knows", path)
        unsure = reached_by({path for path, code, _ in found if code in MISSING or path in is_newer},
                            sources)
        for code, text in loose:
            if code in MISSING or code in ("TS18003",):
                missing.add(text)
            else:
                report.finding(f"tsconfig.json:1:1: error: {text} [{code}]")
        for path, code, text in found:
            if path.startswith("..") or path in is_newer:
                continue
            if code in MISSING:
                missing.add(text.split(": error: ", 1)[-1])
            elif code in FOLLOWING and path in unsure:
                following += 1
            else:
                report.finding(text)
    if missing:
        note(f"{counted(len(missing), 'module or type', 'modules and types')} of others not here, "
             f"{counted(following, 'error')} that may follow from it left out: "
             f"{listed(sorted(missing), 2)}")
    report.end(found_code=2)


main()
