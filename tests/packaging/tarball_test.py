"""The tarball on a distribution that is newer than the one it was built on."""
import os
import pathlib
import subprocess
import unittest

import packages
import trees
from trees import Tree

SCRIPT = "#!/bin/sh\nfor name in $(ls *.txt); do\n  rm \"$name\"\ndone\n"


def setUpModule():
    if why := trees.why_not():
        raise unittest.SkipTest(why)


def make_tarball():
    out = trees.PLACE / "tarball"
    done = subprocess.run([str(trees.ROOT / "packaging/make-tarball"), str(out)], check=False, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          env=os.environ | {"GLOVEBOX_PACKAGES": str(packages.built())})
    if done.returncode != 0:
        raise AssertionError(f"packaging/make-tarball failed:\n{done.stderr[-4000:]}")
    return max(out.glob("*.tar.xz"), key=lambda file: file.stat().st_mtime)


class Debian13Test(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        tarball = make_tarball()
        cls.tree = Tree("trixie", "tarball")
        cls.addClassCleanup(cls.tree.close)
        subprocess.run(["tar", "-C", str(cls.tree.path / "opt"), "-xf", str(tarball)], check=True)
        folder, = (cls.tree.path / "opt").iterdir()
        cls.program = str(pathlib.Path("/opt") / folder.name / "bin/glovebox")

    def test_only_the_c_library_is_the_systems(self):
        listed = self.tree.run("ldd", self.program).stdout
        self.assertNotIn("not found", listed)
        system = {line.split()[0] for line in listed.splitlines() if "=> /usr/lib/" in line or "=> /lib/" in line}
        self.assertLessEqual(system, {"libc.so.6", "libm.so.6", "libresolv.so.2", "libpthread.so.0",
                                      "libdl.so.2", "librt.so.1"})

    def test_it_finds_its_tools(self):
        self.assertIn("shellcheck", self.tree.run(self.program, "tools").stdout)

    def test_it_runs_a_command_in_the_sandbox(self):
        done = self.tree.run(self.program, "exec", "--", "echo", "sealed")
        self.assertEqual(done.stdout, "sealed\n")

    def test_check_of_a_project_finds_its_mistake(self):
        self.tree.apt("update")
        self.tree.apt("install", "shellcheck", "python3")
        project = self.tree.path / "root/project"
        project.mkdir()
        (project / "clean-up.sh").write_text(SCRIPT)
        done = self.tree.run(self.program, "check", ".", cwd="/root/project", check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("SC2045", done.stdout)


if __name__ == "__main__":
    unittest.main()
