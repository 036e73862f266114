"""Builds the project's program and becomes it."""


def main():
    given = parameters({"cpus": "1", "standard": "c++20", "optimization": "1", "sanitizer": "none",
                        "argument": None, "program": ""})
    paths = files(*C_SOURCES, *CPP_SOURCES)
    if not paths:
        nothing("cpp-run: no C or C++ source files in this project", NOT_A_PROGRAM)
    program = pick_program("cpp-run", paths, given["program"])
    flags = ["-g", "-Wall", "-Wextra", f"-O{given['optimization']}", "-pthread"]
    if given["sanitizer"] != "none":
        flags += [f"-fsanitize={given['sanitizer']}", "-fno-sanitize-recover=all"]
    built = build("cpp-run", program, parts_of(program, paths), flags, given["standard"],
                  int(given["cpus"]))
    sys.stdout.flush()
    arguments = [] if given["argument"] is None else [given["argument"]]
    os.execv(built, [built, *arguments])


main()
