"""Runs the same tests in the landlock tier, with a program that cannot use namespaces. They run as
an ordinary user in a copy of the files, because that user may not be able to read the build folder.
The last line counts: "P passed, F failed, S skipped"."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from without_namespaces import become_ordinary

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MODULES = ["artifacts_test", "cli_exec_test", "cli_run_test", "server_test", "archives_test", "landlock_tier_cases"]
COPIED = ["tests/e2e", "tests/examples_expectations.tsv", "tools", "examples", "src"]


def run_inside():
    """The tests, in the copy."""
    suite = unittest.TestLoader().loadTestsFromNames(MODULES)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=1).run(suite)
    for case, reason in result.skipped:
        print("SKIPPED", case.id(), reason)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    print(f"{result.testsRun - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not result.testsRun else 0


def main(binary):
    # Not below /tmp, because such paths are interpreted as the job's own.
    with tempfile.TemporaryDirectory(prefix="glovebox-e2e-", dir="/var/tmp") as name:
        place = pathlib.Path(name)
        place.chmod(0o755)
        for item in COPIED:
            target = place / "copy" / item
            target.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (ROOT / item).is_dir() else shutil.copy
            copy(ROOT / item, target)
        shutil.copy(binary, place / "glovebox-with-namespaces")
        program = place / "glovebox"
        inside = place / "copy" / "tests" / "e2e"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {inside}/without_namespaces.py '
                           f'{place}/glovebox-with-namespaces "$@"\n')
        program.chmod(0o755)
        (place / "tmp").mkdir()
        (place / "tmp").chmod(0o777)
        environment = {**os.environ, "GLOVEBOX_BINARY": str(program), "HOME": str(place / "tmp"),
                       "TMPDIR": str(place / "tmp")}
        return subprocess.run([sys.executable, str(inside / "landlock_tier.py"), "--inside"],
                              cwd=inside, env=environment, check=False,
                              preexec_fn=become_ordinary).returncode


if __name__ == "__main__":
    sys.exit(run_inside() if sys.argv[1:] == ["--inside"] else main(sys.argv[1]))
