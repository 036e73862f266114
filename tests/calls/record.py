#!/usr/bin/env python3
"""Records which system calls the shipped tools make on their examples, inside the sandbox.

    tests/calls/record.py GLOVEBOX [TOOL...]

Runs each example under strace(1), as root, and writes recorded.tsv next to this file: a call, how
often the sandbox refused it, and the tools that made it. docs/system-calls.md is generated from it:
see job_calls_test.cc. Only calls after a job's own exec count; those of its set-up do not.
"""
import collections
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
LINE = re.compile(r"^\d+<([^>]*)> +(?:<\.\.\. )?(\w+)(?:\(| resumed>)(.*)$")
ANSWER = re.compile(r"= (-?\d+|\?|0x[0-9a-f]+)(?: (E\w+))?")
REFUSALS = {"EPERM", "ENOSYS", "EAFNOSUPPORT"}


def calls_of_job(lines):
    """(call, refused) of every process of a job, from its exec on: before, it has Glovebox's name."""
    for line in lines:
        found = LINE.match(line)
        if not found or found.group(1).startswith("glovebox") or "unfinished ...>" in line:
            continue
        answer = ANSWER.search(found.group(3))
        yield found.group(2), bool(answer and answer.group(2) in REFUSALS)


def record(glovebox, example):
    with tempfile.NamedTemporaryFile("r", errors="replace") as trace:
        subprocess.run(["strace", "-f", "-qq", "-Y", "-s", "64", "-o", trace.name, glovebox, "run",
                        example.parent.name, str(example), "--tools-dir", str(ROOT / "tools")],
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False, timeout=600)
        yield from calls_of_job(trace)


def main():
    glovebox, *tools = sys.argv[1:]
    users, refused = collections.defaultdict(set), collections.Counter()
    for example in sorted((ROOT / "examples").glob("*/*")):
        tool = example.parent.name
        if tools and tool not in tools or not example.is_dir():
            continue
        print(tool, example.name, flush=True)
        for call, was_refused in record(glovebox, example):
            users[call].add(tool)
            refused[call] += was_refused
    text = "".join(f"{call}\t{refused[call]}\t{' '.join(sorted(users[call]))}\n"
                   for call in sorted(users))
    (HERE / "recorded.tsv").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
