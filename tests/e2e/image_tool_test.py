"""Tools that run in an image: locally, over HTTP, and what happens to them when images change."""
import json
import os
import unittest

import harness
import image_forge
from image_forge import ImageCase, entry, needs_images, say_layer

MANIFEST = """
id = "{id}"
name = "Say"
description = "Prints what is in its image."
category = "Tests"
status = "available"
command = ["say", "{{what}}", "{{then}}"]
version = ["say", "--version"]
image = "{image}"
inputs = ["*"]
timeout = "60s"
parameters = [{{name = "what", title = "w", description = "d", type = "string", default = "/etc/name"}},
              {{name = "then", title = "t", description = "d", type = "string"}}]
[environment]
FROM_MANIFEST = "yes"
OVER = "manifest"
"""


@needs_images
class ImageToolCase(ImageCase):
    def setUp(self):
        super().setUp()
        self.tools = self.folder.path / "tools"
        self.tools.mkdir()
        self.manifest("say", "tools")

    def manifest(self, id, image):
        (self.tools / f"{id}.toml").write_text(MANIFEST.format(id=id, image=image))

    def pull_say(self, *more, name="tools", layout="layout"):
        made = self.layout(layout)
        made.image(say_layer(*more), env=[f"PATH={image_forge.PATH}", "FROM_IMAGE=yes",
                                          "OVER=image", "HOME=/root", "no-value"])
        self.pulled(made.ref, name=name)
        return made

    def run_say(self, *parameters, tool="say"):
        project = self.folder.write("project/a.txt", "of the project\n").parent
        flags = [flag for text in parameters for flag in ("--param", text)]
        return harness.glovebox("run", tool, project, "--tools-dir", self.tools, "--images-dir",
                                self.images, "--json", *flags)

    def server(self, **settings):
        return harness.Server(self, tools_dirs=[self.tools], images_dir=self.images,
                              hourly_per_client=0, **settings)


class LocalImageTest(ImageToolCase):
    def test_a_tool_runs_in_its_image(self):
        made = self.pull_say(entry("usr/share/mark", b"mark\n"))
        done = self.run_say("what=/etc/name", "then=/work/a.txt")
        told = json.loads(done.stdout)
        self.assertEqual(told["output"], ["the image", "of the project"], done.stderr.decode())
        self.assertEqual(told["image"]["ref"], made.ref)
        self.assertRegex(told["image"]["digest"], "^sha256:[0-9a-f]{64}$")
        self.assertEqual(self.listed()[0]["digest"], told["image"]["digest"])
        self.assertIsNotNone(self.listed()[0]["lastUsedAt"])
        absent = json.loads(self.run_say("what=?/usr/bin/env", "then=?/usr/share/mark").stdout)
        self.assertEqual(absent["output"], ["/usr/bin/env absent", "/usr/share/mark there"])

    def test_the_environment_of_the_image_is_below_that_of_the_manifest(self):
        self.pull_say()
        output = lambda *p: json.loads(self.run_say(*p).stdout)["output"]
        self.assertEqual(output("what=$FROM_IMAGE", "then=$FROM_MANIFEST"),
                         ["FROM_IMAGE=yes", "FROM_MANIFEST=yes"])
        self.assertEqual(output("what=$OVER", "then=$PATH"),
                         ["OVER=manifest", f"PATH={image_forge.PATH}"])
        self.assertEqual(output("what=$HOME", "then=$TMPDIR"), ["HOME=/tmp", "TMPDIR=/tmp"])

    def test_without_its_image_it_is_unavailable_and_says_why(self):
        done = self.run_say()
        self.assertEqual(done.returncode, 125)
        self.assertIn("glovebox image pull docker://… --name tools", done.stdout.decode())
        self.manifest("say", "Bad Name")
        checked = harness.glovebox("tools", "--check", self.tools)
        self.assertIn("image", checked.stdout.decode())
        self.assertEqual(checked.returncode, 1)

    def test_without_its_program_it_is_unavailable(self):
        made = self.layout()
        made.image(image_forge.tar(entry("bin/other", b"x", mode=0o755)))
        self.pulled(made.ref)
        said = harness.glovebox("tools", "--tools-dir", self.tools, "--images-dir",
                                self.images).stdout.decode()
        self.assertIn('program "say" not found in the image "tools"', said)


