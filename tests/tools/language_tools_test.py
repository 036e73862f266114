"""What the tools for other languages make of projects that are not as an example is."""
import unittest

from program import ToolCase


class PylintTest(ToolCase):
    tool = "pylint"

    def test_goes_on_after_a_bad_file_and_leaves_missing_imports_out(self):
        ended = self.run_on({"bad.py": "def f(:\n", "good.py": '"""m"""\nimport nosuchmodule\n\n'
                             "print(undefined_name, nosuchmodule)\n"})
        self.assert_found(ended, "bad.py:1:", "good.py:4:", "undefined-variable")
        self.assertNotIn("import-error", ended.text)


class MypyTest(ToolCase):
    tool = "mypy"

    def test_goes_on_after_a_syntax_error_and_doubled_modules(self):
        ended = self.run_on({"bad.py": "def f(:\n", "a/conftest.py": "x: int = 1\n",
                             "b/conftest.py": "y: int = 'y'\n", "odd-name/z.py": "z = 1\n"})
        self.assert_found(ended, "bad.py:1:", "[syntax]", "b/conftest.py:1:", "[assignment]")

    def test_missing_imports_and_plugins_are_no_findings(self):
        ended = self.run_on({"mypy.ini": "[mypy]\nplugins = no_such_plugin\n",
                             "a.py": "import nosuchmodule, requests, yaml\n"})
        self.assert_clean(ended, "plugin")


class PytestTest(ToolCase):
    tool = "pytest"

    def test_options_of_absent_plugins_are_left_out(self):
        self.assert_clean(self.run_on({"setup.cfg": "[tool:pytest]\naddopts = --cov=x\n",
                                       "test_a.py": "def test_a(): pass\n"}), "1 passed")

    def test_needs_what_is_not_here(self):
        ended = self.run_on({"test_a.py": "import nosuchmodule\n"})
        self.assertEqual(ended.verdict, "nothing", ended.text)
        self.assertIn("nosuchmodule", ended.text)

    def test_a_layout_with_src_is_imported(self):
        self.assert_clean(self.run_on({"src/thing/__init__.py": "A = 1\n",
                                       "tests/test_a.py": "from thing import A\n\n\n"
                                       "def test_a():\n    assert A == 1\n"}))


class ShellcheckTest(ToolCase):
    tool = "shellcheck"

    def test_sourced_files_that_are_not_here_are_no_findings(self):
        self.assert_clean(self.run_on({"a.sh": "#!/bin/sh\n. ./gone.sh\n. \"$1\"\n"}))

    def test_finds_scripts_by_their_first_line(self):
        self.assert_found(self.run_on({"run": "#!/usr/bin/env bash\nrm -rf $1/x\n"}), "run:2:8:")


class YamllintTest(ToolCase):
    tool = "yamllint"

    def test_goes_on_after_a_file_that_is_no_text(self):
        ended = self.run_on({"a.yml": b"\xff\xfe\x00\x80", "b.yml": "---\na: 1\na: 2\n"})
        self.assert_found(ended, "b.yml:3:1:")


class EslintTest(ToolCase):
    tool = "eslint"

    def test_a_configuration_that_cannot_be_loaded_is_left_out(self):
        self.assert_found(self.run_on({".eslintrc.json": '{"extends": "no-such-config"}',
                                       "a.js": "const a = {b: 1, b: 2};\nconsole.log(a);\n"}),
                          "a.js:1:", "no-dupe-keys", "left out")

    def test_newer_javascript_is_not_wrong(self):
        ended = self.run_on({"a.js": "class A {\n  static { globalThis.a ??= 1; }\n}\n",
                             "b.js": "console.log(;\n"})
        self.assert_found(ended, "b.js:1:", "newer JavaScript")
        self.assertNotIn("a.js:1", ended.text)


class TscTest(ToolCase):
    tool = "tsc"

    def test_modules_that_are_not_here_are_a_note(self):
        ended = self.run_on({"tsconfig.json": '{"compilerOptions": {"strict": true, "types": '
                             '["node"], "module": "es2020", "moduleResolution": "node"}, // x\n}',
                             "a.ts": "import { x } from 'nosuch';\nexport const y: string = x;\n",
                             "b.ts": "export const n: number = 'n';\n"})
        self.assert_found(ended, "b.ts:1:14:", "[TS2322]", "note: ")
        self.assertNotIn("a.ts:1", ended.text)


class EsbuildTest(ToolCase):
    tool = "esbuild"

    def test_takes_what_parses_and_tells_what_does_not(self):
        ended = self.run_on({"a.ts": "export const a: number = await Promise.resolve(1);\n",
                             "b.ts": "const = ;\n"})
        self.assert_found(ended, "b.ts:1:", "1 file into dist/")


class JavacTest(ToolCase):
    tool = "javac"

    def test_other_libraries_are_a_note_and_doubled_classes_are_apart(self):
        ended = self.run_on({
            "m1/src/p/A.java": "package p;\nimport org.nosuch.B;\npublic class A { B b; }\n",
            "m2/src/p/A.java": "package p;\npublic class A {\n  java.util.List x;\n}\n",
            "m1/src/module-info.java": "module m1 { requires org.nosuch; }\n"})
        self.assert_found(ended, "m2/src/p/A.java:3: warning: [rawtypes]", "note: ")
        self.assertNotIn("does not exist", ended.text)


class McsTest(ToolCase):
    tool = "mcs"

    def test_other_assemblies_are_a_note(self):
        self.assert_clean(self.run_on({"a.cs": "using NoSuch.Thing;\npublic class A { Other x; }\n"}),
                          "note: ")


class GoVetTest(ToolCase):
    tool = "go-vet"

    def test_packages_with_absent_imports_are_left_out(self):
        ended = self.run_on({
            "go.mod": "module example.org/x\n\ngo 1.19\n",
            "a/a.go": "package a\n\nimport \"example.org/nosuch\"\n\nvar A = nosuch.B\n",
            "b/b.go": "package b\n\nimport \"fmt\"\n\nfunc B() { fmt.Printf(\"%d\\n\", \"x\") }\n"})
        self.assert_found(ended, "b/b.go:5:", "not here")


class ClippyTest(ToolCase):
    tool = "clippy"

    def test_crates_that_are_not_here_are_nothing_to_do(self):
        ended = self.run_on({"Cargo.toml": "[package]\nname = \"x\"\nversion = \"1.0.0\"\n"
                             "edition = \"2021\"\n[dependencies]\nserde = \"1\"\n",
                             "src/lib.rs": "use serde::Serialize;\npub fn f<T: Serialize>(_: T) {}\n"})
        self.assertEqual(ended.verdict, "nothing", ended.text)
        self.assertIn("serde", ended.text)

    def test_members_of_a_workspace_find_each_other(self):
        crate = "[package]\nname = \"{}\"\nversion = \"1.0.0\"\nedition = \"2021\"\n"
        ended = self.run_on({
            "Cargo.toml": "[workspace]\nmembers = [\"a\", \"b\"]\n",
            "a/Cargo.toml": crate.format("a") + "[dependencies]\nb = { path = \"../b\" }\n",
            "a/src/lib.rs": "pub fn a(v: &[i32]) -> bool { b::one() == 1 && v.len() == 0 }\n",
            "b/Cargo.toml": crate.format("b"), "b/src/lib.rs": "pub fn one() -> i32 {\n    1\n}\n"})
        self.assert_found(ended, "a/src/lib.rs:1:", "is_empty")


if __name__ == "__main__":
    unittest.main()
