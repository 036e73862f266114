"""Checks that a linter cannot do: sizes, formatting, wording, and what g++ 12 miscompiles in
coroutines."""
import re
import shutil
import subprocess
import unittest

import source_tree

MOST_LINES = 400
MOST_FUNCTION_LINES = 70
# Tables and texts, which may be long.
NOT_FUNCTIONS = re.compile(r"^(namespace|class|struct|enum|union|extern|using|typedef|static const|constexpr|inline constexpr|const|//|#|\}|TYPED_TEST_SUITE)")


def function_lengths(text):
    """(line, length) of each function at namespace level, in code formatted by clang-format."""
    lengths = []
    start = None
    for number, line in enumerate(text.splitlines(), 1):
        if start is None:
            if line and not line[0].isspace() and not NOT_FUNCTIONS.match(line):
                start = number
        elif line.startswith("}") or (line and not line[0].isspace() and line.endswith(";")):
            lengths.append((start, number - start + 1))
            start = None
        if start is not None and line.endswith(";") and number == start:
            start = None
    return lengths


def without_comments_and_strings(text):
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"\((?:.|\n)*?\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'',
                         re.DOTALL)
    return pattern.sub(lambda match: '""' + "\n" * match.group().count("\n"), text)


def awaited_expressions(text):
    """(line, expression) after each co_await, up to the end of its full expression."""
    code = without_comments_and_strings(text)
    for match in re.finditer(r"\bco_await\b", code):
        depth = 0
        end = match.end()
        while end < len(code):
            char = code[end]
            if char in "([{":
                depth += 1
            elif char in ")]}":
                depth -= 1
            if depth < 0 or (depth == 0 and char == ";"):
                break
            end += 1
        yield code.count("\n", 0, match.start()) + 1, code[match.end():end]


CAPTURE = re.compile(r"(?:^|[(,=\s])\[\s*[&=\w]")


def coroutine_hazards(text):
    return [line for line, expression in awaited_expressions(text)
            if "{" in expression or CAPTURE.search(expression)]


# Words that plain technical English does not need. Each has only one meaning: no false alarms.
ARCHAIC = re.compile(
    r"\b(anew|ere|for ever|for want of|forthwith|hither|hitherto|lest|nor the word|of its own accord|"
    r"of late|of their own accord|tells of|thence|thereby|thereof|thither|told apart|told of|upon|"
    r"whence|whoever|whomever|whosoever|"
    r"(?:is|are|was|were|be|been|being|not|never) (?:told(?! to\b)|asked for)|"
    r"(?:is|are|was|were|be|been|being) (?:buried|let go of|taken for))\b", re.IGNORECASE)
TEXT_SUFFIXES = {".c", ".cc", ".h", ".py", ".md", ".ts", ".tsx", ".sh", ".txt", ".toml", ".yml",
                 ".json", ".service"}
QUOTES_THE_WORDS = ("tests/checks/style_test.py",)


def archaic_words(text):
    """(line, word) of each archaic word, also where a comment wraps inside it."""
    unwrapped = re.sub(r"\n[ \t]*(?://|#|\*)?[ \t]*", lambda gap: " " * len(gap.group()), text)
    squeezed = re.compile(ARCHAIC.pattern.replace(" ", " +"), re.IGNORECASE)
    return [(text.count("\n", 0, match.start()) + 1, match.group())
            for match in squeezed.finditer(unwrapped)]


def plain_texts():
    return [path for path in source_tree.tracked_files()
            if path.suffix in TEXT_SUFFIXES and path.parts[0] not in ("examples", "tools")
            and str(path) not in QUOTES_THE_WORDS and path.name != "package-lock.json"]


class StyleTest(unittest.TestCase):
    def test_texts_have_no_archaic_words(self):
        found = [f"{path}:{line}: \"{word}\"; write plain technical English"
                 for path in plain_texts()
                 for line, word in archaic_words(source_tree.read(path))]
        self.assertEqual(found, [])

    def test_the_word_check_sees_a_word_and_one_that_wraps(self):
        self.assertEqual(archaic_words("x\n// Made anew.\n"), [(2, "anew")])
        self.assertEqual([line for line, _ in archaic_words("// for\n// ever\n")], [1])
        self.assertEqual([word for _, word in archaic_words("it is\n# told, of its own accord")],
                         ["is   told", "of its own accord"])
        self.assertEqual(archaic_words("here, there, forever, renewed, answered, toll, untold"), [])

    def test_no_file_is_over_400_lines(self):
        long = [f"{path}: {count} lines" for path in source_tree.code_files()
                if (count := len(source_tree.read(path).splitlines())) > MOST_LINES]
        self.assertEqual(long, [])

    def test_no_function_is_over_70_lines(self):
        long = [f"{path}:{line}: {length} lines" for path in source_tree.code_files()
                for line, length in function_lengths(source_tree.read(path))
                if length > MOST_FUNCTION_LINES]
        self.assertEqual(long, [])

    def test_the_function_check_sees_a_long_one(self):
        body = "  x();\n" * 80
        self.assertEqual(function_lengths(f"int f(int a,\n      int b) {{\n{body}}}\n"), [(1, 83)])

    def test_no_co_await_has_what_gcc_12_miscompiles(self):
        found = [f"{path}:{line}: name the value first, then co_await"
                 for path in source_tree.code_files()
                 for line in coroutine_hazards(source_tree.read(path))]
        self.assertEqual(found, [])

    def test_the_coroutine_check_sees_braces_and_captures(self):
        self.assertEqual(coroutine_hazards("co_await f(Spec{.a = 1});"), [1])
        self.assertEqual(coroutine_hazards("\nco_await f([&] { g(); });"), [2])
        self.assertEqual(coroutine_hazards("co_await f([x] () -> int);"), [1])
        self.assertEqual(coroutine_hazards('if (co_await f(a[1], "{")) {\n  g();\n}'), [])
        self.assertEqual(coroutine_hazards("x = co_await f(std::move(y)); // {"), [])

    @unittest.skipUnless(shutil.which("clang-format"), "clang-format is not installed")
    def test_everything_is_formatted(self):
        version = subprocess.run(["clang-format", "--version"], check=True, capture_output=True,
                                 text=True).stdout
        if " 14." not in version:
            self.skipTest(f"formatted with clang-format 14, this is {version.strip()}")
        files = [str(source_tree.ROOT / path) for path in source_tree.code_files()]
        result = subprocess.run(["clang-format", "--dry-run", "-Werror", *files], check=False,
                                capture_output=True, text=True)
        wrong = sorted({line.split(":")[0] for line in result.stderr.splitlines()
                        if "error: code should be clang-formatted" in line})
        self.assertEqual(wrong, [], "run clang-format -i on these")
        self.assertEqual(result.returncode, 0, result.stderr[:2000])

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_our_scripts_pass_shellcheck(self):
        scripts = [path for path in source_tree.tracked_files()
                   if path.parts[0] not in ("examples", "tests", "tools")
                   and (path.suffix == ".sh" or source_tree.read_head(path).startswith("#!/usr/bin/env bash"))]
        self.assertGreater(len(scripts), 2)
        result = subprocess.run(["shellcheck", "-x", "-s", "bash", *map(str, scripts)], check=False,
                                cwd=source_tree.ROOT, capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stdout)


if __name__ == "__main__":
    unittest.main()
