"""Checks the server's responses against openapi.json: statuses, fields and their types."""
import functools
import json
import pathlib
import re
import urllib.parse

import jsonschema

DOCUMENT = json.loads((pathlib.Path(__file__).resolve().parents[2] / "src" / "http" / "openapi.json")
                      .read_text(encoding="utf-8"))
SCHEMAS = DOCUMENT["components"]["schemas"]
EVENTS = {"status": "StatusEvent", "output": "OutputEvent", "error": "ErrorEvent",
          "findings": "FindingsEvent", "complete": "Execution", "job": "Execution"}
# What HTTP itself may return on any route, before routing.
ANYWHERE = {"400", "403", "404", "405", "408", "411", "413", "414", "415", "431", "500", "503"}


def resolved(node):
    while "$ref" in node:
        node = functools.reduce(lambda at, name: at[name], node["$ref"][2:].split("/"), DOCUMENT)
    return node


def path_pattern(template):
    """As the router matches it: one segment per parameter, but a last {path} matches the rest."""
    pattern = re.escape(template).replace(r"\{path\}", ".+")
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", pattern) + "$")


PATTERNS = [(path_pattern(template), template) for template in DOCUMENT["paths"]]


def operation(method, target):
    """None for paths that are not documented: the console, and addresses that do not exist."""
    path = urllib.parse.urlsplit(target).path
    for pattern, template in PATTERNS:
        if pattern.match(path):
            return DOCUMENT["paths"][template].get({"HEAD": "GET"}.get(method, method).lower())
    return None


@functools.lru_cache(maxsize=None)
def validator(text):
    schema = {**json.loads(text), "components": {"schemas": SCHEMAS}}
    return jsonschema.Draft202012Validator(schema)


def violations(schema, value):
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
            for error in validator(json.dumps(schema)).iter_errors(value)]


def check_answer(method, target, status, headers, body):
    """The problem in words; nothing if there is none."""
    what = f"{method} {target} answered {status}"
    if "X-Request-Id" not in headers:
        return [f"{what} without X-Request-Id"]
    found = operation(method, target)
    if method == "OPTIONS":
        return []
    if status >= 400 and (found is None or str(status) in ANYWHERE - set(found["responses"])):
        schema = {"$ref": "#/components/schemas/Error"}
        return check_json(what, schema, method, headers, body)
    if found is None:
        return []
    if str(status) not in found["responses"]:
        return [f"{what}, which openapi.json does not know"]
    response = resolved(found["responses"][str(status)])
    content = response.get("content", {})
    media = headers.get("Content-Type", "").partition(";")[0]
    if not content:
        return [f"{what} with a body"] if body else []
    if media == "application/json" and media in content:
        return check_json(what, content[media]["schema"], method, headers, body)
    if media not in content and "application/octet-stream" not in content:
        return [f"{what} with {media or 'no Content-Type'}"]
    return []


def check_json(what, schema, method, headers, body):
    if headers.get("Content-Type", "").partition(";")[0] != "application/json":
        return [f"{what} with {headers.get('Content-Type')}"]
    if method == "HEAD":
        return []
    return [f"{what}: {wrong}" for wrong in violations(schema, json.loads(body))]


def check_event(name, data):
    if name not in EVENTS:
        return [f"an event {name}, which openapi.json does not know"]
    of_checkup = name == "complete" and "checkupId" in data
    schema = "Checkup" if of_checkup else EVENTS[name]
    wrong = violations({"$ref": f"#/components/schemas/{schema}"}, data)
    return [f"the event {name}: {reason}" for reason in wrong]
