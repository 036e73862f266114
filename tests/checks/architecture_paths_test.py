"""docs/architecture.md lists the files of two paths through the program; they exist as listed."""
import re
import unittest

import source_tree

STEP = re.compile(r"^(\d+)\. `(src/[\w/]+\.cc)`: (.*)$", re.MULTILINE)
FUNCTION = re.compile(r"`(\w+)`")


def paths(text):
    """[(number in the text, [(position, file, functions)])] of each numbered list of files."""
    lists = []
    for match in STEP.finditer(text):
        if match.group(1) == "1":
            stated = re.findall(r"\b(\d+) files\b", text[:match.start()])
            lists.append((int(stated[-1]) if stated else 0, []))
        functions = FUNCTION.findall(match.group(3))
        lists[-1][1].append((int(match.group(1)), match.group(2), functions))
    return lists


def mistakes(stated, steps, read):
    found = []
    if [position for position, _, _ in steps] != list(range(1, stated + 1)):
        found.append(f"{stated} files are stated and {len(steps)} listed")
    for _, file, functions in steps:
        text = read(file)
        if text is None:
            found.append(f"{file} does not exist")
            continue
        found += [f"{file} has no function {name}" for name in functions
                  if not re.search(rf"\b{name}\(", text)]
    return found


def read_source(file):
    path = source_tree.ROOT / file
    return path.read_text(encoding="utf-8") if path.is_file() else None


class ArchitecturePathsTest(unittest.TestCase):
    def test_the_files_and_functions_of_both_paths_exist(self):
        lists = paths(source_tree.read("docs/architecture.md"))
        self.assertEqual(len(lists), 2)
        for stated, steps in lists:
            self.assertEqual(mistakes(stated, steps, read_source), [])

    def test_the_check_sees_a_wrong_number_a_missing_file_and_a_missing_function(self):
        text = "3 files:\n\n1. `src/a.cc`: `f`, `g`\n2. `src/b.cc`: x\n"
        ((stated, steps),) = paths(text)
        self.assertEqual(mistakes(stated, steps, {"src/a.cc": "void f() {}"}.get),
                         ["3 files are stated and 2 listed", "src/a.cc has no function g",
                          "src/b.cc does not exist"])


if __name__ == "__main__":
    unittest.main()
