"""Messages of the Model Context Protocol: made, sent, and held against the protocol's schemas."""
import functools
import http.client
import json
import pathlib
import subprocess

import jsonschema

from harness import BINARY, PATIENCE, clean_environment

SCHEMAS = pathlib.Path(__file__).resolve().parent / "mcp_schemas"
MODERN = "2026-07-28"
LEGACY = "2025-11-25"
TASKS = "io.modelcontextprotocol/tasks"
NAMED = {"tools/call": "name", "resources/read": "uri", "tasks/get": "taskId",
         "tasks/update": "taskId", "tasks/cancel": "taskId"}
RESULTS = {"tools/list": "ListToolsResult", "tools/call": "CallToolResult",
           "server/discover": "DiscoverResult", "initialize": "InitializeResult",
           "resources/list": "ListResourcesResult", "resources/read": "ReadResourceResult",
           "resources/templates/list": "ListResourceTemplatesResult", "ping": "EmptyResult"}
TASK_RESULTS = {"tasks/get": "GetTaskResult", "tasks/update": "UpdateTaskResult",
                "tasks/cancel": "CancelTaskResult"}
REQUESTS = {"tools/list": "ListToolsRequest", "tools/call": "CallToolRequest",
            "server/discover": "DiscoverRequest", "initialize": "InitializeRequest",
            "resources/read": "ReadResourceRequest"}
ERRORS = {-32020: "HeaderMismatchError", -32021: "MissingRequiredClientCapabilityError",
          -32022: "UnsupportedProtocolVersionError"}


@functools.lru_cache(maxsize=None)
def validator(file, name):
    document = json.loads((SCHEMAS / f"{file}.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": document["$defs"]})


def wrong_in(file, name, value):
    return [f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
            for error in validator(file, name).iter_errors(value)]


def wrong_message(message, method, revision):
    """What is wrong with a message that answers a request of this method; nothing: it is right."""
    if "method" in message:
        if message["method"] != "notifications/progress":
            return [f"an unexpected {message['method']}"]
        return wrong_in(revision, "ProgressNotification", message)
    if "error" in message:
        name = "JSONRPCErrorResponse"
        special = ERRORS.get(message["error"].get("code"))
        wrong = wrong_in(revision, name, message)
        return wrong + (wrong_in(MODERN, special, message) if special else [])
    result = message["result"]
    if method in TASK_RESULTS:
        return wrong_in("ext-tasks", TASK_RESULTS[method], result)
    if result.get("resultType") == "task":
        return wrong_in("ext-tasks", "CreateTaskResult", result)
    return (wrong_in(revision, "JSONRPCResultResponse", message) +
            wrong_in(revision, RESULTS[method], result))


def request(method, params=None, *, id=1, revision=MODERN, token=None, tasks=False, **meta):
    """A request, as a client of that revision sends it."""
    params = dict(params or {})
    of_meta = dict(meta)
    if revision == MODERN:
        of_meta["io.modelcontextprotocol/protocolVersion"] = MODERN
        of_meta["io.modelcontextprotocol/clientInfo"] = {"name": "test", "version": "1"}
        of_meta["io.modelcontextprotocol/clientCapabilities"] = (
            {"extensions": {TASKS: {}}} if tasks else {})
    if token is not None:
        of_meta["progressToken"] = token
    if of_meta:
        params["_meta"] = of_meta
    message = {"jsonrpc": "2.0", "id": id, "method": method}
    if params:
        message["params"] = params
    return message


def headers_of(message, revision=MODERN):
    headers = {"Content-Type": "application/json",
               "Accept": "application/json, text/event-stream"}
    if revision == MODERN or message.get("method") != "initialize":
        headers["MCP-Protocol-Version"] = revision
    if revision == MODERN and "id" in message:
        method = message["method"]
        headers["Mcp-Method"] = method
        if method in NAMED:
            headers["Mcp-Name"] = message["params"][NAMED[method]]
    return headers


def messages_of(media, body):
    if media == "text/event-stream":
        events = body.decode().split("\n\n")
        return [json.loads(line[len("data: "):]) for event in events
                for line in event.split("\n") if line.startswith("data: ")]
    return [json.loads(body)] if body else []


class Reply:
    def __init__(self, status, headers, messages):
        self.status = status
        self.headers = headers
        self.messages = messages

    @property
    def answer(self):
        return self.messages[-1]

    @property
    def result(self):
        return self.answer["result"]

    @property
    def error(self):
        return self.answer["error"]

    @property
    def progress(self):
        return [each["params"] for each in self.messages[:-1]]


class Agent:
    """A client over HTTP. Each message is held against the schemas."""

    def __init__(self, server, revision=MODERN):
        self.server = server
        self.case = server.case
        self.revision = revision
        self.headers = {}
        self.next_id = 0

    def make(self, method, params=None, **options):
        self.next_id += 1
        message = request(method, params, id=self.next_id, revision=self.revision, **options)
        removed = {MODERN: "initialize", LEGACY: "server/discover"}[self.revision]
        if method in REQUESTS and method != removed:
            self.case.assertEqual(wrong_in(self.revision, REQUESTS[method], message), [])
        return message

    def post(self, message, headers=None):
        """As it is, with these headers instead of the right ones."""
        sent = headers if headers is not None else headers_of(message, self.revision)
        answer = self.server.call("POST", "/mcp", json.dumps(message), {**self.headers, **sent})
        media = answer.headers.get("Content-Type", "")
        reply = Reply(answer.status, answer.headers, messages_of(media, answer.body))
        method = message.get("method") if isinstance(message, dict) else None
        for each in reply.messages:
            self.case.assertEqual(wrong_message(each, method, self.revision), [], each)
        return reply

    def ask(self, method, params=None, **options):
        return self.post(self.make(method, params, **options))

    def call(self, tool, arguments=None, **options):
        return self.ask("tools/call", {"name": tool, "arguments": arguments or {}}, **options)

    def open(self, message):
        """The response of a request, to be read as it comes."""
        connection = http.client.HTTPConnection(self.server.host, self.server.port,
                                                timeout=PATIENCE)
        connection.request("POST", "/mcp", json.dumps(message),
                           {**self.headers, **headers_of(message, self.revision)})
        # The response lets the connection go once it is read; closing either ends the stream.
        return connection, connection.getresponse()


def events_of(response):
    """The messages of a stream, as they come; None for a sign of life."""
    while line := response.readline():
        if line.startswith(b"data: "):
            yield json.loads(line[len(b"data: "):])
        elif line.startswith(b":"):
            yield None


class Stdio:
    """`glovebox mcp`, a message a line."""

    def __init__(self, case, *arguments):
        self.case = case
        self.process = subprocess.Popen([BINARY, "mcp", *map(str, arguments)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=clean_environment())
        case.addCleanup(self.kill)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            pipe.close()

    def send(self, message):
        text = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.process.stdin.write(text + b"\n")
        self.process.stdin.flush()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            self.case.fail(f"the program ended: {self.process.stderr.read()[-2000:]!r}")
        return json.loads(line)

    def ask(self, message, revision=MODERN):
        """Sends it and reads up to its answer; returns all that came."""
        self.send(message)
        messages = []
        while not messages or messages[-1].get("id") != message["id"]:
            messages.append(self.read())
            wrong = wrong_message(messages[-1], message["method"], revision)
            self.case.assertEqual(wrong, [], messages[-1])
        return Reply(200, {}, messages)
