"""The tools for C and C++ on projects that differ from the examples."""
import unittest

from program import ToolCase

BUG = "int first(void) {\n  int a[2];\n  return a[5];\n}\n"
LEAK = "#include <stdlib.h>\nvoid leak(void) {\n  char *p = malloc(3);\n  p[0] = 1;\n}\n"
STRANGE = "#include <no/such/header.h>\nint f(void) { return missing(); }\n"
LIBRARY = {"include/lib/sum.h": "int sum(int a, int b);\n",
           "src/sum.c": '#include "lib/sum.h"\nint sum(int a, int b) { return a + b; }\n'}


class CppcheckTest(ToolCase):
    tool = "cppcheck"

    def test_continues_after_a_file_that_it_does_not_understand(self):
        ended = self.run_on({"a.c": "int f( {{{\n", "b.c": BUG})
        self.assert_found(ended, "b.c:3:", "[arrayIndexOutOfBounds]", "note: 1 file not understood")
        self.assertNotIn("a.c:1", ended.text)

    def test_missing_headers_are_no_findings(self):
        self.assert_clean(self.run_on({"a.c": STRANGE}))

    def test_leaves_out_third_party_files(self):
        self.assert_clean(self.run_on({"vendor/x.c": BUG, "third_party/y.c": BUG, "a.c": "int a;\n"}))

    def test_reports_that_there_is_nothing_to_do(self):
        ended = self.run_on({"README": "x"})
        self.assertEqual((ended.verdict, ended.text.count("\n")), ("nothing", 1))


class GccAnalyzerTest(ToolCase):
    tool = "gcc-analyzer"

    def test_continues_after_a_file_that_does_not_compile(self):
        ended = self.run_on({"a.c": STRANGE, "b.c": LEAK})
        self.assert_found(ended, "b.c:5:", "no/such/header.h is not there")

    def test_finds_headers_in_include_and_where_an_include_needs_them(self):
        self.assert_clean(self.run_on({**LIBRARY, "deep/er/x.h": "int x;\n",
                                       "test/t.c": '#include "lib/sum.h"\n#include "er/x.h"\n'
                                       "int t(void) { return sum(1, x); }\n"}))

    def test_a_project_where_nothing_could_be_looked_at_is_an_error(self):
        ended = self.run_on({"CMakeLists.txt": "", "README": "x", "a.c": "int f( {{{\n"})
        self.assertEqual(ended.verdict, "clean" if ended.code == 0 else "error")


class ClangTidyTest(ToolCase):
    tool = "clang-tidy"

    def test_missing_headers_are_a_note_and_noise_is_left_out(self):
        ended = self.run_on({"a.c": STRANGE, "b.cc": "#include <string>\nstd::string f() { return {}; }\n"})
        self.assert_clean(ended, "no/such/header.h is not there")
        self.assertNotIn("warnings generated", ended.text)
        self.assertNotIn("Suppressed", ended.text)

    def test_takes_the_flags_of_another_machines_compile_commands(self):
        database = """[{"directory": "/home/ann/x/out", "file": "../src/a.c",
          "command": "cc -DSIZE=2 -I../inc -c ../src/a.c"}]"""
        ended = self.run_on({"compile_commands.json": database, "inc/odd.h": "#define N SIZE\n",
                             "src/a.c": "#include <odd.h>\nint a[N];\n"})
        self.assert_clean(ended)
        self.assertNotIn("note:", ended.text)

    def test_a_configuration_below_the_root_is_the_projects(self):
        ended = self.run_on({".clang-tidy": "Checks: '-*,readability-identifier-naming'\n"
                             "CheckOptions:\n  - {key: readability-identifier-naming.FunctionCase, "
                             "value: CamelCase}\n", "a.c": "int bad_name(void) { return 0; }\n"})
        self.assert_found(ended, "readability-identifier-naming", "a.c:1:5")


class SplintTest(ToolCase):
    tool = "splint"

    def test_continues_after_a_file_that_it_cannot_parse(self):
        ended = self.run_on({"a.c": "typedef struct { int x } __attribute__((odd(\n", "b.c":
                             "int f(int *p) { if (p = 0) return 1; return *p; }\n"})
        self.assert_found(ended, "b.c:1:", "not understood by Splint")


class FlawfinderTest(ToolCase):
    tool = "flawfinder"

    def test_accepts_bytes_that_are_not_utf_8(self):
        self.assert_found(self.run_on({"a.c": b'/* \xe9 */ void f(char *p) { gets(p); }\n'}),
                          "a.c:1:")


class BuildTest(ToolCase):
    tool = "cpp-run"

    def test_a_library_has_no_program(self):
        ended = self.run_on(LIBRARY)
        self.assertEqual(ended.verdict, "nothing")
        self.assertIn("library", ended.text)
        self.assertEqual(ended.text.count("\n"), 1)

    def test_with_several_programs_one_must_be_named(self):
        files = {"a.c": "int main(void) { return 0; }\n",
                 "b.c": "#include <stdio.h>\nint main(void) { puts(\"b\"); return 0; }\n"}
        ended = self.run_on(files)
        self.assertEqual(ended.verdict, "nothing")
        self.assertIn("a.c, b.c", ended.text)
        self.assert_clean(self.run_on(files, program="b.c"), "b\n")

    def test_the_one_program_outside_of_tests_is_it(self):
        self.assert_clean(self.run_on({
            **LIBRARY, "tests/t.c": "int main(void) { return 1; }\n",
            "main.c": '#include "lib/sum.h"\nint main(void) { return sum(1, -1); }\n'}))

    def test_a_word_in_a_comment_or_a_string_is_not_main(self):
        ended = self.run_on({"a.c": '/*\nint main(void) {\n*/\nconst char *s = "main(){";\n'})
        self.assertEqual(ended.verdict, "nothing", ended.text)


class MemcheckTest(ToolCase):
    tool = "memcheck"

    def test_the_verdict_is_valgrinds(self):
        self.assert_clean(self.run_on({"a.c": "int main(void) { return 3; }\n"}),
                          "ended with exit code 3")


class FramaCTest(ToolCase):
    tool = "frama-c"

    def test_a_library_is_not_a_program(self):
        self.assertEqual(self.run_on(LIBRARY).verdict, "nothing")


class SpinTest(ToolCase):
    tool = "spin"

    def test_errors_of_the_text_and_of_the_search_have_their_place(self):
        ended = self.run_on({
            "a.pml": "active proctype p() {\n  int x = 1;\n  x = 2;\n  assert(x == 1)\n}\n",
            "b/odd & name.pml": "active proctype p() {\n  int x = ;\n}\n",
            "c.pml": "chan c = [0] of { byte };\nactive proctype p() {\n  c ! 1\n}\n"})
        self.assert_found(ended, "a.pml:4: error: assertion violated",
                          "b/odd & name.pml:3: error: syntax error",
                          "c.pml:3: error: invalid end state")


class Z3Test(ToolCase):
    tool = "z3"

    def test_errors_of_the_text_have_their_place(self):
        ended = self.run_on({"a.smt2": "(declare-const x Int)\n(assert (> x y))\n(check-sat)\n"})
        self.assert_found(ended, "a.smt2:2:13: error: unknown constant y", "sat")


if __name__ == "__main__":
    unittest.main()
