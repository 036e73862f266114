"""A project that nobody here wrote, for tests of what tools find in it.

Packed as a forge's "Download ZIP" does it: everything in one top folder. It is made from an upstream
archive where there is one (the variable GLOVEBOX_REAL_PROJECT, else one that `./test field` has
fetched), else from sources that are installed on every machine that runs these tests: modules of
Python's standard library, headers and shell scripts. No network is needed.

    python3 real_project.py FILE.zip        writes it, and prints what it is
"""
import os
import pathlib
import sys
import sysconfig
import tarfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIELD = ROOT / "build" / "field" / "downloads"
MOST_BYTES = 20 << 20
MODULES = ("email", "json", "html", "http", "logging", "unittest", "xml", "wsgiref", "concurrent")
SCRIPTS = ("ldd", "gzexe", "zgrep", "zdiff", "xzgrep", "bzgrep", "which", "savelog")


def upstream():
    """An archive with C sources, scripts and text, or None."""
    given = os.environ.get("GLOVEBOX_REAL_PROJECT")
    if given:
        return pathlib.Path(given)
    return next(iter(sorted(FIELD.rglob("cjson_*.orig.tar.gz"))), None)


def files_of_archive(path):
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and ".." not in member.name.split("/"):
                yield member.name, archive.extractfile(member).read()


def installed_files():
    """Sources of other people on this machine, by their name in the project."""
    library = pathlib.Path(sysconfig.get_paths()["stdlib"])
    for module in MODULES:
        for path in sorted((library / module).rglob("*.py")):
            yield f"python/{path.relative_to(library)}", path.read_bytes()
    headers = pathlib.Path("/usr/include/linux")
    for path in sorted(headers.glob("*.h"))[:80] if headers.is_dir() else ():
        yield f"include/linux/{path.name}", path.read_bytes()
    for name in SCRIPTS:
        path = pathlib.Path("/usr/bin") / name
        if path.is_file() and path.read_bytes()[:2] == b"#!":
            yield f"scripts/{name}.sh", path.read_bytes()


def write(target):
    """Writes the zip; returns what it is."""
    archive = upstream()
    if archive:
        name, files = archive.name, files_of_archive(archive)
    else:
        name, files = "installed sources", ((f"project-main/{path}", text)
                                            for path, text in installed_files())
    total = count = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for path, text in files:
            total += len(text)
            if total > MOST_BYTES:
                break
            count += 1
            out.writestr(path, text)
    return f"{name}, {count} files"


if __name__ == "__main__":
    print(write(sys.argv[1]))
