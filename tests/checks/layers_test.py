"""Layers include only downwards, as docs/architecture.md draws them."""
import re
import unittest

import source_tree

# Whom each layer may include, besides itself. An arrow of the drawing, and all below it.
_CORE = {"base", "model"}
_PARTS = {"registry", "projects", "sandbox", "queue", "store"}
ALLOWED = {
    "base": set(),
    "model": {"base"},
    "auth": _CORE,
    "registry": _CORE,
    "projects": _CORE,
    "sandbox": _CORE,
    "queue": _CORE,
    "store": _CORE,
    "execution": _CORE | _PARTS,
    "http": _CORE | _PARTS | {"execution", "auth"},
    "client": _CORE,
    "cli": _CORE | {"client"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def includes_of(text):
    return INCLUDE.findall(text)


def violations(path, text):
    """Includes that point upwards or sideways, as messages."""
    layer = path.parts[1]
    if layer not in ALLOWED:
        return [f"{path}: src/{layer} is no layer of the architecture"]
    found = []
    for name in includes_of(text):
        target = name.split("/")[0] if "/" in name else None
        if target in ALLOWED and target != layer and target not in ALLOWED[layer]:
            found.append(f"{path}: {layer} may not include {name}")
        elif target is not None and target not in ALLOWED:
            found.append(f"{path}: {name} lies in no layer")
        elif target is None and not (source_tree.ROOT / "testing" / name).exists():
            found.append(f'{path}: write "{layer}/{name}"')
    return found


class LayersTest(unittest.TestCase):
    def test_every_layer_includes_only_downwards(self):
        sources = [path for path in source_tree.code_files() if path.parts[0] == "src"]
        self.assertGreater(len(sources), 50)
        found = [line for path in sources for line in violations(path, source_tree.read(path))]
        self.assertEqual(found, [])

    def test_every_layer_is_there(self):
        folders = {path.name for path in (source_tree.ROOT / "src").iterdir() if path.is_dir()}
        self.assertEqual(set(ALLOWED), folders)

    def test_the_check_sees_an_upward_include(self):
        path = source_tree.pathlib.PurePosixPath("src/model/x.cc")
        self.assertEqual(violations(path, '#include "http/server.h"\n'),
                         ["src/model/x.cc: model may not include http/server.h"])
        self.assertEqual(violations(path, '#include "base/error.h"\n#include <map>\n'), [])
        self.assertEqual(len(violations(path, '  # include "model.h"\n')), 1)


if __name__ == "__main__":
    unittest.main()
