"""Layers include only downwards, as docs/architecture.md draws them."""
import re
import unittest

import source_tree

# The layers that each layer may include, besides itself: those of its arrows, and all below.
_CORE = {"base", "model"}
_PARTS = {"findings", "registry", "projects", "images", "sandbox", "queue", "store"}
ALLOWED = {
    "base": set(),
    "model": {"base"},
    "findings": _CORE,
    "auth": _CORE,
    "registry": _CORE | {"findings", "images", "projects"},
    "projects": _CORE,
    "images": _CORE | {"projects"},
    "sandbox": _CORE,
    "queue": _CORE,
    "store": _CORE,
    "outbound": _CORE | {"sandbox"},
    "execution": _CORE | _PARTS | {"outbound"},
    "metrics": _CORE | {"sandbox", "execution"},
    "mcp": _CORE | {"execution"},
    "sign_in": _CORE | {"outbound"},
    "http": _CORE | {"execution", "auth", "mcp", "sign_in"},
    "client": _CORE,
    "cli": _CORE | {"client", "findings"},
}
# The rooms that each room of a layer may include, besides itself. "" is the layer's own files;
# every room may include the files in INTERFACES.
_SLOT = {"exec", "cgroup", "seccomp", "slot"}
_ALL_OF_SANDBOX = _SLOT | {"landlock", "namespaces", "launcher", "pool"}
ROOMS = {
    "sandbox": {
        "": set(),
        "exec": set(),
        "cgroup": set(),
        "seccomp": {"exec"},
        "slot": _SLOT,
        "landlock": _SLOT,
        "namespaces": _SLOT | {"landlock"},
        "launcher": _SLOT | {"landlock", "namespaces"},
        "pool": _ALL_OF_SANDBOX,
    },
    "findings": {
        "source": set(),
        "text": set(),
        "sarif": set(),
        "report": {"source"},
        "": {"source", "text", "sarif", "report"},
    },
    "http": {
        "wire": set(),
        "policy": {"wire"},
        "routes": {"wire"},
        "": {"wire", "policy", "routes"},
    },
    "execution": {
        "async": set(),
        "projects": {"async"},
        "artifacts": {"async", "projects"},
        "findings": {"async", "projects"},
        "jobs": {"async", "projects", "artifacts", "findings"},
        "checkups": {"async", "projects", "artifacts", "findings", "jobs"},
        "webhooks": {"async"},
        "shares": {"async"},
        "presets": set(),
        "health": {"async", "projects", "artifacts", "findings", "jobs"},
        "": {"async", "projects", "artifacts", "findings", "jobs", "checkups", "health",
             "presets", "shares", "webhooks"},
    },
}
INTERFACES = {
    "sandbox": {"sandbox.h", "setup_step.h", "shared_etc.h"},
    "findings": {"finding_reader.h", "finding_list.h", "project_paths.h", "severity_words.h",
                 "rule_help.h"},
    "http": {"http_options.h", "console_files.h"},
    "execution": {"artifacts.h", "canary_observer.h", "checkups.h", "deep_health.h",
                  "execution_service.h", "findings.h", "job_log.h", "job_observer.h", "jobs.h",
                  "presets.h",
                  "make_execution_service.h", "project_observer.h", "projects.h", "public_error.h",
                  "service_status.h", "shares.h", "tools.h", "webhooks.h"},
}
# A test of a room may set up the whole layer; a test of the layer's own files may include every
# room.
FIXTURES = {"execution/service_fixture.h", "execution/recovery_fixture.h", "http/test_server.h"}
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
            found.append(f"{path}: {name} is in no layer")
        elif target is None and not (source_tree.ROOT / "testing" / name).exists():
            found.append(f'{path}: write "{layer}/{name}"')
    return found


def room_of(parts):
    """parts of a path below src/"""
    return parts[1] if len(parts) > 2 else ""


def room_violations(path, text):
    """Includes of a room that is not below the including room, as messages."""
    layer, room = path.parts[1], room_of(path.parts[1:])
    if layer not in ROOMS:
        return []
    if room not in ROOMS[layer]:
        return [f"{path}: src/{layer}/{room} is no room of the architecture"]
    found = []
    for name in includes_of(text):
        parts = name.split("/")
        a_test = path.stem.endswith("_test")
        if parts[0] != layer or a_test and (name in FIXTURES or room == ""):
            continue
        target = room_of(parts)
        interface = target == "" and parts[1] in INTERFACES[layer]
        if target != room and not interface and target not in ROOMS[layer][room]:
            found.append(f"{path}: {layer}/{room} may not include {name}")
    return found


class LayersTest(unittest.TestCase):
    def test_every_layer_includes_only_downwards(self):
        sources = [path for path in source_tree.code_files() if path.parts[0] == "src"]
        self.assertGreater(len(sources), 50)
        found = [line for path in sources for line in violations(path, source_tree.read(path))]
        self.assertEqual(found, [])

    def test_every_room_includes_only_rooms_below(self):
        sources = [path for path in source_tree.code_files() if path.parts[0] == "src"]
        found = [line for path in sources
                 for line in room_violations(path, source_tree.read(path))]
        self.assertEqual(found, [])

    def test_every_room_is_there_and_none_is_below_itself(self):
        for layer, rooms in ROOMS.items():
            folders = {path.name for path in (source_tree.ROOT / "src" / layer).iterdir()
                       if path.is_dir()}
            self.assertEqual(set(rooms) - {""}, folders)
            below = {room: targets - {room} for room, targets in rooms.items()}
            while below:
                free = [room for room, targets in below.items() if not targets & set(below)]
                self.assertNotEqual(free, [], f"{layer} has a cycle among {sorted(below)}")
                below = {room: targets for room, targets in below.items() if room not in free}

    def test_the_check_sees_an_include_from_a_room_above(self):
        path = source_tree.pathlib.PurePosixPath("src/sandbox/seccomp/x.cc")
        self.assertEqual(room_violations(path, '#include "sandbox/slot/slot.h"\n'),
                         ["src/sandbox/seccomp/x.cc: sandbox/seccomp may not include "
                          "sandbox/slot/slot.h"])
        self.assertEqual(room_violations(path, '#include "sandbox/exec/job_report.h"\n'), [])
        self.assertEqual(room_violations(path, '#include "sandbox/setup_step.h"\n'), [])

    def test_every_layer_is_there(self):
        folders = {path.name for path in (source_tree.ROOT / "src").iterdir() if path.is_dir()}
        self.assertEqual(set(ALLOWED), folders)

    def test_the_check_sees_an_upward_include(self):
        path = source_tree.pathlib.PurePosixPath("src/model/x.cc")
        self.assertEqual(violations(path, '#include "http/server.h"\n'),
                         ["src/model/x.cc: model may not include http/server.h"])
        self.assertEqual(violations(path, '#include "base/error.h"\n#include <map>\n'), [])
        route = source_tree.pathlib.PurePosixPath("src/http/routes/x.cc")
        self.assertEqual(violations(route, '#include "store/job_store.h"\n'),
                         ["src/http/routes/x.cc: http may not include store/job_store.h"])
        self.assertEqual(len(violations(path, '  # include "model.h"\n')), 1)


if __name__ == "__main__":
    unittest.main()
