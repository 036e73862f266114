"""50 images of which 3 are used: disk, restart, removal."""
import os
import subprocess
import unittest

import image_forge
from image_forge import needs_images
from image_tool_test import ImageToolCase

IMAGES, USED = 50, 3
SIZE = 200 << 10  # of what only one of them has
MOST = SIZE + (1 << 20)  # with the program, and what folders and records take


@needs_images
class ManyImagesTest(ImageToolCase):
    def disk(self):
        told = subprocess.run(["du", "-sk", self.images], capture_output=True, check=True).stdout
        return int(told.split()[0]) << 10

    def pull_all(self):
        program = image_forge.tar(
            image_forge.entry("opt/tool/say", image_forge.say_program(), mode=0o755))
        for number in range(IMAGES):
            layout = self.layout(f"l{number}")
            layout.image(program, image_forge.tar(
                image_forge.entry("etc/name", f"image {number}\n".encode()),
                image_forge.entry("own", os.urandom(SIZE))),
                env=[f"PATH={image_forge.PATH}"], packing="none")
            self.pulled(layout.ref, name=f"image{number}")

    def used_run(self, server):
        project = server.project()
        digests = []
        for number in range(USED):
            ran = server.execute(f"say{number}", project).json
            self.assertEqual(ran["output"], [f"image {number}"])
            digests.append(ran["image"]["digest"])
        return digests

    def test_three_of_fifty_are_used(self):
        self.pull_all()
        os.remove(self.tools / "say.toml")
        for number in range(USED):
            self.manifest(f"say{number}", f"image{number}")
        self.assertEqual(len(self.listed()), IMAGES)
        self.assert_nothing_is_left(roots=IMAGES)
        whole = self.disk()
        self.assertLess(whole, IMAGES * MOST)
        server = self.server()
        digests = self.used_run(server)
        server.stop()
        server.start()
        self.assertEqual(self.used_run(server), digests, "after a restart")
        used = [image["name"] for image in self.listed() if image["lastUsedAt"]]
        self.assertEqual(used, [f"image{number}" for number in range(USED)])
        for number in range(IMAGES):
            flags = ["--tools-dir", self.tools]
            done = self.image("remove", f"image{number}", *flags)
            self.assertEqual(done.returncode, 1 if number < USED else 0, done.stderr)
        self.assert_nothing_is_left(roots=USED)
        self.assertLess(self.disk(), whole * (USED + 1) / IMAGES)
        self.assertEqual(self.used_run(server), digests, "beside the removed ones")
        self.assertEqual(server.stop(), 0)
        server.start()
        self.assertEqual(self.used_run(server), digests, "after another restart")


if __name__ == "__main__":
    unittest.main()
