"""The recipes of deploy/toolboxes, each built, pulled and run with the manifests beside them."""
import json
import os
import re
import subprocess
import unittest

import harness
import image_forge
from image_forge import ImageCase, needs_images

FOLDER = harness.ROOT / "deploy" / "toolboxes"
# Fetching from a mirror, and the compilers' own size.
PATIENCE = 1800
long = unittest.skipUnless(os.environ.get("GLOVEBOX_LONG"),
                           "needs the network and minutes; ./test --all runs it")
SEEN = 'id = "seen"\nname = "Seen"\ndescription = "d"\ncategory = "Tests"\n'


@needs_images
class ToolboxRecipesTest(ImageCase):
    def build(self, recipe, *arguments, name):
        """Builds and pulls it."""
        out = self.folder.path / recipe
        made = subprocess.run([FOLDER / f"{recipe}.sh", out, *arguments], capture_output=True,
                              text=True, check=False, timeout=PATIENCE,
                              env=harness.clean_environment(TMPDIR=str(self.folder.path)))
        self.assertEqual(made.returncode, 0, made.stderr[-4000:])
        self.assertIn(f"glovebox image pull oci:{out}:latest --name {name}", made.stderr)
        pulled = self.image("pull", f"oci:{out}:latest", "--name", name, timeout=PATIENCE)
        self.assertEqual(pulled.returncode, 0, pulled.stderr.decode())
        return out

    def run_tool(self, tool, files, tools_dir=FOLDER / "tools"):
        project = self.folder.path / f"project-{tool}"
        for path, text in files.items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(text)
        done = harness.glovebox("run", tool, project, "--json", "--tools-dir", tools_dir,
                                "--images-dir", self.images)
        execution = json.loads(done.stdout)
        self.assertEqual(execution["status"], "completed", execution)
        return execution

    def versions(self, *tools):
        """What their programs in the image print, as a server has asked them."""
        server = harness.Server(self, tools_dirs=[FOLDER / "tools"], images_dir=self.images)
        version = lambda tool: server.get(f"/api/tools/{tool}").json["version"]
        for tool in tools:
            server.until(lambda: version(tool), f"the version of {tool}")
        return [version(tool) for tool in tools]

    def test_a_static_program_and_nothing_else(self):
        program = self.folder.write("say", image_forge.say_program())
        program.chmod(0o755)
        self.build("static-tool", program, name="static-tool")
        tools = self.folder.write("tools/seen.toml", SEEN + (
            'inputs = ["*"]\nimage = "static-tool"\n'
            'command = ["say", "a.txt", "?/bin/sh", "?/usr/bin/say"]\n')).parent
        ran = self.run_tool("seen", {"a.txt": "alpha\n"}, tools)
        self.assertEqual(ran["output"], ["alpha", "/bin/sh absent", "/usr/bin/say there"])

    def test_a_program_that_needs_a_loader_is_refused(self):
        out = self.folder.path / "out"
        made = subprocess.run([FOLDER / "static-tool.sh", out, "/bin/sh"], capture_output=True,
                              text=True, check=False, env=harness.clean_environment())
        self.assertEqual(made.returncode, 1, made.stderr)
        self.assertIn("is not static", made.stderr)
        self.assertFalse(out.exists())

    @long
    def test_clang_tools(self):
        self.build("clang-tools", name="clang-tools")
        code = ("#include <string>\n#include <utility>\nint main() {\n  std::string s = \"a\";\n"
                "  std::string t = std::move(s);\n  return int(s.size());\n}\n")
        ran = self.run_tool("clang-tidy-current", {"a.cc": code, "b.c": "int main(void) { return 0; }\n"})
        self.assertEqual((ran["exitCode"], ran["verdict"]), (1, "findings"), ran)
        self.assertRegex("\n".join(ran["output"]), r"a\.cc:6:\d+: .*bugprone-use-after-move")
        clean = self.run_tool("clang-tidy-current", {"a.cc": "int main() { return 0; }\n"})
        self.assertEqual((clean["exitCode"], clean["verdict"]), (0, "clean"), clean)
        [printed] = self.versions("clang-tidy-current")
        newest = int(re.search(r"version (\d+)", printed).group(1))
        self.assertGreaterEqual(newest, 16, "Debian 12's own is 14")

    @long
    def test_node_tools(self):
        self.build("node-tools", name="node-tools")
        ran = self.run_tool("eslint-current", {"a.js": "const a = 1;\nconst a = 2;\n"})
        self.assertEqual(ran["exitCode"], 1, ran)
        self.assertIn("Identifier 'a' has already been declared", "\n".join(ran["output"]))
        ran = self.run_tool("prettier-current", {"b.js": "const  a=1\n", "c.js": "const a = 1;\n"})
        self.assertEqual((ran["exitCode"], ran["output"]), (1, ["b.js"]))
        ran = self.run_tool("tsc-current", {
            "tsconfig.json": '{"compilerOptions": {"strict": true}, "files": ["d.ts"]}',
            "d.ts": "const n: number = 'text';\nexport { n };\n"})
        self.assertNotEqual(ran["exitCode"], 0)
        self.assertIn("d.ts(1,7): error TS2322", "\n".join(ran["output"]))
        for version in self.versions("eslint-current", "prettier-current", "tsc-current"):
            self.assertRegex(version, r"\d+\.\d+")


if __name__ == "__main__":
    unittest.main()
