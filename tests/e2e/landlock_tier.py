"""Runs the same tests in the landlock tier, as an ordinary user with a program that cannot use
namespaces. The last line counts: "P passed, F failed, S skipped"."""
import pathlib
import shutil
import sys
import tempfile
import unittest

from ordinary_user import copy_tests, run_as_ordinary_user

MODULES = ["artifacts_test", "cli_exec_test", "cli_run_test", "server_test", "archives_test", "landlock_tier_cases"]


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
        inside, environment = copy_tests(place)
        shutil.copy(binary, place / "glovebox-with-namespaces")
        program = place / "glovebox"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {inside}/without_namespaces.py '
                           f'{place}/glovebox-with-namespaces "$@"\n')
        program.chmod(0o755)
        environment["GLOVEBOX_BINARY"] = str(program)
        return run_as_ordinary_user([inside / "landlock_tier.py", "--inside"], inside,
                                    environment).returncode


if __name__ == "__main__":
    sys.exit(run_inside() if sys.argv[1:] == ["--inside"] else main(sys.argv[1]))
