"""Builds the project's program and runs it under Valgrind. What counts is what Valgrind says: a
program that ends with a code of its own is no finding."""
VALGRIND_FOUND = 99


def main():
    given = parameters({"cpus": "1", "standard": "c++20", "leaks": "definite,possible",
                        "origins": "", "program": ""})
    paths = files(*C_SOURCES, *CPP_SOURCES)
    if not paths:
        nothing("memcheck: no C or C++ source files in this project", NOT_A_PROGRAM)
    program = pick_program("memcheck", paths, given["program"])
    built = build("memcheck", program, parts_of(program, paths),
                  ["-g", "-O1", "-fno-inline", "-pthread"], given["standard"], int(given["cpus"]))
    argv = ["valgrind", "--quiet", "--vgdb=no", f"--error-exitcode={VALGRIND_FOUND}",
            "--leak-check=full", f"--show-leak-kinds={given['leaks']}",
            f"--errors-for-leak-kinds={given['leaks']}"]
    argv += [given["origins"]] if given["origins"] else []
    sys.stdout.flush()
    code = subprocess.run([*argv, built], check=False).returncode
    if code == VALGRIND_FOUND:
        sys.exit(VALGRIND_FOUND)
    if code < 0:
        print(f"memcheck: the program was ended by signal {-code}", file=sys.stderr)
        sys.exit(TOOL_FAILED)
    if code:
        note(f"the program itself ended with exit code {code}")
    sys.exit(0)


main()
