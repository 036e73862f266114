"""The Model Context Protocol over HTTP, in both revisions; mcp_stdio_test.py has the other way."""
import json
import unittest

import jsonschema

from harness import TOOLS, Server, glovebox, needs
from mcp_messages import LEGACY, MODERN, TASKS, Agent, events_of, headers_of, request

LEAK = ("#include <stdlib.h>\nint main(void) {\n  char *p = malloc(10);\n  p[0] = 1;\n"
        "  return 0;\n}\n")
LEAKS = [{"path": "src/leak.c", "text": LEAK}]
SMALL = [{"path": "a.txt", "text": "alpha\n"}]


class ModernTest(unittest.TestCase):
    """2026-07-28, which has no sessions."""

    def setUp(self):
        self.server = Server(self)
        self.agent = Agent(self.server)

    def shell(self, script, **options):
        return self.agent.call("shell", {"files": SMALL, "script": script}, **options)

    def test_discover_names_versions_and_capabilities(self):
        result = self.agent.ask("server/discover").result
        self.assertEqual(result["supportedVersions"], [MODERN, LEGACY])
        self.assertEqual(result["capabilities"]["extensions"], {TASKS: {}})
        self.assertEqual(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "glovebox")
        self.assertEqual((result["resultType"], result["cacheScope"]), ("complete", "public"))

    def test_tools_are_listed_in_a_stable_order_with_their_schemas(self):
        first = self.agent.ask("tools/list").result
        names = [tool["name"] for tool in first["tools"]]
        self.assertEqual(names[:5], ["check_project", "start_run", "read_run", "read_findings",
                                     "list_examples"])
        self.assertEqual(names[5:], sorted(names[5:]))
        self.assertIn("shell", names)
        self.assertNotIn("missing", names)  # it is not available here
        self.assertEqual(self.agent.ask("tools/list").result["tools"], first["tools"])
        self.assertGreater(first["ttlMs"], 0)
        shell = first["tools"][names.index("shell")]
        self.assertEqual(shell["annotations"]["readOnlyHint"], True)
        self.assertEqual(shell["annotations"]["openWorldHint"], False)
        self.assertEqual(shell["inputSchema"]["required"], ["script"])
        self.assertLessEqual({"projectId", "files", "script", "stdin", "timeoutMs"},
                             set(shell["inputSchema"]["properties"]))
        self.assertIn("outputSchema", shell)

    def test_a_tool_that_fails_is_a_normal_result(self):
        reply = self.shell("echo some words; exit 3")
        self.assertEqual(reply.headers["Content-Type"], "text/event-stream")
        self.assertIs(reply.result["isError"], False)
        run = reply.result["structuredContent"]
        self.assertEqual((run["status"], run["exitCode"]), ("failed", 3))
        self.assertEqual(run["outputTail"], ["some words"])
        self.assertIn("some words", reply.result["content"][0]["text"])

    def test_what_the_model_can_mend_is_an_error_of_the_tool(self):
        for tool, arguments, words in (
                ("shell", {"files": SMALL}, "script"),
                ("shell", {"script": "true"}, "projectId"),
                ("shell", {"script": "true", "projectId": "prj_none"}, "prj_none"),
                ("shell", {"script": "true", "projectId": "prj_none", "files": SMALL}, "either"),
                ("shell", {"script": 7, "files": SMALL}, "script"),
                ("shell", {"script": "true", "files": []}, "files"),
                ("shell", {"script": "true", "files": [{"path": "../a", "text": ""}]}, "a"),
                ("nap", {"files": SMALL, "stdin": "text"}, "stdin"),
                ("nap", {"files": SMALL, "sconds": 1}, "sconds"),
                ("missing", {"files": SMALL}, "no-such-program"),
                ("read_run", {"runId": "job_none"}, "job_none"),
                ("read_run", {"runId": "chk_none"}, "chk_none"),
                ("read_run", {"runId": "job_none", "waitMs": 30_001}, "30000"),
                ("read_findings", {"runId": "job_none", "limit": 201}, "200"),
                ("start_run", {"tool": "shel", "files": SMALL}, "shell"),
                ("start_run", {"tool": "shell", "script": "true"}, "parameters"),
                ("list_examples", {"tool": "none"}, "none")):
            with self.subTest(tool=tool, arguments=arguments):
                reply = self.agent.call(tool, arguments)
                self.assertEqual(reply.status, 200)
                self.assertIs(reply.result["isError"], True, reply.result)
                self.assertIn(words, reply.result["content"][0]["text"])
                self.assertNotIn("structuredContent", reply.result)

    def test_faults_of_the_protocol_are_errors_of_it(self):
        agent = self.agent
        reply = agent.call("shel", {})
        self.assertEqual((reply.status, reply.error["code"]), (200, -32602))
        self.assertIn('"shell"', reply.error["message"])
        reply = agent.ask("no/such")
        self.assertEqual((reply.status, reply.error["code"]), (404, -32601))
        for removed in ("initialize", "ping"):
            reply = agent.ask(removed)
            self.assertEqual((reply.status, reply.error["code"]), (404, -32601))
        reply = agent.ask("resources/read", {"uri": "glovebox://runs/job_none/report.sarif"})
        self.assertEqual(reply.error["code"], -32602)
        self.assertEqual(reply.error["data"]["uri"], "glovebox://runs/job_none/report.sarif")

    def test_what_is_no_request_of_the_protocol_is_refused(self):
        good = request("tools/list")
        for body, code in (("{", -32700), ("[]", -32600), ('"text"', -32600),
                           ('{"jsonrpc": "2.0", "id": 1, "result": {}}', -32600),
                           ('{"jsonrpc": "1.0", "id": 1, "method": "ping"}', -32600),
                           ('{"jsonrpc": "2.0", "id": null, "method": "ping"}', -32600),
                           ('{"jsonrpc": "2.0", "id": 1, "id": 2, "method": "ping"}', -32700)):
            with self.subTest(body=body):
                answer = self.server.call("POST", "/mcp", body, headers_of(good))
                self.assertEqual((answer.status, answer.json["error"]["code"]), (400, code))
        without = self.server.call("POST", "/mcp", json.dumps(good),
                                   {"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(without.status, 415)
        for method in ("GET", "DELETE"):
            answer = self.server.call(method, "/mcp", headers={"Accept": "text/event-stream"})
            self.assertEqual((answer.status, answer.headers["Allow"]), (405, "POST"))

    def test_versions_that_there_are_not_are_told_with_those_that_there_are(self):
        for version in ("2025-06-18", "v999.0.0"):
            message = self.agent.make("tools/list")
            message["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = version
            reply = self.agent.post(message, {**headers_of(message),
                                              "MCP-Protocol-Version": version})
            self.assertEqual((reply.status, reply.error["code"]), (400, -32022))
            self.assertEqual(reply.error["data"],
                             {"supported": [MODERN, LEGACY], "requested": version})

    def test_headers_must_say_what_the_body_says(self):
        message = self.agent.make("tools/call", {"name": "shell", "arguments": {}})
        right = headers_of(message)
        for name, value in (("Mcp-Method", "tools/list"), ("Mcp-Method", None),
                            ("Mcp-Name", "nap"), ("Mcp-Name", None),
                            ("Mcp-Name", "=?base64?bmFw?="), ("Mcp-Name", "=?base64?!?="),
                            ("MCP-Protocol-Version", LEGACY), ("MCP-Protocol-Version", None)):
            with self.subTest(name=name, value=value):
                headers = {**right, name: value}
                reply = self.agent.post(message, {key: text for key, text in headers.items()
                                                  if text is not None})
                self.assertEqual((reply.status, reply.error["code"]), (400, -32020))
        reply = self.agent.post(message, {**right, "Mcp-Name": "=?base64?c2hlbGw=?="})
        self.assertIn("result", reply.answer)

    def test_a_request_without_its_meta_is_malformed(self):
        for missing in ("io.modelcontextprotocol/protocolVersion",
                        "io.modelcontextprotocol/clientCapabilities"):
            message = self.agent.make("tools/list")
            headers = headers_of(message)
            del message["params"]["_meta"][missing]
            reply = self.agent.post(message, headers)
            self.assertEqual((reply.status, reply.error["code"]), (400, -32602))
            self.assertIn(missing, reply.error["message"])

    def test_a_client_that_takes_no_events_gets_json(self):
        message = self.agent.make("tools/call", {"name": "shell", "arguments": {
            "files": SMALL, "script": "echo one"}})
        reply = self.agent.post(message, {**headers_of(message), "Accept": "application/json"})
        self.assertEqual(reply.headers["Content-Type"], "application/json")
        self.assertEqual(reply.result["structuredContent"]["status"], "completed")

    def test_progress_has_the_queue_and_the_output(self):
        reply = self.shell("for i in 1 2 3; do echo line $i; sleep 0.6; done", token="t")
        told = [each["message"] for each in reply.progress]
        self.assertTrue(all(each["progressToken"] == "t" for each in reply.progress))
        numbers = [each["progress"] for each in reply.progress]
        self.assertEqual(numbers, sorted(set(numbers)))
        text = "\n".join(told)
        self.assertIn("running", text)
        for line in ("line 1", "line 2", "line 3"):
            self.assertEqual(text.count(line), 1, text)

    def test_much_output_makes_few_notifications(self):
        reply = self.shell("seq 20000", token=7)
        self.assertLess(len(reply.progress), 12)
        self.assertIn("lines left out", "\n".join(each["message"] for each in reply.progress))
        self.assertEqual(self.shell("seq 100").progress, [])  # nobody asked for it

    def test_closing_the_stream_cancels(self):
        message = self.agent.make("tools/call", {"name": "shell", "arguments": {
            "files": SMALL, "script": "echo begun; sleep 1000"}}, token="t")
        connection, response = self.agent.open(message)
        for event in events_of(response):
            if event and "begun" in event["params"]["message"]:
                break
        response.close()
        connection.close()
        self.server.until(lambda: self.server.queue()["running"] == 0, "the run is cancelled")
        self.assertEqual(self.server.get("/api/jobs").json["jobs"][0]["status"], "cancelled")

    def test_a_quota_says_when_to_try_again(self):
        server = Server(self, hourly_per_client=1)
        agent = Agent(server)
        arguments = {"files": SMALL, "script": "true"}
        self.assertIs(agent.call("shell", arguments).result["isError"], False)
        refused = agent.call("shell", arguments).result
        self.assertIs(refused["isError"], True)
        self.assertRegex(refused["content"][0]["text"], r"Try again in \d+ s")
        self.assertEqual(refused["_meta"]["glovebox/error"]["type"], "RateLimitError")

    def test_inline_files_have_bounds(self):
        big = [{"path": "big.txt", "text": "x" * (1 << 20)}]
        refused = self.agent.call("nap", {"files": big}).result
        self.assertIs(refused["isError"], True)
        self.assertIn("1 MiB", refused["content"][0]["text"])
        fits = [{"path": "big", "text": "\n" * ((1 << 20) - 3)}]
        self.assertIs(self.agent.call("nap", {"files": fits}).result["isError"], False)
        many = [{"path": f"{i}.txt", "text": ""} for i in range(1001)]
        self.assertIn("1000", self.agent.call("nap", {"files": many}).result["content"][0]["text"])
        message = self.agent.make("tools/list")
        message["params"]["padding"] = "x" * (4 << 20)
        answer = self.server.call("POST", "/mcp", json.dumps(message), headers_of(message))
        self.assertEqual(answer.status, 413)

    def test_projects_go_on_to_the_next_call(self):
        run = self.shell("cat a.txt").result["structuredContent"]
        again = self.agent.call("shell", {"projectId": run["projectId"], "script": "cat a.txt"})
        self.assertEqual(again.result["structuredContent"]["outputTail"], ["alpha"])
        uploaded = self.server.project({"b.txt": "beta\n"})
        other = self.agent.call("shell", {"projectId": uploaded, "script": "cat b.txt"})
        self.assertEqual(other.result["structuredContent"]["outputTail"], ["beta"])

    def test_artifacts_and_output_are_resources(self):
        result = self.shell("echo made > 'new file.txt'; printf '\\377\\0' > bytes; echo out").result
        links = {each["name"]: each["uri"] for each in result["content"]
                 if each["type"] == "resource_link"}
        self.assertEqual(set(links), {"new file.txt", "bytes"})
        text = self.agent.ask("resources/read", {"uri": links["new file.txt"]}).result
        self.assertEqual(text["contents"][0]["text"], "made\n")
        self.assertEqual(text["cacheScope"], "private")
        blob = self.agent.ask("resources/read", {"uri": links["bytes"]}).result["contents"][0]
        self.assertEqual((blob["blob"], blob["mimeType"]), ("/wA=", "application/octet-stream"))
        run = result["structuredContent"]
        output = self.agent.ask("resources/read",
                                {"uri": f"glovebox://runs/{run['runId']}/output"}).result
        self.assertEqual(output["contents"][0]["text"], "out\n")
        templates = self.agent.ask("resources/templates/list").result["resourceTemplates"]
        self.assertEqual(len(templates), 4)
        self.assertEqual(self.agent.ask("resources/list").result["resources"], [])

    def test_a_resource_that_is_too_large_is_refused_with_where_it_is(self):
        result = self.shell("head -c 4194305 /dev/zero > large").result
        uri = result["structuredContent"]["artifacts"][0]["uri"]
        refused = self.agent.ask("resources/read", {"uri": uri}).error
        self.assertEqual(refused["code"], -32602)
        self.assertIn("GET /api/jobs/", refused["message"])

    def test_a_started_run_is_read_until_its_end(self):
        started = self.agent.call("start_run", {"tool": "shell", "files": SMALL, "parameters": {
            "script": "echo begun; sleep 2; echo ended"}}).result["structuredContent"]
        self.assertIn(started["status"], ("queued", "running"))
        soon = self.agent.call("read_run", {"runId": started["runId"]}).result["structuredContent"]
        self.assertIn(soon["status"], ("queued", "running"))
        end = self.agent.call("read_run", {"runId": started["runId"], "waitMs": 30_000})
        run = end.result["structuredContent"]
        self.assertEqual((run["status"], run["outputTail"]), ("completed", ["begun", "ended"]))

    def test_waiting_for_a_run_ends_in_time_and_leaves_it(self):
        started = self.agent.call("start_run", {"tool": "shell", "files": SMALL, "parameters": {
            "script": "sleep 1000"}}).result["structuredContent"]
        reply = self.agent.call("read_run", {"runId": started["runId"], "waitMs": 200})
        self.assertIn(reply.result["structuredContent"]["status"], ("queued", "running"))
        self.assertEqual(self.server.queue()["running"], 1)

    def test_a_tool_without_inputs_needs_no_project(self):
        tools = self.server.temp.path / "more"
        tools.mkdir()
        (tools / "date.toml").write_text('id = "date"\nname = "date"\ndescription = "d"\n'
                                         'category = "Tests"\ncommand = ["echo", "today"]\n')
        agent = Agent(Server(self, tools_dirs=[tools]))
        self.assertEqual(agent.call("date").result["structuredContent"]["outputTail"], ["today"])

    def test_pages_of_other_sites_are_refused(self):
        foreign = self.server.call("POST", "/mcp", json.dumps(request("tools/list")),
                                   {**headers_of(request("tools/list")),
                                    "Origin": "https://elsewhere.example"})
        self.assertEqual(foreign.status, 403)


class TasksTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(self)
        self.agent = Agent(self.server)

    def start(self, script):
        return self.agent.call("shell", {"files": SMALL, "script": script}, tasks=True).result

    def get(self, task):
        return self.agent.ask("tasks/get", {"taskId": task["taskId"]}, tasks=True)

    def wait(self, task):
        self.server.until(lambda: self.get(task).result["status"] != "working", "the task ends")
        return self.get(task).result

    def test_a_run_is_a_task_for_clients_that_declare_it(self):
        task = self.start("echo words; sleep 1")
        self.assertEqual((task["resultType"], task["status"]), ("task", "working"))
        self.assertEqual(self.get(task).result["status"], "working")
        ended = self.wait(task)
        self.assertEqual((ended["status"], ended["resultType"]), ("completed", "complete"))
        self.assertEqual(ended["result"]["structuredContent"]["outputTail"], ["words"])
        self.assertGreater(ended["ttlMs"], 3_600_000)

    def test_a_task_survives_the_server(self):
        task = self.start("sleep 0.2; echo done")
        self.server.kill()
        self.server.flags[1] = f"127.0.0.1:{self.server.port}"
        self.server.start()
        self.assertIn(self.get(task).result["status"], ("working", "completed"))
        self.assertEqual(self.wait(task)["status"], "completed")

    def test_a_task_is_cancelled(self):
        task = self.start("sleep 1000")
        for method in ("tasks/update", "tasks/cancel"):
            more = {"inputResponses": {}} if method == "tasks/update" else {}
            reply = self.agent.ask(method, {"taskId": task["taskId"], **more}, tasks=True)
            self.assertEqual(reply.result["resultType"], "complete")
        self.assertEqual(self.wait(task)["status"], "cancelled")

    def test_a_check_up_is_a_task_too(self):
        task = self.agent.call("check_project", {"files": SMALL, "tools": ["nap"]},
                               tasks=True).result
        self.assertEqual(task["resultType"], "task")
        ended = self.wait(task)
        self.assertEqual(len(ended["result"]["structuredContent"]["runs"]), 1)

    def test_unknown_tasks_and_clients_that_did_not_declare(self):
        unknown = {"taskId": "job_none"}
        for method, more in (("tasks/get", {}), ("tasks/cancel", {}),
                             ("tasks/update", {"inputResponses": {}})):
            reply = self.agent.ask(method, {**unknown, **more}, tasks=True)
            self.assertEqual(reply.error["code"], -32602)
            reply = self.agent.ask(method, {**unknown, **more})
            self.assertEqual((reply.status, reply.error["code"]), (400, -32021))
            self.assertEqual(reply.error["data"]["requiredCapabilities"], {"extensions": {TASKS: {}}})


class LegacyTest(unittest.TestCase):
    """2025-11-25, without a session id."""

    def setUp(self):
        self.server = Server(self)
        self.agent = Agent(self.server, LEGACY)

    def initialize(self, version=LEGACY):
        return self.agent.ask("initialize", {"protocolVersion": version, "capabilities": {},
                                             "clientInfo": {"name": "test", "version": "1"}})

    def test_it_begins_with_initialize_and_has_no_session(self):
        reply = self.initialize()
        self.assertEqual(reply.result["protocolVersion"], LEGACY)
        self.assertEqual(reply.result["serverInfo"]["name"], "glovebox")
        self.assertIsNone(reply.headers.get("Mcp-Session-Id"))
        told = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        self.assertEqual(self.agent.post(told).status, 202)
        self.assertEqual(self.agent.ask("ping").result, {})
        listed = self.agent.ask("tools/list").result
        self.assertNotIn("ttlMs", listed)
        self.assertNotIn("resultType", listed)

    def test_older_versions_get_the_protocols_error(self):
        for version in ("2024-11-05", "2025-03-26", "2025-06-18"):
            reply = self.initialize(version)
            self.assertEqual((reply.status, reply.error["code"]), (400, -32022))
            self.assertEqual(reply.error["data"]["supported"], [MODERN, LEGACY])
            message = self.agent.make("tools/list")
            reply = self.agent.post(message, {**headers_of(message, LEGACY),
                                              "MCP-Protocol-Version": version})
            self.assertEqual((reply.status, reply.error["code"]), (400, -32022))
        self.assertEqual(self.initialize("2099-01-01").result["protocolVersion"], LEGACY)
        message = self.agent.make("tools/list")
        reply = self.agent.post(message, {"Content-Type": "application/json"})
        self.assertEqual((reply.status, reply.error["code"]), (400, -32020))

    def test_unknown_methods_and_resources(self):
        self.assertEqual(self.agent.ask("server/discover").error["code"], -32601)
        self.assertEqual(self.agent.ask("tasks/get", {"taskId": "job_1"}).error["code"], -32601)
        missing = self.agent.ask("resources/read", {"uri": "glovebox://runs/job_none/output"})
        self.assertEqual(missing.error["code"], -32002)

    def begin(self):
        message = self.agent.make("tools/call", {"name": "shell", "arguments": {
            "files": SMALL, "script": "echo begun; sleep 5; echo ended"}}, token="t")
        connection, response = self.agent.open(message)
        events = events_of(response)
        for event in events:
            if event and "begun" in event["params"]["message"]:
                break
        return message, connection, response, events

    def test_only_the_notification_cancels(self):
        message, connection, response, events = self.begin()
        other = {"jsonrpc": "2.0", "method": "notifications/cancelled",
                 "params": {"requestId": 999}}
        self.assertEqual(self.agent.post(other).status, 202)
        self.assertEqual(self.server.queue()["running"], 1)
        other["params"]["requestId"] = message["id"]
        self.assertEqual(self.agent.post(other).status, 202)
        self.assertEqual([event for event in events if event and "id" in event], [])
        connection.close()
        self.server.until(lambda: self.server.queue()["running"] == 0, "the run is cancelled")
        self.assertEqual(self.server.get("/api/jobs").json["jobs"][0]["status"], "cancelled")

    def test_a_broken_stream_leaves_the_run(self):
        _, connection, response, _ = self.begin()
        response.close()
        connection.close()
        self.server.until(lambda: self.server.get("/api/jobs").json["jobs"][0]["status"] ==
                          "completed", "the run ends by itself")
        job = self.server.get("/api/jobs").json["jobs"][0]
        run = self.agent.call("read_run", {"runId": job["jobId"]}).result["structuredContent"]
        self.assertEqual(run["outputTail"], ["begun", "ended"])


class RealToolsTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(self, tools_dirs=[TOOLS])
        self.agent = Agent(self.server)

    @needs("cppcheck")
    def test_cppcheck_finds_the_leak_in_files_and_in_a_project(self):
        reply = self.agent.call("cppcheck", {"files": LEAKS})
        run = reply.result["structuredContent"]
        self.assertEqual((run["verdict"], run["status"]), ("findings", "completed"))
        found = {(each["path"], each["line"], each["rule"]) for each in run["findings"]}
        self.assertIn(("src/leak.c", 5, "memleak"), found)
        text = reply.result["content"][0]["text"]
        self.assertIn("src/leak.c:5:", text)
        self.assertIn("[memleak]", text)
        schema = {tool["name"]: tool for tool in self.agent.ask("tools/list").result["tools"]}
        self.check_schema(schema["cppcheck"]["outputSchema"], run)
        report = self.agent.ask("resources/read", {"uri": run["report"]}).result["contents"][0]
        self.assertEqual(json.loads(report["text"])["version"], "2.1.0")
        self.assertEqual(report["mimeType"], "application/sarif+json")
        project = self.server.project({"src/leak.c": LEAK, "other.txt": ""})
        again = self.agent.call("cppcheck", {"projectId": project}).result["structuredContent"]
        self.assertEqual([each["rule"] for each in again["findings"]],
                         [each["rule"] for each in run["findings"]])

    def check_schema(self, schema, value):
        self.assertEqual([error.message for error in
                          jsonschema.Draft202012Validator(schema).iter_errors(value)], [])

    @needs("cppcheck")
    def test_a_check_up_and_its_findings_in_pages(self):
        schema = {tool["name"]: tool for tool in self.agent.ask("tools/list").result["tools"]}
        reply = self.agent.call("check_project", {"files": LEAKS, "tools": ["cppcheck"]}, token=1)
        checked = reply.result["structuredContent"]
        self.check_schema(schema["check_project"]["outputSchema"], checked)
        self.assertIn("memleak", {each["rule"] for each in checked["findings"]})
        self.assertTrue(any("1 of 1 tools ended" in each["message"] for each in reply.progress))
        read = self.agent.call("read_run", {"runId": checked["checkupId"]}).result
        self.check_schema(schema["read_run"]["outputSchema"], read["structuredContent"])
        page = self.agent.call("read_findings", {"runId": checked["runs"][0]["runId"],
                                                 "limit": 1}).result["structuredContent"]
        self.check_schema(schema["read_findings"]["outputSchema"], page)
        self.assertEqual(len(page["findings"]), 1)
        errors = self.agent.call("read_findings", {"runId": checked["checkupId"],
                                                   "severity": "error"}).result
        self.assertIn("memleak", errors["content"][0]["text"])
        report = self.agent.ask("resources/read", {"uri": checked["report"]}).result
        self.assertIn("cppcheck", report["contents"][0]["text"])

    @needs("cppcheck")
    def test_an_example_is_a_project(self):
        listed = self.agent.call("list_examples", {"tool": "cppcheck"}).result["structuredContent"]
        self.assertTrue(listed["examples"])
        for example in listed["examples"]:
            self.assertTrue(example["projectId"].startswith("example:cppcheck/"))
        run = self.agent.call("cppcheck", {"projectId": listed["examples"][0]["projectId"]})
        self.assertEqual(run.result["structuredContent"]["status"], "completed")

    @needs("cppcheck")
    def test_names_with_underscores_are_taken_for_ids(self):
        names = [tool["name"] for tool in self.agent.ask("tools/list").result["tools"]]
        dashed = next(name for name in names if "-" in name)
        refused = self.agent.call(dashed.replace("-", "_"), {})
        self.assertIn("projectId", refused.result["content"][0]["text"])


class KeysTest(unittest.TestCase):
    def test_a_key_is_asked_for_and_owns_what_it_starts(self):
        server = Server(self)
        keys = server.temp.path / "keys.toml"
        made = {name: glovebox("key", "create", name, "--keys-file", keys).stdout.decode().strip()
                for name in ("ann", "bob")}
        server = Server(self, keys_file=keys)
        self.assertEqual(server.call("POST", "/mcp", json.dumps(request("tools/list")),
                                     headers_of(request("tools/list"))).status, 401)
        ann, bob = Agent(server), Agent(server)
        ann.headers = {"Authorization": f"Bearer {made['ann']}"}
        bob.headers = {"Authorization": f"Bearer {made['bob']}"}
        run = ann.call("shell", {"files": SMALL, "script": "true"}).result["structuredContent"]
        self.assertIs(ann.call("read_run", {"runId": run["runId"]}).result["isError"], False)
        self.assertIs(bob.call("read_run", {"runId": run["runId"]}).result["isError"], True)


if __name__ == "__main__":
    unittest.main()
