"""openapi.json has exactly the routes of the server."""
import json
import re
import unittest

import source_tree

ROUTE = re.compile(r'router\.add\("(\w+)", "((?:/api/|/mcp|/openapi|/metrics)[^"]*)"')


class OpenApiTest(unittest.TestCase):
    def test_it_has_the_routes_of_the_sources(self):
        routes = {(method, re.sub(r"\{[^}]*\}", "{}", pattern))
                  for path in source_tree.code_files() if path.parts[:2] == ("src", "http")
                  for method, pattern in ROUTE.findall(source_tree.read(path))}
        paths = json.loads(source_tree.read("src/http/openapi.json"))["paths"]
        documented = {(method.upper(), re.sub(r"\{[^}]*\}", "{}", template))
                      for template, operations in paths.items() for method in operations}
        self.assertEqual(documented, routes)


if __name__ == "__main__":
    unittest.main()