class ServedImageTest(ImageToolCase):
    def test_executions_name_the_image(self):
        self.pull_say()
        server = self.server()
        project = server.project()
        ran = server.execute("say", project).json
        self.assertEqual(ran["output"], ["the image"])
        digest = self.listed()[0]["digest"]
        self.assertEqual(ran["image"]["digest"], digest)
        again = server.get(f"/api/jobs/{ran['jobId']}").json
        self.assertEqual(again["image"], ran["image"])
        tool = server.get("/api/tools/say").json
        self.assertEqual((tool["image"]["name"], tool["image"]["digest"]), ("tools", digest))
        server.until(lambda: server.get("/api/tools/say").json["version"] == "say 1.0 of the image",
                     "the version that the image's program prints")
        server.stop()
        server.start()
        self.assertEqual(server.get(f"/api/jobs/{ran['jobId']}").json["image"], ran["image"])

    def test_an_image_comes_moves_and_goes_while_the_server_runs(self):
        server = self.server()
        project = server.project()
        self.assertEqual(server.get("/api/tools/say").json["status"], "unavailable")
        refused = server.execute("say", project)
        self.assertEqual(refused.status, 409)
        self.assertIn("is not on this machine", refused.error["message"])
        self.pull_say()
        server.until(lambda: server.get("/api/tools/say").json["status"] == "available", "the image")
        running = harness.in_background(server.execute, "say", project,
                                        parameters={"what": "sleep:8"})
        server.until(lambda: server.queue()["running"] == 1, "the job runs")
        first = self.listed()[0]["digest"]
        self.pull_say(entry("etc/new", b"new\n"), layout="second")
        second = self.listed()[0]["digest"]
        self.assertNotEqual(first, second)
        self.assertTrue((self.images / "sha256" / first[7:]).exists(), "a job still has it")
        server.until(lambda: server.get("/api/tools/say").json["image"]["digest"] == second, "moved")
        other = server.execute("say", project, parameters={"what": "/etc/new"}).json
        self.assertEqual(other["output"], ["new"])
        self.assertEqual(other["image"]["digest"], second)
        ended = running.join().json
        self.assertEqual((ended["status"], ended["image"]["digest"]), ("completed", first))
        refused = self.image("remove", "tools", "--tools-dir", self.tools)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("needed by say", refused.stderr.decode())
        removed = self.image("remove", "tools", "--force", "--tools-dir", self.tools)
        self.assertEqual(removed.returncode, 0, removed.stderr)
        self.assert_nothing_is_left()
        server.until(lambda: server.get("/api/tools/say").json["status"] == "unavailable", "gone")

    def test_removal_while_jobs_run_waits_for_them(self):
        self.pull_say()
        server = self.server()
        project = server.project()
        running = harness.in_background(server.execute, "say", project,
                                        parameters={"what": "sleep:5"})
        server.until(lambda: server.queue()["running"] == 1, "the job runs")
        os.remove(self.tools / "say.toml")
        refused = self.image("remove", "tools")
        self.assertIn("in use", refused.stderr.decode())
        forced = harness.in_background(self.image, "remove", "tools", "--force")
        self.assertEqual(running.join().json["status"], "completed")
        self.assertEqual(forced.join().returncode, 0)
        self.assert_nothing_is_left()

    def test_tools_of_several_images_take_turns(self):
        self.pull_say()
        self.manifest("say2", "tools2")
        made = self.layout("two")
        made.image(image_forge.tar(
            entry("opt/tool/say", image_forge.say_program(), mode=0o755),
            entry("etc/name", b"the second\n")), env=[f"PATH={image_forge.PATH}"])
        self.pulled(made.ref, name="tools2")
        server = self.server(concurrency=1)
        project = server.project()
        for _ in range(5):
            self.assertEqual(server.execute("say", project).json["output"], ["the image"])
            self.assertEqual(server.execute("say2", project).json["output"], ["the second"])


if __name__ == "__main__":
    unittest.main()
