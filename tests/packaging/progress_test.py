"""What ./glovebox says while it installs and builds: one line on a terminal, else plain lines."""
import os
import pty
import subprocess
import unittest

from trees import ROOT

APT = ROOT / "packaging/apt.sh"


def run_on_terminal(script):
    """What the script writes to a terminal, and its exit code."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvp("bash", ["bash", "-c", f". {APT}; {script}"])
    said = b""
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # the other side was closed
            break
        if not piece:
            break
        said += piece
    os.close(terminal)
    return said.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def run_without(script):
    done = subprocess.run(["bash", "-c", f". {APT}; {script}"], check=False, text=True, capture_output=True,
                          stdin=subprocess.DEVNULL)
    return done.stdout + done.stderr, done.returncode


class ProgressTest(unittest.TestCase):
    def test_a_terminal_has_one_line_which_is_removed_at_the_end(self):
        said, code = run_on_terminal("with_progress installing sh -c 'echo noise; sleep 1.2'")
        self.assertEqual(code, 0)
        self.assertIn("glovebox: installing, 1 s", said)
        self.assertNotIn("noise", said)
        self.assertNotIn("\n", said)
        self.assertTrue(said.endswith("\r\x1b[K"), repr(said))

    def test_a_terminal_gets_what_a_failed_command_said(self):
        said, code = run_on_terminal("with_progress installing sh -c 'echo broken >&2; exit 3'")
        self.assertEqual(code, 3)
        self.assertIn("broken", said)

    def test_without_a_terminal_there_are_no_control_characters(self):
        said, code = run_without("with_progress installing sh -c 'echo plain; exit 4'")
        self.assertEqual((said, code), ("plain\n", 4))


if __name__ == "__main__":
    unittest.main()
