"""`glovebox init`: a manifest from flags or answers, which the program itself accepts and runs."""
import os
import pty
import subprocess
import unittest

import harness
from harness import glovebox


class InitTest(unittest.TestCase):
    def setUp(self):
        self.folder = harness.TempDir(self)
        self.folder.write("project/notes.txt", "alpha\nbeta\n")
        self.file = str(self.folder.path) + "/tools/count.toml"
        os.mkdir(os.path.dirname(self.file))

    def manifest(self):
        with open(self.file, encoding="utf-8") as file:
            return file.read()

    def run_tool(self, name):
        tools = os.path.dirname(self.file)
        checked = glovebox("tools", "--check", tools)
        self.assertEqual(checked.returncode, 0, checked.stdout)
        return glovebox("run", name, str(self.folder.path) + "/project", "--tools-dir", tools)

    def test_a_manifest_from_flags_is_accepted_and_runs(self):
        done = glovebox("init", self.file, "--command", "grep -n 'beta' notes.txt",
                        "--inputs", "*.txt, *.md", "--finding-codes", "0", "--findings", "gnu")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('inputs = ["*.txt", "*.md"]', self.manifest())
        self.assertEqual(self.run_tool("grep").stdout, b"2:beta\n")

    def test_four_answers_on_a_terminal_do_the_same(self):
        ours, theirs = pty.openpty()
        os.write(ours, b"grep -c a notes.txt\n*.txt\n\n\n")
        done = subprocess.run([harness.BINARY, "init", self.file], stdin=theirs,
                              capture_output=True, timeout=harness.PATIENCE)
        os.close(ours)
        os.close(theirs)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"4 of 4", done.stderr)
        self.assertEqual(self.run_tool("grep").stdout, b"2\n")

    def test_an_existing_file_is_kept(self):
        self.folder.write("tools/count.toml", "mine\n")
        done = glovebox("init", self.file, "--command", "true")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"exists", done.stderr)
        self.assertEqual(self.manifest(), "mine\n")

    def test_what_it_cannot_write_is_refused_and_leaves_no_file(self):
        for flags, word in ((["--command", "a | b"], b"shell"),
                            (["--command", "a", "--findings", "gnuu"], b'did you mean "gnu"'),
                            (["--command", "a", "--finding-codes", "300"], b"0 to 255"), ([], b"--command")):
            done = glovebox("init", self.file, *flags, input=b"")
            self.assertEqual(done.returncode, 1, flags)
            self.assertIn(word, done.stderr)
            self.assertFalse(os.path.exists(self.file))


if __name__ == "__main__":
    unittest.main()
