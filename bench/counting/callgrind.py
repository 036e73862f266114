"""Reads what callgrind writes: the format is in Valgrind's manual, "Callgrind Format"."""
import collections
import re

from counting.profile import Profile, part_of, short

NAMED = re.compile(r"(c?(?:ob|fl|fi|fe|fn))=\((\d+)\)(?: (.*))?$")
COST = re.compile(r"[+\-*\d]\S* (\d+)$")
# Names are defined once: files share one table, functions and objects have one each. A name of a
# callee ("c…") may be its first occurrence.
TABLES = {"ob": "ob", "fl": "fl", "fi": "fl", "fe": "fl", "fn": "fn"}


def read(lines, times, program):
    """Exclusive costs of a dump, for one of `times` equal rounds. For code in `program`, the source
    file determines the part, else the library."""
    names = {"ob": {}, "fl": {}, "fn": {}}
    now = {"ob": None, "fl": None, "fn": None}
    parts, functions = collections.Counter(), collections.Counter()
    of_call = False
    for line in lines:
        line = line.rstrip("\n")
        named = NAMED.match(line)
        if named:
            kind, number, name = named.groups()
            table = TABLES[kind.removeprefix("c")]
            if name is not None:
                names[table][number] = name
            if not kind.startswith("c"):
                now[table] = number
            continue
        if line.startswith("calls="):
            of_call = True  # the next line has the inclusive cost of the call
            continue
        cost = COST.match(line)
        if cost and not of_call:
            library = names["ob"].get(now["ob"], "")
            file = names["fl"].get(now["fl"]) if library.endswith(program) else None
            parts[part_of(library, file)] += int(cost[1])
            function = names["fn"].get(now["fn"], "")
            # An address differs between versions of the library.
            if function and not function.startswith("0x"):
                functions[short(function)] += int(cost[1])
        of_call = False
    return Profile(sum(parts.values()) / times, {name: cost / times for name, cost in parts.items()},
                   {name: cost / times for name, cost in functions.items()})
