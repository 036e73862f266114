"""Every shipped example gives the result in tests/examples_expectations.tsv."""
import unittest

import harness

TABLE = harness.ROOT / "tests" / "examples_expectations.tsv"


def rows():
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


class ExamplesTest(unittest.TestCase):
    """One test per row, created below."""

    def check(self, tool, example, code, part):
        listing = harness.json.loads(harness.glovebox(
            "tools", "--json", "--tools-dir", harness.TOOLS).stdout)["tools"]
        found = next(entry for entry in listing if entry["id"] == tool)
        if found["status"] != "available":
            self.skipTest(f"{tool}: {found.get('statusReason', found['status'])}")
        done = harness.glovebox("run", tool, harness.EXAMPLES / tool / example, "--tools-dir",
                                harness.TOOLS)
        output = (done.stdout + done.stderr).decode(errors="replace")
        self.assertEqual(done.returncode, int(code), output[-2000:])
        if part == "(nothing)":
            self.assertEqual(output, "")
        else:
            self.assertTrue(part in output, f"no {part} in ...{output[-2000:]}")

    def test_every_example_folder_has_its_row(self):
        folders = {(tool.name, example.name) for tool in harness.EXAMPLES.iterdir()
                   if tool.is_dir() for example in tool.iterdir() if example.is_dir()}
        self.assertEqual(folders, {(row[0], row[1]) for row in rows()})


def _add_tests():
    for tool, example, code, part in rows():
        name = f"test_{tool}_{example}".replace("-", "_")

        def test(self, row=(tool, example, code, part)):
            self.check(*row)

        setattr(ExamplesTest, name, test)


_add_tests()

if __name__ == "__main__":
    unittest.main()
