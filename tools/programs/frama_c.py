"""Frama-C's Eva on the project's program, without the files that Frama-C cannot read."""
NOT_A_PROGRAM = 120
FILE_SECONDS = 30
NOISE = re.compile(r"^\[kernel\] Parsing ")


def entry_of(paths, name):
    """Files that define the function."""
    pattern = re.compile(rf"^[A-Za-z_][\w*\s]*\b{re.escape(name)}[ \t]*\([^;{{]*\)[^;{{()]*\{{", re.M)
    return [path for path in paths
            if name in (text := source_text(path)) and pattern.search(COMMENTS.sub(" ", text))]


def main():
    given = parameters({"cpus": "1", "precision": "3", "entry": "main", "seconds": "540"})
    paths = files(*C_SOURCES)
    if not paths:
        nothing("frama-c: no C source files in this project", NOT_A_PROGRAM)
    entries = entry_of(paths, given["entry"])
    if not entries:
        nothing(f"frama-c: no file defines the function {given['entry']}; name another with the "
                "parameter entry", NOT_A_PROGRAM)
    if len(entries) > 1:
        nothing(f"frama-c: {counted(len(entries), 'file')} define the function {given['entry']}; "
                f"Eva looks at one program: {listed(entries)}", NOT_A_PROGRAM)
    with open(os.environ["TMPDIR"] + "/ocamlfind.conf", "w", encoding="utf-8") as file:
        file.write('path="/usr/lib/ocaml"\n')
    os.environ["OCAMLFIND_CONF"] = os.environ["TMPDIR"] + "/ocamlfind.conf"
    budget = Budget(float(given["seconds"]))
    compilation = Compilation(paths)
    flags = [flag for flag in compilation.flags(entries[0]) if flag.startswith(("-I", "-D"))]
    extra = "-cpp-extra-args=" + " ".join(flags)

    def parse(path):
        return path, run(["frama-c", extra, path], timeout=budget.left(FILE_SECONDS))

    good, left_out = [], []
    for path, done in in_parallel(parse, paths, int(given["cpus"])):
        (good if done.code == 0 else left_out).append(path)
        # Code 1 is Frama-C's for what is wrong with the source; others, and silence, are a crash.
        told = done.code in (0, 1) and "[kernel" in done.out + done.err
        if path == entries[0] and not done.timed_out and not told:
            give_up(done)
    if left_out:
        note(f"{counted(len(left_out), 'file')} that Frama-C cannot read: {listed(left_out)}")
    if entries[0] not in good:
        nothing(f"frama-c: {entries[0]} needs headers or extensions that Frama-C does not have",
                NOT_A_PROGRAM)
    options = ["-eva", f"-eva-precision={given['precision']}", f"-main={given['entry']}",
            "-eva-verbose=1", "-eva-msg-key=-initial-state,-final-states",
            "-eva-warn-key=alarm=active", extra]
    done = run(["frama-c", *options, *good], timeout=max(1, budget.left()), merge=True)
    if len(good) > 1 and done.code != 0 and "User Error:" in done.out and not done.timed_out:
        why = re.search(r"User Error: (.*)", done.out)[1]
        note(f"the files contradict each other ({why.rstrip(':')}); {entries[0]} alone is looked at")
        done = run(["frama-c", *options, entries[0]], timeout=max(1, budget.left()), merge=True)
    lines = [line for line in done.out.splitlines() if not NOISE.match(line)]
    say("\n".join(lines))
    if done.timed_out:
        print("frama-c: out of time before the analysis ended", file=sys.stderr)
        sys.exit(TOOL_FAILED)
    if done.code != 0:
        sys.exit(TOOL_FAILED)
    alarms = re.search(r"^\s*(\d+) alarms? generated", done.out, re.M)
    sys.exit(1 if alarms and int(alarms[1]) else 0)


main()
