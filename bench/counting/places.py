"""Paths, and the options of the counted servers."""
import json
import pathlib
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "dev"
PROGRAMS = BUILD / "bench" / "counting"
TARGETS = ["glovebox", "counted_server", "request_driver", "step_counter"]
RECORD = ROOT / "bench" / "recorded" / "instructions.toml"
PATIENCE = 300  # seconds; only a hang takes that long

MANIFEST = """\
id = "nothing"
name = "nothing"
description = "Ends at once."
category = "Benchmark"
inputs = ["*"]
timeout = "600s"
command = ["true"]
"""
BODY = {"toolId": "nothing"}


class NotCounted(Exception):
    """Has the text of what this machine lacks."""


class Failed(Exception):
    """The counting itself failed."""


def write_tools(folder):
    for name in ("tools", "examples"):
        (folder / name).mkdir()
    (folder / "tools" / "nothing.toml").write_text(MANIFEST)


def write_project(folder, name="project"):
    """An archive; another name gives another project."""
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("main.c", f"/* {name} */\n")
    return path


def execute_body(project):
    return json.dumps({**BODY, "projectId": project})
