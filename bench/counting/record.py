"""The recorded counts, and the comparison with new ones."""
import dataclasses
import tomllib

from counting.profile import Profile

# Repeated counts differ by less than 1 %; libraries of one Debian release differ little.
MARGIN = 0.05
# For short paths, in which a few instructions are 5 %.
FEW_INSTRUCTIONS = 100
# For servers, whose threads do not always need to wake each other.
FEW_CALLS = {"status": 2, "execute": 3}
# The number of places that are reported for a difference.
TOLD = 5

HEAD = """\
# Written by `bench/instructions --record`; see bench/README.md. The number of user-space
# instructions and system calls for one operation of each kind; the tests fail if one grows by more
# than 5 %. "parts" is the location of the code, "names" the functions with at least 2 %, or the
# system calls.
"""


@dataclasses.dataclass
class Record:
    """`made_with`: what the numbers belong to. `profiles`: by ("instructions" | "calls", path)."""
    made_with: dict
    profiles: dict


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def to_text(record):
    lines = [HEAD, "[made_with]"]
    lines += [f"{name} = {quoted(value)}" for name, value in record.made_with.items()]
    for (kind, path), profile in record.profiles.items():
        shown = profile.shown()
        lines += ["", f"[{kind}.{path}]", f"total = {shown.total}"]
        for table in ("parts", "names"):
            counts = getattr(shown, table)
            if counts:
                inside = ", ".join(f"{quoted(name)} = {count}" for name, count in counts.items())
                lines.append(f"{table} = {{ {inside} }}")
    return "\n".join(lines) + "\n"


def from_text(text):
    tables = tomllib.loads(text)
    made_with = tables.pop("made_with")
    return Record(made_with, {(kind, path): Profile(**profile) for kind, paths in tables.items()
                              for path, profile in paths.items()})


def not_comparable(record, now, kind, is_launch):
    """Why counts of this kind cannot be compared here; None if they can."""
    needed = ["system", "machine"]
    needed += ["compiler", "flags"] if kind == "instructions" else []
    needed += ["host", "layers"] if is_launch else []
    for name in needed:
        then, here = record.made_with.get(name, "nothing"), now.get(name, "nothing")
        if then != here:
            hint = " (cmake --preset dev sets them)" if name == "flags" else ""
            return f"recorded with the {name} {then}, here it is {here}{hint}"
    return None


@dataclasses.dataclass
class Verdict:
    is_failure: bool
    text: str  # with lines below it; empty: nothing to report


def allowed(kind, path, then):
    few = FEW_INSTRUCTIONS if kind == "instructions" else FEW_CALLS.get(path, 0)
    return max(then * MARGIN, few)


def compare(record, kind, path, what, profile):
    """`what` describes the path."""
    again = "bench/instructions --record writes the new number; commit it with the reason"
    then = record.profiles.get((kind, path))
    if then is None:
        return Verdict(True, f"{what}: {kind} were never recorded. {again}")
    grown = profile.total - then.total
    if abs(grown) <= allowed(kind, path, then.total):
        return Verdict(False, "")
    word = "grew" if grown > 0 else "fell"
    share = f" by {abs(grown) / then.total:.1%}" if then.total else ""
    text = f"{what}: {kind} {word}{share}, from {then.total:,.0f} to {profile.total:,.0f}"
    if grown < 0:
        return Verdict(False, f"{text}. Record it to keep the improvement: {again}")
    text += f"; {int(allowed(kind, path, then.total)):,} more would pass"
    for table in ("parts", "names"):
        text += told_growth(getattr(then, table), getattr(profile, table), table)
    return Verdict(True, f"{text}\n  if this is intended: {again}")


def told_growth(then, now, title):
    """The places that grew most. A place that was too small to be recorded counts as new."""
    grown = {name: now[name] - then.get(name, 0) for name in now}
    order = sorted((name for name in grown if grown[name] >= 0.5), key=lambda name: -grown[name])
    lines = [f"\n    {grown[name]:+12,.0f}  {name}"
             + (f" (was {then[name]:,.0f})" if name in then else " (was below the recorded minimum)")
             for name in order[:TOLD]]
    return f"\n  {title} that grew most:" + "".join(lines) if lines else ""
