"""The Model Context Protocol with clients that are not ours: the official TypeScript SDK in both
lines, the inspector and the conformance suite, from npm."""
import json
import os
import pathlib
import shutil
import subprocess
import unittest

from harness import (BINARY, EXAMPLES, PATIENCE, ROOT, TOOLS, Server, TempDir, clean_environment,
                     glovebox, needs)

CLIENT = pathlib.Path(__file__).resolve().parent / "mcp_client"
LEAK = ("#include <stdlib.h>\nint main(void) {\n  char *p = malloc(10);\n  p[0] = 1;\n"
        "  return 0;\n}\n")
CALL = {"op": "call", "progress": True,
        "params": {"name": "cppcheck", "arguments": {"files": [{"path": "a.c", "text": LEAK}]}}}


class NodeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for program in ("node", "npm"):
            if shutil.which(program) is None:
                raise unittest.SkipTest(f"{program} is not installed")
        cls.temp = TempDir(_OfClass(cls))
        cls.folder = cls.temp.path / "client"
        shutil.copytree(CLIENT, cls.folder, ignore=shutil.ignore_patterns("node_modules"))
        # The package "node" brings the program that the conformance suite needs; it has to be
        # allowed to set itself up.
        installed = subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"],
                                   cwd=cls.folder, capture_output=True, text=True, check=False)
        if installed.returncode != 0:
            raise unittest.SkipTest(f"npm cannot install the clients here: "
                                    f"{installed.stderr[-300:]}")

    def node(self, *arguments, stdin="", check=True):
        own = self.folder / "node_modules" / "node" / "bin" / "node"
        program = str(own) if own.exists() else "node"
        done = subprocess.run([program, *map(str, arguments)], cwd=self.folder, input=stdin,
                              capture_output=True, text=True, check=False, timeout=PATIENCE * 5,
                              env=clean_environment())
        if check:
            self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
        return done

    def session(self, sdk, mode, *target, steps, headers=None):
        done = self.node("client.mjs", sdk, mode, *target,
                         stdin=json.dumps({"steps": steps, "headers": headers}))
        return json.loads(done.stdout)


class _OfClass:
    def __init__(self, case):
        self.addCleanup = case.addClassCleanup


class SdkTest(NodeTest):
    def check(self, session):
        self.assertEqual(session["server"]["name"], "glovebox")
        listed, called = session["results"]
        self.assertIn("cppcheck", [tool["name"] for tool in listed["result"]["tools"]])
        run = called["result"]["structuredContent"]
        self.assertEqual(run["verdict"], "findings")
        self.assertIn("memleak", [each["rule"] for each in run["findings"]])
        self.assertTrue(called["progress"])

    @needs("cppcheck")
    def test_both_lines_of_the_sdk_over_http_and_stdio(self):
        server = Server(self, tools_dirs=[TOOLS])
        local = [BINARY, "mcp", "--tools-dir", str(TOOLS), "--examples-dir", str(EXAMPLES)]
        for sdk in ("v1", "v2"):
            with self.subTest(sdk=sdk, mode="http"):
                self.check(self.session(sdk, "http", f"{server.url}/mcp",
                                        steps=[{"op": "list"}, CALL]))
            with self.subTest(sdk=sdk, mode="stdio"):
                self.check(self.session(sdk, "stdio", *local, steps=[{"op": "list"}, CALL]))

    def test_errors_of_the_tool_and_resources(self):
        server = Server(self)
        made = {"name": "shell", "arguments": {"files": [{"path": "a", "text": "b"}],
                                               "script": "echo made > new"}}
        for sdk in ("v1", "v2"):
            session = self.session(sdk, "http", f"{server.url}/mcp", steps=[
                {"op": "call", "params": {"name": "shell", "arguments": {}}},
                {"op": "call", "params": made},
                {"op": "call", "params": {"name": "none"}}])
            refused, run, unknown = session["results"]
            self.assertIs(refused["result"]["isError"], True)
            self.assertIn("-32602", json.dumps(unknown))
            uri = run["result"]["structuredContent"]["artifacts"][0]["uri"]
            read = self.session(sdk, "http", f"{server.url}/mcp",
                                steps=[{"op": "read", "uri": uri}])["results"][0]
            self.assertEqual(read["result"]["contents"][0]["text"], "made\n")


