"""Reads what callgrind writes: the format is in Valgrind's manual, "Callgrind Format"."""
import collections
import re

from counting.profile import Profile, part_of, short

NAMED = re.compile(r"(c?(?:ob|fl|fi|fe|fn))=\((\d+)\)(?: (.*))?$")
COST = re.compile(r"[+\-*\d]\S* (\d+)$")
# Files are one table of names, functions and objects one each; what calls are about ("c…") may be
# where a name is first told.
TABLES = {"ob": "ob", "fl": "fl", "fi": "fl", "fe": "fl", "fn": "fn"}


def read(lines, times, program):
    """Exclusive costs of a dump, of one of `times` equal rounds. Where the code stands in
    `program` the source file tells whose it is, else the library."""
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
            of_call = True  # the next line is what the call took, inclusive
            continue
        cost = COST.match(line)
        if cost and not of_call:
            library = names["ob"].get(now["ob"], "")
            file = names["fl"].get(now["fl"]) if library.endswith(program) else None
            parts[part_of(library, file)] += int(cost[1])
            function = names["fn"].get(now["fn"], "")
            # An address is another one in each version of the library.
            if function and not function.startswith("0x"):
                functions[short(function)] += int(cost[1])
        of_call = False
    return Profile(sum(parts.values()) / times, {name: cost / times for name, cost in parts.items()},
                   {name: cost / times for name, cost in functions.items()})
