"""The table: as text, and in docs/performance.md between two comments."""
import datetime
import os
import platform
import re

from comparison.bench import ROOT
from comparison.measure import fill, number

PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- bench/compare writes from here -->"
END = "<!-- to here -->"


def machine():
    cpu = "unknown CPU"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo", encoding="utf-8") as file:
        gib = int(re.search(r"\d+", file.readline())[0]) / (1 << 20)
    virtual = ", virtual" if " hypervisor " in open("/proc/cpuinfo", encoding="utf-8").read() else ""
    return (f"{cpu}{virtual}, {os.cpu_count()} CPUs, {gib:.0f} GiB; "
            f"Linux {platform.release().split('-')[0]}")


def load_average():
    return f"{os.getloadavg()[0]:.1f}"


def heading(rounds, load_before, quick):
    now = datetime.datetime.now(datetime.timezone.utc)
    each = "one round" if rounds == 1 else f"median of {rounds} rounds"
    return (f"{now:%Y-%m-%d %H:%M} UTC; {machine()}; load average {load_before} before, "
            f"{load_average()} after; {each}{', --quick: less of everything' if quick else ''}.")


def cells(row, figures):
    value = figures[row.figure]
    return [row.what, fill(row.ours, figures), fill(row.against, figures),
            f"{number(value)} {row.unit}", row.target(), row.verdict(value)]


def empty_cells(row):
    return [row.what, "", "", "not measured", row.target(), ""]


TITLES = ["what", "Glovebox", "against", "figure", "target (stretch)", ""]


def markdown(head, lines, missing):
    out = [head, "", "| " + " | ".join(TITLES) + " |", "|" + " --- |" * len(TITLES)]
    out += ["| " + " | ".join(line) + " |" for line in lines]
    out += ["", "Not measured: " + ("; ".join(missing) or "nothing") + "."]
    return "\n".join(out)


def plain(head, lines, missing):
    out = [head, ""]
    for what, ours, against, figure, target, verdict in lines:
        out.append(what.replace("\\|", "|"))
        made_of = " against ".join(part for part in (ours, against) if part)
        told = (figure, verdict.strip("*"), f"(target {target or 'none'})", made_of)
        out.append("    " + "  ".join(part for part in told if part))
    return "\n".join(out + [f"not measured: {why}" for why in missing])


def write(text):
    page = PAGE.read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE} lacks the lines {BEGIN} and {END}")
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
