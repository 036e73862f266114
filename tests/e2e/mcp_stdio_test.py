"""`glovebox mcp`: the Model Context Protocol on standard input and output, without a server."""
import json
import signal
import subprocess
import unittest

from harness import EXAMPLES, PATIENCE, TOOLS, TempDir, glovebox, needs, write_test_tools
from mcp_messages import LEGACY, MODERN, Stdio, request

SMALL = [{"path": "a.txt", "text": "alpha\n"}]


def call(tool, arguments, **options):
    return request("tools/call", {"name": tool, "arguments": arguments}, **options)


class StdioTest(unittest.TestCase):
    def setUp(self):
        self.temp = TempDir(self)
        tools = self.temp.path / "tools"
        tools.mkdir()
        write_test_tools(tools)
        self.flags = ["--tools-dir", tools, "--examples-dir", EXAMPLES]

    def start(self, *arguments):
        return Stdio(self, *arguments, *self.flags)

    def shell(self, agent, script, **options):
        return agent.ask(call("shell", {"files": SMALL, "script": script}, **options))

    def test_both_revisions_are_served_side_by_side(self):
        agent = self.start()
        early = agent.ask(request("tools/list", revision=LEGACY), LEGACY)
        self.assertEqual(early.error["code"], -32602)
        self.assertIn("initialize", early.error["message"])
        self.assertEqual(agent.ask(request("server/discover")).result["supportedVersions"],
                         [MODERN, LEGACY])
        begun = agent.ask(request("initialize", {
            "protocolVersion": LEGACY, "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"}}, revision=LEGACY), LEGACY)
        self.assertEqual(begun.result["protocolVersion"], LEGACY)
        agent.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        listed = agent.ask(request("tools/list", revision=LEGACY), LEGACY)
        self.assertIn("shell", [tool["name"] for tool in listed.result["tools"]])
        self.assertEqual(agent.ask(request("tools/list")).result["tools"], listed.result["tools"])

    def test_a_run_with_progress_and_artifacts(self):
        agent = self.start()
        reply = self.shell(agent, "echo begun; sleep 1; echo made > new", token="t")
        self.assertIn("begun", "\n".join(each["message"] for each in reply.progress))
        uri = reply.result["structuredContent"]["artifacts"][0]["uri"]
        read = agent.ask(request("resources/read", {"uri": uri}))
        self.assertEqual(read.result["contents"][0]["text"], "made\n")

    def test_a_folder_is_read_anew_for_each_call_and_never_changed(self):
        folder = self.temp.path / "project"
        self.temp.write("project/sub/a.txt", "one\n")
        agent = self.start(folder)
        for path in (folder, folder / "sub"):
            script = "cat a.txt || cat sub/a.txt; echo more > b.txt"
            reply = agent.ask(call("shell", {"projectId": str(path), "script": script}))
            self.assertIn("one", reply.result["structuredContent"]["outputTail"])
        self.temp.write("project/sub/a.txt", "two\n")
        reply = agent.ask(call("shell", {"projectId": str(folder), "script": "cat sub/a.txt"}))
        self.assertEqual(reply.result["structuredContent"]["outputTail"], ["two"])
        self.assertEqual([path.name for path in folder.iterdir()], ["sub"])
        described = agent.ask(request("tools/list")).result["tools"][0]
        self.assertIn(str(folder),
                      described["inputSchema"]["properties"]["projectId"]["description"])

    def test_other_folders_are_refused(self):
        self.temp.write("project/a.txt", "one\n")
        self.temp.write("other/a.txt", "secret\n")
        (self.temp.path / "project" / "out").symlink_to(self.temp.path / "other")
        agent = self.start(self.temp.path / "project")
        for path in (self.temp.path / "other", self.temp.path, "/etc",
                     self.temp.path / "project" / "out", self.temp.path / "project" / ".." / "other",
                     self.temp.path / "project2"):
            reply = agent.ask(call("shell", {"projectId": str(path), "script": "cat a.txt"}))
            self.assertIs(reply.result["isError"], True, path)
            self.assertIn("is not a folder that may be checked",
                          reply.result["content"][0]["text"])

    def test_the_notification_cancels_in_both_revisions(self):
        agent = self.start()
        agent.send(call("shell", {"files": SMALL, "script": "echo begun; sleep 1000"},
                        id="long", token="t"))
        while "begun" not in agent.read()["params"]["message"]:
            pass
        agent.send({"jsonrpc": "2.0", "method": "notifications/cancelled",
                    "params": {"requestId": "long"}})
        reply = self.shell(agent, "echo next", id=2)
        self.assertEqual([each.get("id") for each in reply.messages if "id" in each], [2])

    def test_what_is_no_message_is_refused_and_the_next_is_served(self):
        agent = self.start()
        agent.send(b"{")
        self.assertEqual(agent.read()["error"]["code"], -32700)
        agent.send(b"x" * (5 << 20))
        refused = agent.read()["error"]
        self.assertEqual(refused["code"], -32600)
        self.assertIn("4 MiB", refused["message"])
        agent.send(b"")
        self.assertIn("result", agent.ask(request("server/discover")).answer)

    def test_too_many_requests_at_once_are_refused(self):
        agent = self.start()
        for number in range(65):
            agent.send(call("nap", {"files": SMALL, "seconds": 3}, id=number))
        refused = agent.read()
        self.assertEqual(refused["id"], 64)
        self.assertIn("64", refused["error"]["message"])

    def test_the_end_of_the_input_is_the_end_once_all_is_answered(self):
        text = json.dumps(call("shell", {"files": SMALL, "script": "sleep 1; echo late"}))
        done = glovebox("mcp", *self.flags, input=text.encode() + b"\n")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(json.loads(done.stdout)["result"]["structuredContent"]["outputTail"],
                         ["late"])

    def test_a_client_that_goes_away_ends_it(self):
        agent = self.start()
        agent.send(call("shell", {"files": SMALL, "script": "echo begun; sleep 1000"}, token="t"))
        while "begun" not in agent.read()["params"]["message"]:
            pass
        agent.process.stdout.close()
        self.assertEqual(agent.process.wait(timeout=PATIENCE), 0)

    def test_sigterm_ends_it_though_nobody_reads(self):
        agent = self.start()
        self.assertIn("result", agent.ask(request("server/discover")).answer)
        for number in range(60):  # more than the pipe holds
            agent.send(request("tools/list", id=number))
        agent.process.send_signal(signal.SIGTERM)
        self.assertEqual(agent.process.wait(timeout=PATIENCE), 0)

    def test_a_folder_that_is_not_there_is_named(self):
        done = glovebox("mcp", self.temp.path / "none", *self.flags)
        self.assertEqual(done.returncode, 125)
        self.assertIn(b"none", done.stderr)

    @needs("cppcheck")
    def test_cppcheck_on_a_folder(self):
        self.temp.write("project/leak.c", "#include <stdlib.h>\nint main(void) {\n"
                        "  char *p = malloc(10);\n  p[0] = 1;\n  return 0;\n}\n")
        agent = Stdio(self, self.temp.path / "project", "--tools-dir", TOOLS)
        reply = agent.ask(call("cppcheck", {"projectId": str(self.temp.path / "project")}))
        self.assertEqual(reply.result["structuredContent"]["verdict"], "findings")

    def test_help_names_the_folders(self):
        helped = subprocess.run([*glovebox("mcp", "--help").args], capture_output=True, check=True,
                                text=True).stdout
        self.assertIn("FOLDER", helped)


if __name__ == "__main__":
    unittest.main()
