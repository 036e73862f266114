"""Writes docs/field.md from the measurements."""
GOOD = ("clean", "findings", "nothing-to-do")
HEAD = """# Field: real projects

`./test field` fetches source packages of Debian 12 and npm tarballs (`tests/field/projects.toml`), packs each as zip and as
tar.gz in one top folder, uploads them to a server with its default limits, and runs every tool that suits and is installed, with its
default parameters. This page is what it wrote. Times are of a machine with two CPUs that did other work meanwhile.

"""


def runs(results):
    return [(name, tool, run) for name, kept in results.items()
            for tool, run in kept["runs"].items()]


def is_good(run):
    return run["verdict"] in GOOD


def summary(results):
    archives = [one for kept in results.values() for one in kept["archives"].values()]
    taken = sum(one["taken"] for one in archives)
    all_runs = [run for _, _, run in runs(results)]
    good = sum(map(is_good, all_runs))
    share = lambda part, whole: f"{part} of {whole} ({100 * part / max(1, whole):.1f} %)"
    return (f"Archives taken: {share(taken, len(archives))}, wanted are 95 %. "
            f"Suited runs with a verdict other than error, within their limits: "
            f"{share(good, len(all_runs))}, wanted are 90 %.")


def incomplete(results):
    """What is not measured yet, so that the table is not mistaken for complete."""
    missing = {}
    for name, kept in results.items():
        for tool in kept.get("suited", ()):
            if tool not in kept["runs"]:
                missing.setdefault(tool, []).append(name)
    older = sum(run.get("older", False) for _, _, run in runs(results))
    text = ""
    if missing:
        count = sum(map(len, missing.values()))
        text += (f"\n**{count} suited runs are not measured yet**: " + "; ".join(
            f"{tool} on {len(names)} projects" for tool, names in sorted(missing.items())) + ".\n")
    if older:
        text += (f"\n{older} runs are of an earlier state of their tool's program, marked \\*; "
                 "`./test field` measures them again.\n")
    return text


def cell(text):
    text = " ".join(str(text).split()).replace("|", "\\|")
    return text if len(text) <= 160 else text[:157] + "..."


def memory(run):
    return f"{run['memory'] / (1 << 20):.0f} MiB" if "memory" in run else ""


def short_of(run):
    """What was not checked or failed, in the program's own words."""
    if run["status"] == "refused":
        return cell(run["why"])
    if not is_good(run):
        return cell(run["message"] + ("; " + run["last"][0] if run["last"] else ""))
    if run["verdict"] == "nothing-to-do":
        return cell(run["last"][0] if run["last"] else "")
    more = ["the output was truncated"] if run["truncated"] else []
    return cell("; ".join([note.removeprefix("note: ") for note in run["notes"][:1]] + more))


def row(tool, run):
    found = run["findings"]["total"] if run.get("findings") else ""
    mark = " \\*" if run.get("older") else ""
    return (f"| {tool}{mark} | {run['verdict'] or run['status']} | {found} | {run.get('lines', '')} | "
            f"{run.get('seconds', '')} s | {memory(run)} | {short_of(run)} |")


def write(results, order, path):
    known = [name for name in order if name in results]
    chosen = {name: results[name] for name in known}
    text = [HEAD, summary(chosen), "\n", incomplete(chosen)]
    bad = [(name, tool, run) for name, tool, run in runs(chosen) if not is_good(run)]
    if bad:
        text.append("\n## Exceptions\n\n| project | tool | ended | why |\n| --- | --- | --- | --- |\n")
        text += [f"| {name} | {tool} | {run['verdict'] or run['status']} | {short_of(run)} |\n"
                 for name, tool, run in bad]
    for name in known:
        kept = results[name]
        archives = ", ".join(f"{kind}: " + (f"{one['files']} files" + (
            f", {one['warnings']} warnings" if one["warnings"] else "") if one["taken"] else
            f"refused, {one['why']}") for kind, one in kept["archives"].items())
        text.append(f"\n## {name}\n\n{kept.get('lines', 0):,} lines of code; {archives}.\n\n"
                    "| tool | verdict | findings | lines of output | time | peak memory | what fell "
                    "short |\n| --- | --- | --- | --- | --- | --- | --- |\n")
        text += [row(tool, run) + "\n" for tool, run in sorted(kept["runs"].items())]
    path.write_text("".join(text), encoding="utf-8")
