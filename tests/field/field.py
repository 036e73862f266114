"""Real projects through a real server: every archive is uploaded, every suited tool runs, and
docs/field.md shows the results. Earlier measurements with the same tools are stored in
build/field; --again repeats all of them."""
import argparse
import hashlib
import json
import os
import pathlib
import re
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import fetch  # noqa: E402
import harness  # noqa: E402
import table  # noqa: E402

FOLDER = ROOT / "build" / "field"
RESULTS = FOLDER / "results.json"
# A request waits for its tool, which may take its whole time limit.
harness.PATIENCE = 1200


def fingerprint(tool):
    """A hash of everything that a tool consists of: its manifest and the programs that it names."""
    manifest = (ROOT / "tools" / f"{tool}.toml").read_text()
    names = re.findall(r"\{file:([^}]+)\}", manifest)
    texts = [manifest, *((ROOT / "tools" / name).read_text() for name in names)]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


class Results:
    def __init__(self):
        self.all = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}

    def of(self, project):
        return self.all.setdefault(project, {"archives": {}, "runs": {}})

    def save(self):
        temporary = RESULTS.with_suffix(".new")
        temporary.write_text(json.dumps(self.all, indent=1))
        os.replace(temporary, RESULTS)


def upload(server, folder, name, kept):
    """Both archives; the project of the one that was taken."""
    project = None
    for kind, make in (("zip", fetch.make_zip), ("tar.gz", fetch.make_tar)):
        archive = FOLDER / f"archive.{kind}"
        make(folder, archive, f"{name}-main")
        answer = server.call("POST", f"/api/upload?name={name}.{kind}", archive.read_bytes(),
                             {"Content-Type": "application/octet-stream"})
        taken = answer.status == 201
        kept["archives"][kind] = ({"taken": True, "files": answer.json["fileCount"],
                                   "warnings": answer.json["warningCount"]} if taken else
                                  {"taken": False, "why": answer.error["message"]})
        if taken:
            project = answer.json
    return project


def measure(server, project, tool):
    began = time.monotonic()
    done = server.execute(tool, project["projectId"]).json
    if "jobId" not in done:
        return {"verdict": None, "status": "refused", "why": done["error"]["message"]}
    notes = [line for line in done["output"] if line.startswith("note: ")]
    return {"status": done["status"], "verdict": done["verdict"], "reason": done["reason"],
            "exitCode": done["exitCode"], "message": done["message"],
            "seconds": round(time.monotonic() - began, 1),
            "memory": done["usage"]["peakMemoryBytes"], "lines": done["outputLines"],
            "truncated": done["outputTruncated"], "findings": done.get("findings"),
            "notes": notes[:3], "last": done["output"][-1:] if done["output"] else []}


class Field(unittest.TestCase):
    options = argparse.Namespace(projects=None, tools=None, again=False)

    def test_field(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        sources, results = fetch.Sources(FOLDER), Results()
        server = harness.Server(self, tools_dirs=[harness.TOOLS], hourly_per_client=0,
                                concurrency=1)
        tools = {tool["id"]: tool for tool in server.get("/api/tools").json["tools"]}
        for one in fetch.projects():
            if self.options.projects and one["name"] not in self.options.projects:
                continue
            self.run_project(server, tools, sources.get(one), one["name"], results)
        for kept in results.all.values():
            for tool, run in kept["runs"].items():
                run["older"] = run["print"] != fingerprint(tool)
        table.write(results.all, [one["name"] for one in fetch.projects()],
                    ROOT / "docs" / "field.md")
        print(table.summary(results.all))

    def run_project(self, server, tools, folder, name, results):
        kept = results.of(name)
        project = upload(server, folder, name, kept)
        kept["lines"] = fetch.lines(folder)
        suited = {} if project is None else {one["toolId"]: one["files"] for one in
                                             project["suits"]}
        kept["suited"] = sorted(tool for tool in suited if tools[tool]["status"] == "available")
        for tool in [tool for tool in kept["runs"] if tool not in suited]:
            del kept["runs"][tool]
        for tool, files in sorted(suited.items()):
            if self.options.tools and tool not in self.options.tools:
                continue
            if tools[tool]["status"] != "available":
                continue
            print_of = fingerprint(tool)
            before = kept["runs"].get(tool)
            if before and before["print"] == print_of and not self.options.again:
                continue
            run = measure(server, project, tool)
            kept["runs"][tool] = dict(run, files=files, print=print_of)
            print(f"{name} {tool}: {run['verdict'] or run['status']}, {run.get('seconds')} s",
                  flush=True)
            results.save()
        results.save()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", action="append", dest="projects")
    parser.add_argument("--tool", action="append", dest="tools")
    parser.add_argument("--again", action="store_true")
    Field.options = parser.parse_args()
    result = unittest.TextTestRunner().run(unittest.TestLoader().loadTestsFromTestCase(Field))
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
