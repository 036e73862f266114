"""yamllint on each YAML file; its configuration is the project's."""
ERRORS, WARNINGS = 1, 2
A_RUN = 50


def look_at(job):
    paths, argv = job
    return paths, run([*argv, *paths], timeout=120)


def main():
    given = parameters({"cpus": "1", "preset": "", "format": "parsable"})
    paths = [path for path in walk() if matches(path, ("*.yaml", "*.yml", ".yamllint"))]
    if not paths:
        nothing("yamllint: no YAML files in this project")
    # With --strict its code tells warnings from nothing.
    argv = ["yamllint", "--strict", f"--format={given['format']}"]
    argv += ["-d", given["preset"]] if given["preset"] else []
    report, codes, waiting = Report("yamllint"), set(), spread(paths, int(given["cpus"]), A_RUN)
    while waiting:
        again = []
        for done_paths, done in in_parallel(look_at, [(one, argv) for one in waiting],
                                            int(given["cpus"])):
            broke = "Traceback" in done.err or done.code not in (0, ERRORS, WARNINGS)
            if broke and len(done_paths) > 1:
                again += [[path] for path in done_paths]
                continue
            if broke:
                report.cannot("that cannot be read as text", done_paths[0])
                continue
            report.looked_at += len(done_paths)
            codes.add(done.code)
            if done.out:
                say(done.out.rstrip("\n"))
        waiting = again
    report.found = len(codes - {0})
    report.end(found_code=ERRORS if ERRORS in codes else WARNINGS)


main()
