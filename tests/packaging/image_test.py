"""The container image from the Debian package: its size, and a run in the strictest container."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import packages
import trees
from trees import ROOT

sys.path.insert(0, str(ROOT / "tests" / "container"))
import engine  # pylint: disable=wrong-import-position

MOST_BYTES = 150 * 1000 * 1000
# What the images debian:*-slim leave out of a tree from debootstrap.
NOT_SLIM = ("usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale", "var/cache/apt",
            "var/lib/apt/lists", "usr/share/lintian", "usr/share/groff")
IMAGE = "localhost/glovebox-slim"


def setUpModule():
    if why := trees.why_not() or engine.why_not():
        raise unittest.SkipTest(why)
    engine.STATE = trees.PLACE / "podman"


def import_slim_base():
    if engine.call("image", "exists", engine.BASE_IMAGE, check=False).returncode == 0:
        return
    left_out = [f"--exclude=./{path}/*" for path in NOT_SLIM]
    with subprocess.Popen(["tar", "-C", str(trees.base_tree("bookworm")), *left_out, "-c", "."],
                          stdout=subprocess.PIPE) as archive:
        engine.call("import", "--change", 'CMD ["bash"]', "-", engine.BASE_IMAGE, stdin=archive.stdout)


def build_image():
    """From a context that has only what Dockerfile.package needs."""
    with tempfile.TemporaryDirectory(prefix="glovebox-image-") as folder:
        context = pathlib.Path(folder)
        (context / "build/deb").mkdir(parents=True)
        shutil.copy(packages.package("glovebox"), context / "build/deb")
        shutil.copytree(ROOT / "packaging", context / "packaging")
        engine.call("build", "--isolation", "chroot", "--network", "host", "--format", "docker", "-f",
                    ROOT / "deploy/docker/Dockerfile.package", "--target", "slim", "-t", IMAGE, context)


class SlimImageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        engine.STATE.mkdir(parents=True, exist_ok=True)
        import_slim_base()
        build_image()

    def test_it_is_smaller_than_150_megabytes(self):
        size = int(engine.call("image", "inspect", "--format", "{{.Size}}", IMAGE).stdout)
        print(f"the image without tools: {size / 1e6:.0f} MB", flush=True)
        self.assertLess(size, MOST_BYTES)

    def run_in_container(self, *command):
        return engine.call("run", "--rm", "--network=none", "--read-only", "--cap-drop=ALL",
                           "--security-opt=no-new-privileges", "--tmpfs=/tmp:exec",
                           "--tmpfs=/var/lib/glovebox:exec", *engine.ulimit_flags(), IMAGE,
                           *command).stdout

    def test_a_command_runs_sealed(self):
        self.assertEqual(self.run_in_container("exec", "--", "echo", "sealed"), "sealed\n")

    def test_it_finds_its_tools_and_has_no_set_uid_program(self):
        self.assertIn("shellcheck", self.run_in_container("tools"))
        mounted = engine.call("image", "mount", IMAGE).stdout.strip()
        self.addCleanup(engine.call, "image", "umount", IMAGE)
        found = [path for path in pathlib.Path(mounted).rglob("*")
                 if path.is_file() and not path.is_symlink() and path.stat().st_mode & 0o6000]
        self.assertEqual(found, [])
        self.assertTrue((pathlib.Path(mounted) / "usr/share/glovebox/doc/index.html").exists())


if __name__ == "__main__":
    unittest.main()
