"""`glovebox check --server`: the same report and the same exit codes as on this machine."""
import json
import os
import pty
import signal
import subprocess
import unittest

from check_command_test import C_SOURCE, HEAD, SHELL_SOURCE, TOOLS
from harness import BINARY, PATIENCE, Server, TempDir, clean_environment, glovebox, needs, zip_of
from keys import NOBODYS_KEY, KeysFile

FILES = {"src/a.c": C_SOURCE, "run.sh": SHELL_SOURCE}
TREE_TOOLS = {
    "gcc": TOOLS["gcc"].replace("*.c 2>&1", "src/*.c 2>&1"),
    "shellcheck": TOOLS["shellcheck"],
}


class RemoteCheckTest(unittest.TestCase):
    def setUp(self):
        self.temp = TempDir(self)
        self.tools = self.temp.path / "tools"
        self.tools.mkdir()
        for name, text in TREE_TOOLS.items():
            self.tool(name, text)

    def tool(self, name, text, timeout="60s"):
        lines = "\n".join(line.strip() for line in text.strip().splitlines())
        head = HEAD.format(id=name).replace("60s", timeout)
        self.temp.write(f"tools/{name}.toml", head + lines + "\n")

    def project(self, files):
        for name, text in files.items():
            self.temp.write(f"project/{name}", text)
        return self.temp.path / "project"

    def server(self, **settings):
        return Server(self, tools_dirs=[self.tools], hourly_per_client=0, **settings)

    def local(self, project, *flags):
        return glovebox("check", project, "--tools-dir", self.tools, *flags)

    @needs("gcc")
    @needs("shellcheck")
    def test_report_json_and_exit_code_are_those_of_a_local_check(self):
        project = self.project(FILES)
        server = self.server()
        here = self.local(project)
        there = glovebox("check", project, "--server", server.url)
        self.assertEqual((there.returncode, there.stderr), (1, b""), there.stdout)
        self.assertEqual(there.stdout, here.stdout)
        self.assertIn(b"  int unused;\n", there.stdout)  # the line, from the server's copy
        for flags in (["--fail-on", "error"], ["--tools", "shellcheck"],
                      ["--fail-on", "note", "--tools", "shellcheck"]):
            self.assertEqual(glovebox("check", project, "--server", server.url, *flags).returncode,
                             self.local(project, *flags).returncode, flags)
        told = [json.loads(run.stdout) for run in (
            self.local(project, "--json"), glovebox("check", project, "--server", server.url,
                                                    "--json"))]
        for one in told:
            for tool in one["tools"]:
                del tool["durationMs"]
        self.assertEqual(told[0], told[1])

    @needs("gcc")
    @needs("shellcheck")
    def test_the_reports_are_those_of_a_local_check(self):
        project, server, out = self.project(FILES), self.server(), self.temp.path
        for format in ("sarif", "checkstyle", "junit", "gitlab", "github", "text"):
            self.local(project, "--report", f"{format}={out}/here")
            glovebox("check", project, "--server", server.url, "--report", f"{format}={out}/there")
            self.assertEqual((out / "here").read_bytes(), (out / "there").read_bytes(), format)
        self.assertIn(b"run.sh", (out / "there").read_bytes())

    @needs("gcc")
    @needs("shellcheck")
    def test_an_archive_and_a_project_without_files_for_a_tool(self):
        server = self.server()
        archive = self.temp.write("p.zip", zip_of({f"p-main/{n}": t for n, t in FILES.items()}))
        run = glovebox("check", archive, "--server", server.url)
        self.assertEqual(run.returncode, 1)
        self.assertIn(b"\nsrc/a.c\n", b"\n" + run.stdout)
        empty = self.temp.write("other/notes.txt", "x\n").parent
        run = glovebox("check", empty, "--server", server.url)
        self.assertEqual((run.returncode, run.stdout), (0, b"clean\n"))
        self.assertIn(b"no tool", run.stderr)

    def test_failures_and_time_limits_have_the_codes_of_a_local_check(self):
        self.tool("broken", 'command = ["sh", "-c", "echo no configuration; exit 7"]\n'
                            'inputs = ["*.txt"]\ncheckup = true\nexit_codes = {clean = [0]}\n')
        self.tool("slow", 'command = ["sleep", "60"]\ninputs = ["*.slow"]\ncheckup = true\n', "1s")
        self.tool("absent", 'command = ["no-such-program"]\ninputs = ["*.abs"]\ncheckup = true\n')
        server = self.server()

        def check(name, *flags):
            path = self.temp.write(f"{name}/{name}", "x\n").parent
            return glovebox("check", path, "--server", server.url, *flags)

        broken = check("a.txt")
        self.assertEqual(broken.returncode, 2)
        self.assertIn(b"no configuration", broken.stdout)
        self.assertEqual(check("a.slow").returncode, 124)
        absent = check("a.abs")
        self.assertEqual(absent.returncode, 125)
        self.assertIn(b"absent", absent.stderr)
        self.assertEqual(check("a.txt", "--tools", "nix").returncode, 125)
        self.assertEqual(check("a.txt", "--report", "sarif=/no/such/x").returncode, 125)
        gone = glovebox("check", self.temp.path, "--server", "http://127.0.0.1:1")
        self.assertEqual(gone.returncode, 125)
        self.assertIn(b"127.0.0.1:1", gone.stderr)

    def test_the_key_comes_from_a_file_or_the_environment(self):
        self.tool("ok", 'command = ["true"]\ninputs = ["*"]\ncheckup = true\n')
        keys = KeysFile(self)
        key = keys.create("ada")
        server = Server(self, tools_dirs=[self.tools], keys_file=keys.path)
        project = self.project({"a.txt": "x\n"})
        command = ["check", project, "--tools", "ok", "--server", server.url]
        refused = glovebox(*command)
        self.assertEqual(refused.returncode, 125)
        self.assertIn(b"--key-file", refused.stderr)
        wrong = glovebox(*command, env=clean_environment(GLOVEBOX_API_KEY=NOBODYS_KEY))
        self.assertEqual(wrong.returncode, 125)
        self.assertEqual(glovebox(*command, env=clean_environment(GLOVEBOX_API_KEY=key)).returncode,
                         0)
        file = self.temp.write("key", key + "\n")
        file.chmod(0o600)
        self.assertEqual(glovebox(*command, "--key-file", file).returncode, 0)

    def test_ctrl_c_cancels_the_check_up(self):
        self.tool("slow", 'command = ["sleep", "60"]\ninputs = ["*"]\ncheckup = true\n')
        server = self.server()
        command = subprocess.Popen([BINARY, "check", self.project({"a.txt": "x\n"}), "--tools",
                                    "slow", "--server", server.url], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env=clean_environment())
        self.addCleanup(command.kill)
        server.until(lambda: server.queue()["running"] == 1, "the job runs")
        command.send_signal(signal.SIGINT)
        self.assertEqual(command.wait(PATIENCE), 130)
        server.until(lambda: server.queue()["running"] == 0, "the job is cancelled")

    def test_a_restart_of_the_server_loses_no_check(self):
        self.tool("nap", 'command = ["sleep", "3"]\ninputs = ["*"]\ncheckup = true\n')
        server = self.server()
        port = server.url.rsplit(":", 1)[1]
        command = subprocess.Popen([BINARY, "check", self.project({"a.txt": "x\n"}), "--tools",
                                    "nap", "--server", server.url], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=clean_environment())
        self.addCleanup(command.kill)
        server.until(lambda: server.queue()["running"] == 1, "the job runs")
        server.kill()
        server.flags[1] = f"127.0.0.1:{port}"
        server.start()
        out, err = command.communicate(timeout=PATIENCE)
        # A run that was active when the server died ran again.
        self.assertEqual(command.returncode, 0, (out, err))

    def test_progress_is_told_to_a_person_who_watches(self):
        self.tool("ok", 'command = ["sleep", "1"]\ninputs = ["*"]\ncheckup = true\n')
        server = self.server()
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        run = subprocess.run([BINARY, "check", self.project({"a.txt": "x\n"}), "--tools", "ok",
                              "--server", server.url], stdout=subprocess.DEVNULL, stderr=theirs,
                             stdin=subprocess.DEVNULL, env=clean_environment(), check=False,
                             timeout=PATIENCE)
        os.close(theirs)
        self.assertEqual(run.returncode, 0)
        told = os.read(ours, 1 << 16).decode()
        for part in ("uploading project", "ok on 1 files", "ok: runs", "ok: "):
            self.assertIn(part, told)


if __name__ == "__main__":
    unittest.main()
