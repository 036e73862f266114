"""The lists in src/metrics are complete."""
import json
import re
import unittest

import source_tree

LIMIT = re.compile(r'with\("limit",\s*([^)]*)\)')
LITERAL = re.compile(r'"([^"]+)"')
# Limits in errors that are not counted as rejections: wrong requests (400, 404, 414, 431), and bounds
# of an archive, all of which count as hostile_archive. The bounds of an image (size, layers,
# environment) are those of `glovebox image`, which is no request.
NOT_COUNTED = {
    "targetBytes", "headBytes", "headerFields", "headDeadlineMs", "pathBytes", "commandLineBytes",
    "stdin_per_job", "minimum", "maximum", "length", "entries",
    "size", "layers", "environment", "time",
}
# Set from variables: the names are in the code before them.
BY_VARIABLE = {"hourly_per_client", "concurrent_per_client", "database"}


def limits_of_sources():
    found = set()
    for path in source_tree.code_files():
        if path.parts[0] != "src" or path.stem.endswith("_test") or path.parts[1] == "metrics":
            continue
        for argument in LIMIT.findall(source_tree.read(path)):
            found.update(LITERAL.findall(argument))
    return found


def declared_limits():
    text = source_tree.read("src/metrics/refusal_metrics.cc")
    return set(re.findall(r'Named\{"([^"]+)"', text))


class MetricsTest(unittest.TestCase):
    def test_every_limit_in_an_error_is_counted_or_known_not_to_be(self):
        found = limits_of_sources()
        self.assertGreater(len(found), 15)
        self.assertEqual(found - declared_limits() - NOT_COUNTED, set())
        self.assertEqual(declared_limits() - found - BY_VARIABLE, set())
        self.assertEqual(NOT_COUNTED - found, set())

    def test_the_guide_lists_every_reason_of_a_rejection(self):
        text = source_tree.read("src/metrics/refusal_metrics.cc")
        by_limit = set(re.findall(r'Named\{"[^"]+", "([^"]+)"', text))
        by_kind = set(re.findall(r'"(\w+)"', text.split("kByKind{")[1].split("}")[0]))
        guide = set(re.findall(r"`([a-z_]+)`", source_tree.read("docs/monitoring.md")))
        self.assertEqual((by_limit | by_kind) - guide, set())

    def test_the_guide_lists_every_panel_of_the_dashboard(self):
        dashboard = json.loads(source_tree.read("deploy/grafana/dashboard.json"))
        guide = source_tree.read("docs/monitoring.md")
        self.assertEqual([panel["title"] for panel in dashboard["panels"]
                          if panel["title"] not in guide], [])


if __name__ == "__main__":
    unittest.main()
