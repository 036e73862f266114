"""The files to check: the project's own sources, as listed by git."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE_DIRS = ("apps", "src", "testing", "tests", "fuzz", "bench")
CODE_SUFFIXES = (".h", ".cc", ".c")


def tracked_files():
    """Paths relative to the root: committed files and new ones that git does not ignore."""
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"],
        cwd=ROOT, check=False, capture_output=True,
    )
    if listing.returncode == 0:
        names = [name.decode() for name in listing.stdout.split(b"\0") if name]
    else:  # an unpacked archive of the sources
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")
                 if path.relative_to(ROOT).parts[0] not in ("build", "data", ".git")]
    return sorted({pathlib.PurePosixPath(name) for name in names if (ROOT / name).is_file()})


def code_files():
    return [path for path in tracked_files()
            if path.parts[0] in CODE_DIRS and path.suffix in CODE_SUFFIXES]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def read_head(path, size=64):
    with open(ROOT / path, "rb") as file:
        return file.read(size).decode("utf-8", "replace")
