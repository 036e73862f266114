"""openapi.json as the server returns it. harness.py and stream_test.py check all responses against
it."""
import json
import unittest

import contract
from harness import ROOT, Server, glovebox


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


class OpenApiTest(unittest.TestCase):
    def test_the_server_serves_the_document_with_its_version(self):
        answer = Server(self).get("/openapi.json")
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        version = (ROOT / "VERSION").read_text().strip()
        self.assertIn(version, glovebox("--version").stdout.decode())
        expected = json.loads(json.dumps(contract.DOCUMENT))
        expected["info"]["version"] = version
        self.assertEqual(answer.json, expected)

    def test_every_reference_leads_somewhere_and_no_part_is_left_over(self):
        document = contract.DOCUMENT
        used = set(references(document))
        for reference in used:
            self.assertTrue(contract.resolved({"$ref": reference}), reference)
        parts = {f"#/components/{kind}/{name}" for kind in ("schemas", "headers", "responses")
                 for name in document["components"][kind]}
        events = {f"#/components/schemas/{name}" for name in contract.EVENTS.values()}
        self.assertEqual(parts - used - events, set())

    def test_routes_have_the_methods_that_the_document_gives_them(self):
        server = Server(self)
        for template, operations in contract.DOCUMENT["paths"].items():
            target = template.replace("{", "").replace("}", "")
            allowed = server.call("OPTIONS", target).headers["Allow"].split(", ")
            expected = {method.upper() for method in operations} | {"OPTIONS"}
            if "get" in operations:
                expected.add("HEAD")
            self.assertEqual(set(allowed), expected, template)

    def test_path_parameters_are_declared_and_operations_named_once(self):
        names = []
        for template, operations in contract.DOCUMENT["paths"].items():
            for operation in operations.values():
                names.append(operation["operationId"])
                declared = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
                self.assertEqual({f"{{{name}}}" for name in declared},
                                 {part for part in template.split("/") if part.startswith("{")})
        self.assertEqual(len(names), len(set(names)))

    def test_a_response_that_violates_the_contract_is_found(self):
        headers = {"X-Request-Id": "1", "Content-Type": "application/json"}
        good = b'{"position":1,"pending":0,"running":0,"concurrency":2,"capacity":9,' \
               b'"estimatedWaitSec":0,"estimatedWaitMs":0}'
        for status, fields, body in (
                (200, headers, good[:-1] + b',"more":1}'),  # an unknown field
                (200, headers, good.replace(b'"running":0,', b"")),
                (200, headers, good.replace(b'"running":0', b'"running":"0"')),
                (200, {"Content-Type": "application/json"}, good),  # no request id
                (200, {**headers, "Content-Type": "text/html"}, good),
                (201, headers, good),
                (404, headers, b'{"error":"none"}')):
            with self.subTest(body=body, status=status):
                self.assertTrue(contract.check_answer("GET", "/api/queue/status", status, fields, body))
        self.assertEqual(contract.check_answer("GET", "/api/queue/status", 200, headers, good), [])


if __name__ == "__main__":
    unittest.main()
