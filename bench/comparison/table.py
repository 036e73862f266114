"""The table: as text, and in docs/performance.md between two comments."""
import datetime
import os
import platform
import re
import statistics

from comparison.bench import ROOT
from comparison.measure import fill, medians, number

PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- bench/compare writes from here -->"
END = "<!-- to here -->"


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        info = file.read()
    name = re.search(r"^model name\s*: (.*)$", info, re.M)
    cpu = name[1] if name else "unknown CPU"
    virtual = ", virtual" if " hypervisor " in info else ""
    with open("/proc/meminfo", encoding="utf-8") as file:
        gib = int(re.search(r"\d+", file.readline())[0]) / (1 << 20)
    return (f"{cpu}{virtual}, {os.cpu_count()} CPUs, {gib:.0f} GiB; "
            f"Linux {platform.release().split('-')[0]}")


def load_average():
    return f"{os.getloadavg()[0]:.1f}"


# Above this, the load of other processes determines the result.
BUSY = 0.1


def heading(rounds, load_before, others, quick):
    now = datetime.datetime.now(datetime.timezone.utc)
    each = f"medians of {rounds} rounds, with minimum and maximum"
    if rounds == 1:
        each = "one round"
    if quick:
        each += "; --quick: less of everything"
    typical = statistics.median(others)
    text = (f"{now:%Y-%m-%d %H:%M} UTC; {machine()}; load average {load_before} before, "
            f"{load_average()} after; other work took {typical:.0%} of the CPUs (sampled before "
            f"each round; at most {max(others):.0%}); {each}.")
    if typical > BUSY:
        text += (" **The machine was not idle: these figures are preliminary, and so are the "
                 "verdicts.**")
    return text


def span(values):
    least, most = number(min(values)), number(max(values))
    return "" if len(values) == 1 else f"{least} – {most}"


def cells(row, rounds):
    figures = medians(rounds)
    value = figures[row.figure]
    return [row.what, fill(row.ours, figures), fill(row.against, figures),
            f"{number(value)} {row.unit}", span([each[row.figure] for each in rounds]),
            row.target(), row.verdict(value)]


def empty_cells(row):
    return [row.what, "", "", "not measured", "", row.target(), ""]


TITLES = ["what", "Glovebox", "against", "figure", "rounds", "target (stretch)", ""]


def markdown(head, lines, missing):
    out = [head, "", "| " + " | ".join(TITLES) + " |", "|" + " --- |" * len(TITLES)]
    out += ["| " + " | ".join(line) + " |" for line in lines]
    out += ["", "Not measured: " + ("; ".join(missing) or "nothing") + "."]
    return "\n".join(out)


def plain(head, lines, missing):
    out = [head, ""]
    for what, ours, against, figure, rounds, target, verdict in lines:
        out.append(what.replace("\\|", "|"))
        made_of = " against ".join(part for part in (ours, against) if part)
        told = (figure, rounds and f"[{rounds}]", verdict.strip("*"),
                f"(target {target or 'none'})", made_of)
        out.append("    " + "  ".join(part for part in told if part))
    return "\n".join(out + [f"not measured: {why}" for why in missing])


def write(text):
    page = PAGE.read_text(encoding="utf-8")
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE} lacks the lines {BEGIN} and {END}")
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
