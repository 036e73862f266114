"""A tool that crashes is an error: a verdict of "clean" would say that it had looked."""
import pathlib
import shutil
import tempfile
import unittest

from program import TOOLS, ToolCase, manifest

# What each tool has to do, so that its program is started. Left out: tools whose exit code is that of
# what they build and run (cpp-run, memcheck), cloc, which only counts, and pytest, a module.
FILES = {
    "bandit": {"a.py": "assert True\n"},
    "checkbashisms": {"a.sh": "#!/bin/sh\necho x\n"},
    "clang-format": {"a.c": "int   x;\n"},
    "clang-tidy": {"a.c": "int x;\n"},
    "clippy": {"a.rs": "fn main() {}\n"},
    "codespell": {"a.txt": "the text\n"},
    "cppcheck": {"a.c": "int x;\n"},
    "cython": {"a.pyx": "x = 1\n"},
    "esbuild": {"a.ts": "export const a = 1;\n"},
    "eslint": {"a.js": "var a = 1;\n"},
    "f2c": {"a.f": "      end\n"},
    "flake8": {"a.py": "x = 1\n"},
    "flawfinder": {"a.c": "int x;\n"},
    "frama-c": {"a.c": "int main(void) { return 0; }\n"},
    "gcc-analyzer": {"a.c": "int x;\n"},
    "go-vet": {"go.mod": "module x\n", "a.go": "package x\n"},
    "javac": {"A.java": "class A {}\n"},
    "luacheck": {"a.lua": "local a = 1\n"},
    "mcs": {"a.cs": "class A {}\n"},
    "mdl": {"a.md": "# Title\n"},
    "mypy": {"a.py": "x = 1\n"},
    "perlcritic": {"a.pl": "print 1;\n"},
    "pylint": {"a.py": "x = 1\n"},
    "rubocop": {"a.rb": "x = 1\n"},
    "sassc": {"a.scss": "a { b: c }\n"},
    "shellcheck": {"a.sh": "#!/bin/sh\necho x\n"},
    "spin": {"a.pml": "init { skip }\n"},
    "splint": {"a.c": "int x;\n"},
    "tsc": {"a.ts": "export const a = 1;\n"},
    "valac": {"a.vala": "void main () {}\n"},
    "xmllint": {"a.xml": "<a/>\n"},
    "yamllint": {"a.yml": "---\na: 1\n"},
    "z3": {"a.smt2": "(check-sat)\n"},
}
NOT_LOOKING = {"cloc", "cpp-run", "memcheck", "pytest"}
TRACEBACK = ("Traceback (most recent call last):\n  File \"/usr/lib/x.py\", line 3, in main\n"
             "RuntimeError: broken\n")
WAYS = {
    "is killed": "kill -SEGV $$\n",
    "ends with an unknown code": "exit 77\n",
    "ends like findings, with a traceback": f"cat >&2 <<'END'\n{TRACEBACK}END\nexit 1\n",
}


class BrokenToolsTest(unittest.TestCase):
    def test_each_tool_that_ships_is_here(self):
        shipped = {path.stem for path in TOOLS.glob("*.toml")}
        self.assertEqual(shipped, set(FILES) | NOT_LOOKING)

    def test_a_crash_is_an_error(self):
        for tool in FILES:
            program = manifest(tool)["version"][0]
            for way, script in WAYS.items():
                with self.subTest(tool=tool, way=way):
                    self.assertEqual(self.broken(tool, program, script), "error")

    def broken(self, tool, program, script):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="glovebox-broken-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        fake = folder / program
        fake.write_text("#!/bin/sh\n" + script)
        fake.chmod(0o755)
        case = ToolCase()
        case.declared = manifest(tool)
        ended = case.run_on(FILES[tool], first_path=folder)
        case.doCleanups()
        if ended.verdict != "error":
            print(tool, ended.code, ended.text)
        return ended.verdict


if __name__ == "__main__":
    unittest.main()
