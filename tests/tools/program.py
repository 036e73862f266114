"""A tool's command from its manifest, run outside the sandbox on a project that the test creates."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import tomllib
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools"


def manifest(tool):
    with open(TOOLS / f"{tool}.toml", "rb") as file:
        return tomllib.load(file)


def with_files(element):
    return re.sub(r"\{file:([^}]+)\}", lambda m: (TOOLS / m[1]).read_text(), element)


def argv_of(declared, given):
    """As the registry expands it: an element that names an unset parameter is dropped."""
    values = {"cpus": 2}
    for parameter in declared.get("parameters", []):
        value = given.get(parameter["name"], parameter.get("default"))
        if parameter["type"] == "boolean" and "flag" in parameter:
            value = parameter["flag"] if value else None
        values[parameter["name"]] = value
    argv = []
    for element in declared["command"]:
        if "{file:" in element:
            argv.append(with_files(element))
            continue
        names = re.findall(r"(?<!\{)\{(\w+)\}", element)
        if any(values[name] is None for name in names):
            continue
        for name in names:
            element = element.replace("{" + name + "}", str(values[name]))
        argv.append(element.replace("{{", "{").replace("}}", "}"))
    return argv


class Ended:
    def __init__(self, declared, done):
        self.code = done.returncode
        self.text = (done.stdout + done.stderr).decode(errors="replace")
        codes = declared["exit_codes"]
        self.verdict = next((name for name in ("clean", "findings", "nothing")
                             if self.code in codes.get(name, [0] if name == "clean" else [])),
                            "error")


class ToolCase(unittest.TestCase):
    """Tests of one tool; they are skipped where its program is not installed."""
    tool = ""

    def setUp(self):
        self.declared = manifest(self.tool)
        program = self.declared["version"][0]
        if shutil.which(program, path="/usr/local/bin:/usr/bin:/bin") is None:
            self.skipTest(f"{program} is not installed")

    def run_on(self, files, first_path="", **given):
        """`first_path`: a folder of programs that hide those of the machine."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="glovebox-tools-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        project, scratch = folder / "work", folder / "tmp"
        scratch.mkdir()
        project.mkdir()
        for name, content in files.items():
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path = "/usr/local/bin:/usr/bin:/bin"
        environment = {"PATH": f"{first_path}:{path}" if first_path else path, "HOME": str(scratch),
                       "TMPDIR": str(scratch), "LANG": "C.UTF-8",
                       **self.declared.get("environment", {})}
        done = subprocess.run(argv_of(self.declared, given), cwd=project, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=600)
        return Ended(self.declared, done)

    def assert_found(self, ended, *parts):
        self.assertEqual(ended.verdict, "findings", ended.text)
        for part in parts:
            self.assertIn(part, ended.text)

    def assert_clean(self, ended, *parts):
        self.assertEqual(ended.verdict, "clean", ended.text)
        for part in parts:
            self.assertIn(part, ended.text)