class ConfigurationsTest(NodeTest):
    """Those of docs/agents.md, as they stand there but for the paths and the address."""

    def configurations(self):
        text = (ROOT / "docs" / "agents.md").read_text(encoding="utf-8")
        blocks = [json.loads(block.partition("```")[0]) for block in text.split("```json\n")[1:]]
        return [block.get("mcpServers", block.get("servers"))["glovebox"] for block in blocks]

    def test_each_of_them_connects(self):
        folder = self.temp.path / "my-project"
        folder.mkdir(exist_ok=True)
        (folder / "a.txt").write_text("alpha\n")
        keys = self.temp.path / "keys.toml"
        key = glovebox("key", "create", "agent", "--keys-file", keys).stdout.decode().strip()
        server = Server(self, keys_file=keys)
        examples = self.configurations()
        self.assertEqual(len(examples), 3)
        for example in examples:
            if "url" in example:
                headers = {name: value.replace("KEY", key)
                           for name, value in example["headers"].items()}
                self.assertTrue(example["url"].endswith("/mcp"))
                session = self.session("v1", "http", f"{server.url}/mcp", steps=[{"op": "list"}],
                                       headers=headers)
            else:
                self.assertEqual(example["command"], "glovebox")
                arguments = [text.replace("/home/me/src/my-project", str(folder))
                             for text in example["args"]]
                session = self.session("v1", "stdio", BINARY, *arguments, "--tools-dir", str(TOOLS),
                                       steps=[{"op": "list"}])
            self.assertIn("check_project",
                          [tool["name"] for tool in session["results"][0]["result"]["tools"]])


class InspectorTest(NodeTest):
    def inspect(self, *arguments):
        inspector = self.folder / "node_modules" / "@modelcontextprotocol" / "inspector"
        cli = inspector / "cli" / "build" / "cli.js"
        return json.loads(self.node(cli, "--cli", *arguments).stdout)

    def test_it_lists_and_calls_tools(self):
        server = Server(self)
        target = [f"{server.url}/mcp", "--transport", "http"]
        listed = self.inspect(*target, "--method", "tools/list")
        self.assertIn("shell", [tool["name"] for tool in listed["tools"]])
        called = self.inspect(*target, "--method", "tools/call", "--tool-name", "nap",
                              "--tool-arg", f"projectId={server.project()}")
        self.assertEqual(called["structuredContent"]["status"], "completed")


class ConformanceTest(NodeTest):
    """`server --requirements` of both revisions. expected-failures.yaml says why what fails does."""

    def write_fixtures(self, folder):
        """The tools that the suite calls and that a program can be."""
        head = 'category = "Tests"\nstatus = "available"\ndescription = "For conformance."\n'
        scripts = {"test-simple-text": "echo This is a simple text response for testing.",
                   "test-tool-with-progress":
                       "for i in 1 2 3 4; do echo step $i; sleep 0.6; done"}
        for name, script in scripts.items():
            (folder / f"{name}.toml").write_text(
                f'id = "{name}"\nname = "{name}"\n{head}command = ["sh", "-c", "{script}"]\n')
        parameters = {
            "test-error-handling": '{name = "word", type = "string", required = true',
            "slow-compute": '{name = "seconds", type = "number", default = 1.0}, '
                            '{name = "label", type = "string", default = "none"'}
        commands = {"test-error-handling": '["echo", "{word}"]',
                    "slow-compute": '["sh", "-c", "sleep {seconds}; echo {label}"]'}
        for name, command in commands.items():
            listed = parameters[name].replace("type", 'title = "t", description = "d", type')
            (folder / f"{name}.toml").write_text(
                f'id = "{name}"\nname = "{name}"\n{head}command = {command}\n'
                f"parameters = [{listed}}}]\n")

    def test_the_requirements_of_both_revisions(self):
        tools = self.temp.path / f"fixtures-{os.getpid()}"
        tools.mkdir(exist_ok=True)
        self.write_fixtures(tools)
        server = Server(self, tools_dirs=[tools], hourly_per_client=0)
        suite = (self.folder / "node_modules" / "@modelcontextprotocol" / "conformance" / "dist" /
                 "index.js")
        for revision in ("2026-07-28", "2025-11-25"):
            with self.subTest(revision=revision):
                self.node(suite, "server", "--url", f"{server.url}/mcp", "--requirements", revision,
                          "--expected-failures", f"expected-failures-{revision}.yaml")


if __name__ == "__main__":
    unittest.main()
