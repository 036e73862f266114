"""Builds the project's C and C++ files into one program."""
import tempfile

NOT_A_PROGRAM = 120
TEST_FOLDERS = {"test", "tests", "testing", "example", "examples", "bench", "benchmark",
                "benchmarks", "fuzz", "fuzzing", "contrib", "demo", "demos", "samples", "doc", "docs"}


def is_aside(path):
    return any(part.lower() in TEST_FOLDERS for part in path.split("/")[:-1])


def pick_program(tool, paths, wanted):
    """The one file with main(); ends the run, in a line, where there is none or more than one."""
    with_main = [path for path in paths if has_main(path)]
    if wanted:
        path = os.path.normpath(wanted)
        if path in with_main:
            return path
        nothing(f"{tool}: {wanted} is no C or C++ file of this project with a function main",
                NOT_A_PROGRAM)
    if not with_main:
        nothing(f"{tool}: this project is a library: no file has a function main. Add a program "
                "that uses it", NOT_A_PROGRAM)
    first = [path for path in with_main if not is_aside(path)]
    if len(first) == 1:
        return first[0]
    if len(with_main) == 1:
        return with_main[0]
    nothing(f"{tool}: {counted(len(with_main), 'program')} in this project; name the one to build "
            f"with the parameter program: {listed(first or with_main, 5)}", NOT_A_PROGRAM)


def parts_of(program, paths):
    """The program's own file and every other one that is no program; those aside only with it."""
    return [path for path in paths if path == program or
            (not has_main(path) and (not is_aside(path) or is_aside(program)))]


def compile_one(job):
    path, argv, target = job
    return path, run([*argv, "-c", "-o", target, operand(path)], merge=True)


def build(tool, program, paths, flags, standard, cpus):
    """The path of what was built; ends the run where it cannot be."""
    folder = tempfile.mkdtemp()
    compilation = Compilation(paths)
    jobs = []
    for number, path in enumerate(paths):
        compiler = ["g++", *compilation.standard(path, standard)] if is_cpp(path) else ["gcc"]
        jobs.append((path, [*compiler, *flags, *compilation.flags(path)],
                     os.path.join(folder, f"{number}.o")))
    failed, missing = [], None
    for path, done in in_parallel(compile_one, jobs, cpus):
        if done.out:
            say(done.out.rstrip("\n"))
        if done.code != 0:
            failed.append(path)
            missing = missing or missing_header(done.out)
    if missing:
        nothing(f"{tool}: cannot be built here: the header {missing} is neither in the project nor "
                "on this machine, or its own build makes it", NOT_A_PROGRAM)
    if failed:
        print(f"{tool}: the program does not build: {listed(failed)}", file=sys.stderr)
        sys.exit(1)
    target = os.path.join(folder, "program")
    link = ["g++" if any(map(is_cpp, paths)) else "gcc", *flags, "-o", target,
            *(job[2] for job in jobs), "-lm", "-ldl"]
    done = run(link, merge=True)
    if done.code != 0:
        say(done.out.rstrip("\n"))
        print(f"{tool}: the program does not link", file=sys.stderr)
        sys.exit(1)
    return target
