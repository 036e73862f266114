"""Tools that run in images, in the hardened container: pulled inside it by its own user, and run
sealed with the namespaces profile; unavailable in the landlock tier."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

import compose
import containers
import engine

sys.path.insert(0, str(engine.ROOT / "tests/e2e"))
import image_forge  # noqa: E402

MANIFEST = """
id = "{id}"
name = "{id}"
description = "Runs in an image."
category = "Tests"
command = {command}
image = "probes"
inputs = ["*"]
timeout = "60s"
"""
WHERE = "/mnt/images-test"


def setUpModule():
    why = engine.why_not()
    if why:
        raise unittest.SkipTest(why)
    engine.prepare()


def static_probe(folder, name):
    """A program of this folder's probes that needs no library."""
    program = folder / name
    subprocess.run(["g++", "-static", "-O1", "-pthread", "-o", program,
                    containers.PROBES / f"{name}.cc"], check=True)
    return program.read_bytes()


class ImagesCase:
    FILES = ()

    @classmethod
    def setUpClass(cls):
        # Not below /tmp, which the container covers with its own.
        holder = tempfile.TemporaryDirectory(prefix="glovebox-images-", dir=engine.STATE)
        cls.addClassCleanup(holder.cleanup)
        folder = pathlib.Path(holder.name)
        folder.chmod(0o755)
        layout = image_forge.Layout(folder / "layout")
        cls.digest = layout.image(image_forge.say_layer(
            image_forge.entry("opt/tool/reach", static_probe(folder, "reach"), mode=0o755),
            image_forge.entry("su", b"su", mode=0o6755),
            image_forge.entry("closed", type=image_forge.tarfile.DIRTYPE, mode=0)),
            env=[f"PATH={image_forge.PATH}"])
        tools = folder / "tools"
        tools.mkdir()
        for id, command in (("say", '["say", "/etc/name", "?/usr/bin/env", "?/opt/tool/say", "/work/a.txt"]'),
                            ("reach", '["reach"]')):
            (tools / f"{id}.toml").write_text(MANIFEST.format(id=id, command=command))
        cls.container = containers.Container(
            compose.service(cls.FILES),
            [f"--volume={folder}:{WHERE}:ro",
             f"--env=GLOVEBOX_TOOLS_DIRS=/usr/local/share/glovebox/tools:{WHERE}/tools"])
        cls.addClassCleanup(cls.container.kill)
        cls.container.start()
        cls.pulled = cls.container.inside("glovebox", "image", "pull", f"oci:{WHERE}/layout:it",
                                          "--name", "probes")

    def tool(self, id):
        return self.container.call("GET", f"/api/tools/{id}")[1]


class ImagesTest(ImagesCase, unittest.TestCase):
    FILES = compose.NAMESPACES

    def setUp(self):
        containers.until(lambda: self.tool("say")["status"] == "available", self.tool("say"))

    def test_an_image_is_pulled_by_the_containers_own_user(self):
        self.assertEqual(self.pulled.returncode, 0, self.pulled.stderr)
        self.assertEqual(self.pulled.stdout.strip(), self.digest)
        root = f"/var/lib/glovebox/images/sha256/{self.digest[7:]}"
        told = self.container.inside("stat", "-c", "%u %a", root, f"{root}/su", f"{root}/closed")
        self.assertEqual(told.stdout.splitlines(), ["10001 755", "10001 755", "10001 755"])

    def test_a_tool_runs_in_it(self):
        job = self.container.execute("say", self.container.upload({"a.txt": "alpha\n"}))
        self.assertEqual(job["output"], ["the image", "/usr/bin/env absent",
                                         "/opt/tool/say there", "alpha"], job)
        self.assertEqual(job["image"]["digest"], self.digest)

    def test_a_job_in_an_image_reaches_neither_data_nor_network_nor_server(self):
        control = self.container.probe("reach")[1]
        job = self.container.execute("reach", self.container.upload({"a.txt": "alpha\n"}))
        self.assertEqual(job["status"], "completed", job)
        reached = containers.table("\n".join(job["output"]))
        for name in ("data-directory", "database", "write-beside-data", "server", "proc", "proc-1",
                     "proc-self", "user-namespace"):
            with self.subTest(name):
                self.assertEqual(control[name], "ok")
                self.assertNotEqual(reached[name], "ok")

    def test_jobs_of_the_image_and_of_the_container_take_turns(self):
        project = self.container.upload({"a.txt": "alpha\n", "main.cc": "int main() {}\n"})
        for _ in range(3):
            self.assertEqual(self.container.execute("say", project)["status"], "completed")
            self.assertEqual(self.container.execute("cpp-run", project)["status"], "completed")

    def test_doctor_says_what_is_there(self):
        told = self.container.inside("glovebox", "doctor").stdout
        self.assertIn("images: /var/lib/glovebox/images", told)
        self.assertRegex(told, r"skopeo \d")
        self.assertRegex(told, r"umoci \d")
        self.assertIn("signatures: NOT CHECKED", told)


class ImagesInTheLandlockTierTest(ImagesCase, unittest.TestCase):
    FILES = compose.AS_IS

    def test_such_a_tool_is_unavailable_and_says_why(self):
        self.assertEqual(self.pulled.returncode, 0, self.pulled.stderr)
        tool = self.tool("say")
        self.assertEqual(tool["status"], "unavailable", tool)
        self.assertIn("landlock", tool["statusReason"])
        status, refused = self.container.call("POST", "/api/execute", {
            "toolId": "say", "projectId": self.container.upload({"a.txt": "a\n"})})
        self.assertEqual(status, 409, refused)


if __name__ == "__main__":
    unittest.main()
