"""The tests of images once more as an ordinary user, in the namespaces tier."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import harness
import image_forge
from image_forge import needs_images
from ordinary_user import copy_tests, run_as_ordinary_user

MODULES = ["image_test", "image_tool_test", "image_broken_test"]
LONG_MODULES = ["image_layers_test", "image_hostile_test", "image_kill_test"]
PATIENCE = 1800


@needs_images
@unittest.skipUnless(os.geteuid() == 0, "these tests run as an ordinary user already")
class OrdinaryUserTest(unittest.TestCase):
    def run_module(self, module):
        with tempfile.TemporaryDirectory(prefix="glovebox-e2e-", dir="/var/tmp") as name:
            place = pathlib.Path(name)
            inside, environment = copy_tests(place, also=["VERSION"])
            shutil.copy(harness.BINARY, place / "glovebox")
            environment["GLOVEBOX_BINARY"] = str(place / "glovebox")
            if image_forge.REGISTRY:
                # It may be in the build folder, too.
                shutil.copy(image_forge.REGISTRY, place / "docker-registry")
                environment["PATH"] = f"{place}:{environment['PATH']}"
            done = run_as_ordinary_user(["-m", "unittest", module], inside, environment, text=True,
                                        stderr=subprocess.PIPE, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr[-6000:])
        ran = re.search(r"Ran (\d+) tests? in", done.stderr)
        self.assertGreater(int(ran.group(1)), 0)
        skipped = re.search(r"skipped=(\d+)", done.stderr)
        print(f"{module}: {ran.group(1)} as an ordinary user, skipped "
              f"{skipped.group(1) if skipped else 0}", flush=True)

    def test_as_an_ordinary_user(self):
        for module in MODULES:
            with self.subTest(module):
                self.run_module(module)

    @unittest.skipUnless(os.environ.get("GLOVEBOX_LONG"), "takes minutes; ./test --all runs it")
    def test_hostile_images_and_kills_as_an_ordinary_user(self):
        for module in LONG_MODULES:
            with self.subTest(module):
                self.run_module(module)


if __name__ == "__main__":
    unittest.main()
