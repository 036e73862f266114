"""How many instructions or calls something took, and where: by part of the program and by name."""
import collections
import dataclasses
import re

# The smallest fraction of all instructions that is recorded.
WORTH_A_NAME = 0.02
MOST_NAMES = 14


@dataclasses.dataclass
class Profile:
    """Of one path; `parts` and `names` have the share of `total` of each."""
    total: float
    parts: dict = dataclasses.field(default_factory=dict)
    names: dict = dataclasses.field(default_factory=dict)

    def shown(self):
        """Rounded, largest first, without the many small names; for calls, which have no parts, all
        names."""
        least, most = (self.total * WORTH_A_NAME, MOST_NAMES) if self.parts else (1, None)
        return Profile(round(self.total), largest_first(self.parts, 1),
                       dict(list(largest_first(self.names, least).items())[:most]))


def largest_first(counts, least):
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {name: round(count) for name, count in order if round(count) >= max(1, least)}


def together(profiles):
    def added(dicts):
        return dict(sum((collections.Counter(each) for each in dicts), collections.Counter()))

    return Profile(sum(profile.total for profile in profiles),
                   added(profile.parts for profile in profiles),
                   added(profile.names for profile in profiles))


def part_of(library, file):
    """One of our folders, or the library of the code. Determined by the source file, because much
    of a template library is compiled into our program."""
    if file:
        if "/c++/" in file:
            return "libstdc++"
        theirs = re.search(r"/include/(?:x86_64-linux-gnu/)?(?:(\w+)/)?[^/]+$|/include/(\w+)/", file)
        if file.startswith("/usr/"):
            name = (theirs[1] or theirs[2]) if theirs else None
            return "compiler" if "/gcc/" in file else "libc" if name in (None, "bits") else name
        ours = re.search(r".*/(src/\w+|apps|bench)/", file)
        if ours:
            return ours[1]
    name = library.rsplit("/", 1)[-1].split(".so")[0]
    return {"ld-linux-x86-64": "libc", "": "elsewhere", "???": "elsewhere"}.get(name, name)


def short(function):
    """Without the arguments of functions and templates, for readability."""
    text, depth = [], 0
    function = function.replace("(anonymous namespace)", "{anonymous}").replace("operator()", "call")
    function = re.sub(r"operator(<=>|<<|<=|<|->|>>|>=|>)", "operator", function)
    for letter in function:
        depth -= letter in ">)"
        if depth == 0 and letter not in ">)":
            if letter in "<(":
                depth += 1
                continue
            text.append(letter)
        elif letter in "<(":
            depth += 1
        depth = max(0, depth)
    name = re.sub(r"\s*\[.*?\]| const\b|'\d+", "", "".join(text)).strip()
    return name.split(" ")[-1][:80] or function[:80]
