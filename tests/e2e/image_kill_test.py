"""kill -9 at any moment of a pull: the next command leaves nothing of it, and loses nothing."""
import os
import random
import subprocess
import time
import unittest

import harness
import image_forge
from image_forge import ImageCase, entry, needs_images, say_layer

TIMES = int(os.environ.get("GLOVEBOX_IMAGE_KILLS", "25"))


@needs_images
class ImageKillTest(ImageCase):
    def test_a_pull_killed_at_any_moment(self):
        kept = self.layout("kept")
        kept.image(say_layer())
        root = self.pulled(kept.ref, name="kept")
        layout = self.layout()
        layout.image(*[say_layer(entry(f"f{n}", os.urandom(1 << 20)), entry(f"m{n}", b"", mode=0))
                       for n in range(6)])
        begun = time.monotonic()
        self.pulled(layout.ref, name="measured")
        whole = time.monotonic() - begun
        self.assertEqual(self.image("remove", "measured").returncode, 0)
        seed = random.randrange(1 << 32)
        chosen = random.Random(seed)
        done = 0
        for _ in range(TIMES):
            process = subprocess.Popen(
                [harness.BINARY, "image", "pull", layout.ref, "--name", "new", "--images-dir",
                 self.images], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=harness.clean_environment())
            time.sleep(chosen.random() * whole * 1.1)
            process.kill()
            process.wait()
            names = [image["name"] for image in self.listed()]
            self.assertIn(names, (["kept"], ["kept", "new"]), seed)
            done += len(names) - 1
            self.assert_nothing_is_left(roots=len(names))
            self.assertEqual((root / "etc/name").read_text(), "the image\n")
            if "new" in names:
                new = next(i for i in self.listed() if i["name"] == "new")
                self.assertEqual((self.images / "sha256" / new["digest"][7:] / "f5").stat().st_size,
                                 1 << 20)
                self.assertEqual(self.image("remove", "new").returncode, 0)
        self.assertLess(done, TIMES, "no pull was killed")
        self.pulled(layout.ref, name="new")

    def test_an_interrupted_pull_tidies_up_itself(self):
        layout = self.layout()
        layout.image(say_layer(entry("large", os.urandom(64 << 20))))
        process = subprocess.Popen(
            [harness.BINARY, "image", "pull", layout.ref, "--name", "new", "--images-dir",
             self.images], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env=harness.clean_environment())
        while not list(self.images.glob("tmp/*/layout")):
            time.sleep(0.01)
        process.terminate()
        message = process.communicate()[1].decode()
        self.assertEqual(process.returncode, 1)
        self.assertIn("interrupted", message)
        self.assert_nothing_is_left()


if __name__ == "__main__":
    unittest.main()
