"""Runs tests of this folder as an ordinary user, in a copy of the files, because that user may not
be able to read the build folder."""
import os
import pathlib
import shutil
import subprocess
import sys

from without_namespaces import become_ordinary

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
COPIED = ["tests/e2e", "tests/examples_expectations.tsv", "tools", "examples", "src"]


def copy_tests(place, also=()):
    """Copies the tests and what they read to `place`, which the user can read; the folder of the
    tests there, and the environment for them, without GLOVEBOX_BINARY."""
    place.chmod(0o755)
    for item in [*COPIED, *also]:
        target = place / "copy" / item
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / item).is_dir() else shutil.copy
        copy(ROOT / item, target)
    (place / "tmp").mkdir()
    (place / "tmp").chmod(0o777)
    return place / "copy" / "tests" / "e2e", {**os.environ, "HOME": str(place / "tmp"),
                                               "TMPDIR": str(place / "tmp")}


def run_as_ordinary_user(arguments, inside, environment, **options):
    """Python with these arguments in the copy."""
    return subprocess.run([sys.executable, *arguments], cwd=inside, env=environment, check=False,
                          preexec_fn=become_ordinary, **options)
