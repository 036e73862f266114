#!/usr/bin/python3
"""50 images of which 3 are used: the disk that they take, and how long it takes to pull, list and
remove one, and to start a server beside them.

    GLOVEBOX_BINARY=build/dev/glovebox bench/images.py
"""
import os
import pathlib
import statistics
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/e2e"))

import harness  # noqa: E402
import image_forge  # noqa: E402
import image_tool_test  # noqa: E402

IMAGES = 50
USED = 3
FILES = 200  # in each image, of 16 KiB


def timed(function):
    begun = time.monotonic()
    function()
    return time.monotonic() - begun


class Images(image_tool_test.ImageToolCase):
    def disk(self):
        told = subprocess.run(["du", "-sk", self.images], capture_output=True, check=True).stdout
        return int(told.split()[0]) / 1024

    def start(self):
        """Seconds to the line that says where the server listens."""
        box = []
        seconds = timed(lambda: box.append(self.server()))
        return seconds, box[0]

    def runTest(self):
        self.images.mkdir()
        empty, server = self.start()
        server.stop()
        pulls = []
        for number in range(IMAGES):
            layout = self.layout(f"l{number}")
            layout.image(image_forge.say_layer(*[
                image_forge.entry(f"usr/lib/f{n}", os.urandom(16 << 10)) for n in range(FILES)]),
                env=[f"PATH={image_forge.PATH}"], packing="none")
            pulls.append(timed(lambda: self.pulled(layout.ref, name=f"image{number}")))
            subprocess.run(["rm", "-rf", layout.path], check=True)
        print(f"pull, {FILES} files of 16 KiB: first ten {statistics.median(pulls[:10]):.3f} s, "
              f"last ten {statistics.median(pulls[-10:]):.3f} s")
        print(f"disk: {self.disk():.1f} MiB for {IMAGES} images")
        print(f"list: {timed(self.listed):.3f} s")
        os.remove(self.tools / "say.toml")
        for number in range(USED):
            self.manifest(f"say{number}", f"image{number}")
        full, server = self.start()
        print(f"server to listening: {empty:.3f} s without images, {full:.3f} s with {IMAGES}")
        project = server.project()
        for number in range(USED):
            self.assertEqual(server.execute(f"say{number}", project).json["status"], "completed")
        removals = [timed(lambda: self.image("remove", f"image{number}"))
                    for number in range(USED, IMAGES)]
        print(f"remove: {statistics.median(removals):.3f} s; left: {self.disk():.1f} MiB for {USED}")
        for number in range(USED):
            self.assertEqual(server.execute(f"say{number}", project).json["status"], "completed")


if __name__ == "__main__":
    sys.exit(not unittest.TextTestRunner(verbosity=0).run(Images()).wasSuccessful())
