"""C and C++ projects: what each file is compiled with, and which files are programs."""
import json
import shlex
import shutil
import tempfile

CMAKE_SECONDS = 20
MOST_INCLUDE_FOLDERS = 100
INCLUDE = re.compile(r'^[ \t]*#[ \t]*(?:include|import)[ \t]*["<]([^">\n]+)[">]', re.MULTILINE)
MISSING_HEADER = re.compile(r"(?:fatal )?error: '?(?P<name>[^'\n]+?)'?(?:: No such file or directory| "
                            r"file not found)")
TAKEN_OVER = ("-I", "-isystem", "-iquote", "-idirafter", "-D", "-U", "-include", "-imacros")


def is_cpp(path):
    return matches(path, CPP_SOURCES)


def source_text(path):
    try:
        with open(path, "rb") as file:
            return file.read(4 << 20).decode("utf-8", "replace")
    except OSError:
        return ""


def include_folders(paths):
    """The root, `include` folders, and each folder that an #include of the project needs."""
    headers = [path for path in walk() if matches(path, HEADERS) or path.endswith((".inc", ".def"))]
    by_name = {}
    for header in headers:
        by_name.setdefault(os.path.basename(header), []).append(header)
    folders = dict.fromkeys(["."])
    for header in headers:
        parts = header.split("/")[:-1]
        for depth, part in enumerate(parts):
            if part in ("include", "inc"):
                folders["/".join(parts[:depth + 1])] = None
    for path in [*paths, *headers]:
        for name in INCLUDE.findall(source_text(path)):
            name = os.path.normpath(name)
            candidates = [header for header in by_name.get(os.path.basename(name), ())
                          if header == name or header.endswith("/" + name)]
            if not candidates or os.path.join(os.path.dirname(path), name) in candidates:
                continue
            nearest = max(candidates, key=lambda header: len(os.path.commonprefix([header, path])))
            folders[nearest[:-len(name)].rstrip("/") or "."] = None
    return list(folders)[:MOST_INCLUDE_FOLDERS]


def words_of(entry):
    if isinstance(entry.get("arguments"), list):
        return [str(word) for word in entry["arguments"]]
    try:
        return shlex.split(str(entry.get("command", "")))
    except ValueError:
        return []


def taken_flags(words, folder, rebase):
    """Of a compiler's arguments those that say what a file means, with paths that hold here."""
    flags, at = [], 1
    while at < len(words):
        word = words[at]
        at += 1
        if word.startswith("-std="):
            flags.append(word)
            continue
        flag = next((one for one in TAKEN_OVER if word.startswith(one)), None)
        if flag is None:
            continue
        value = word[len(flag):]
        if not value and at < len(words):
            value = words[at]
            at += 1
        if flag not in ("-D", "-U"):
            value = rebase(value if os.path.isabs(value) else os.path.join(folder, value))
        flags += [flag + value] if flag in ("-I", "-D", "-U") else [flag, value]
    return flags


def read_database(path, strange=True):
    """{project's path: flags} of a compile_commands.json; its paths may be another machine's."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            entries = json.load(file)
    except (OSError, ValueError):
        return {}
    here, known, prefix = os.getcwd(), set(walk()), None

    def rebase(name):
        name = os.path.normpath(name)
        if strange and prefix and (name + "/").startswith(prefix):
            return os.path.normpath(os.path.join(here, name[len(prefix):]))
        return name

    database = {}
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict) or "file" not in entry:
            continue
        folder = str(entry.get("directory", here))
        name = os.path.normpath(os.path.join(folder, str(entry["file"])))
        if prefix is None:
            prefix = here + "/" if name.startswith(here + "/") else prefix_of(name, known)
        own = os.path.relpath(rebase(name), here)
        if own in known:
            database[own] = taken_flags(words_of(entry), folder, rebase)
    return database


def prefix_of(name, known):
    """What stands before the project's own path in that of another machine."""
    parts = name.split("/")
    for start in range(1, len(parts)):
        if "/".join(parts[start:]) in known:
            return "/".join(parts[:start]) + "/"
    return None


def run_cmake():
    """A compile database made by CMake, sealed; None where it does not succeed in time."""
    if not os.path.isfile("CMakeLists.txt") or shutil.which("cmake") is None:
        return None
    folder = tempfile.mkdtemp()
    done = run(["cmake", "-S", ".", "-B", folder, "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON",
                "-DCMAKE_BUILD_TYPE=Debug", "-DFETCHCONTENT_FULLY_DISCONNECTED=ON"],
               timeout=CMAKE_SECONDS)
    database = os.path.join(folder, "compile_commands.json")
    return database if done.code == 0 and os.path.isfile(database) else None


class Compilation:
    """What each file of the project is compiled with."""

    def __init__(self, paths):
        self.database = {}
        for name in ("compile_commands.json", "build/compile_commands.json"):
            if not self.database and os.path.isfile(name):
                self.database = read_database(name)
        if not self.database and (made := run_cmake()):
            self.database = read_database(made, strange=False)
        self.folders = include_folders(paths)

    def flags(self, path):
        """-I, -D and the like; -std only where the project says it."""
        here = [f"-I{os.path.dirname(path) or '.'}"]
        return self.database.get(path, here) + [f"-I{folder}" for folder in self.folders]

    def standard(self, path, default):
        own = [flag for flag in self.database.get(path, ()) if flag.startswith("-std=")]
        return [] if own else [f"-std={default}"]


COMMENTS = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
MAIN = re.compile(r"^(?:[A-Za-z_][\w:*& \t]*[\s*])?(?:w?main)[ \t]*\([^;{]*\)[^;{()]*\{", re.MULTILINE)


def has_main(path):
    text = source_text(path)
    return "main" in text and MAIN.search(COMMENTS.sub(" ", text)) is not None


def missing_header(text):
    found = MISSING_HEADER.search(text)
    return found["name"] if found else None
