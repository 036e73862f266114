"""Runs the parts of the test suite and counts. See ./test."""
import argparse
import collections
import multiprocessing
import os
import pathlib
import re
import subprocess
import sys
import time
import traceback
import unittest
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
JOBS = str(len(os.sched_getaffinity(0)))
FUZZ_SECONDS = 15
LONG_FUZZ_SECONDS = 300
SIEGE_SECONDS = 90
LONG_SIEGE_SECONDS = 3600
FAULTS_SECONDS = 75
LONG_FAULTS_SECONDS = 1800
# What is printed of a failed test's own output.
FAILURE_CHARACTERS = 6000

Counts = collections.namedtuple("Counts", "passed failed skipped")


def say(text):
    print(f"== {text}", flush=True)


def command(*argv, **options):
    """Runs a command; True if it exits with 0."""
    print("+", *argv, flush=True)
    return subprocess.run(argv, cwd=ROOT, check=False, **options).returncode == 0


def is_set_up(directory):
    """With the current flags of the presets."""
    made = directory / "build.ninja"
    return made.exists() and made.stat().st_mtime > (ROOT / "CMakePresets.json").stat().st_mtime


def build(preset, *targets):
    directory = ROOT / "build" / preset
    if not is_set_up(directory) and not command(
        "cmake", "--preset", preset, stdout=subprocess.DEVNULL
    ):
        return False
    return command("ninja", "--quiet", "-C", str(directory), "-k", "20", *targets)


def ctest(preset, target, *arguments):
    """Builds a target and runs its CTest tests; counts the results in CTest's report."""
    if not build(preset, target):
        print(f"the build of {preset} failed; its tests did not run")
        return Counts(0, 1, 0)
    report = ROOT / "build" / preset / "junit.xml"
    report.unlink(missing_ok=True)
    command(
        "ctest", "--test-dir", str(ROOT / "build" / preset), "--output-on-failure", "--quiet",
        "-j", JOBS, "--output-junit", str(report), *arguments,
    )
    return read_junit(report)


def read_junit(report):
    if not report.exists():
        return Counts(0, 1, 0)
    passed = failed = skipped = 0
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        if case.get("status") == "fail":
            failed += 1
            print("FAILED", case.get("name"))
            print((case.findtext("system-out") or "")[-FAILURE_CHARACTERS:])
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            skipped += 1
            reason = case.find("skipped")
            print("SKIPPED", case.get("name"), "" if reason is None else reason.get("message", ""))
        else:
            passed += 1
    if passed + failed == 0:
        failed = 1
        print(f"no test ran: {report}")
    return Counts(passed, failed, skipped)


def python_tests(directory, pattern):
    """Runs unittest tests in this process and counts them; a skip has its reason."""
    sys.path.insert(0, str(directory))
    suite = unittest.TestLoader().discover(str(directory), pattern=pattern)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=1).run(suite)
    for case, reason in result.skipped:
        print("SKIPPED", case.id(), reason)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = len(result.skipped)
    if result.testsRun == 0:
        print(f"no test ran: {directory}")
        failed += 1
    return Counts(max(0, result.testsRun - failed - skipped), failed, skipped)


def checks(_options):
    return python_tests(ROOT / "tests" / "checks", "*_test.py")


def tools(_options):
    """The programs behind the shipped tools, on projects that differ from the examples."""
    return python_tests(ROOT / "tests" / "tools", "*_test.py")


def unit(_options):
    return ctest("dev", "unit_tests", "-L", "unit")


def escapes(_options):
    return ctest("dev", "escape_tests", "-L", "escapes", "-j", "1")


def e2e(options):
    if options.all:
        os.environ.setdefault("GLOVEBOX_LONG", "1")  # tests that write a gigabyte
    if not build("dev", "glovebox"):
        print("the program could not be built; its tests did not run")
        return Counts(0, 1, 0)
    os.environ.setdefault("GLOVEBOX_BINARY", str(ROOT / "build" / "dev" / "glovebox"))
    return python_tests(ROOT / "tests" / "e2e", "*_test.py")


def web(_options):
    """The web console: its types, its unit tests, and the page in a browser."""
    if not build("dev", "glovebox"):
        print("the program could not be built; the console's tests did not run")
        return Counts(0, 1, 0)
    sys.path.insert(0, str(ROOT / "tests" / "web"))
    import web_suite
    return Counts(*web_suite.run(ROOT, ROOT / "build" / "dev"))


def landlock(_options):
    """The program without namespaces, tested from outside."""
    if not build("dev", "glovebox"):
        print("the program could not be built; its tests did not run")
        return Counts(0, 1, 0)
    script = ROOT / "tests" / "e2e" / "landlock_tier.py"
    done = subprocess.run([sys.executable, str(script), str(ROOT / "build" / "dev" / "glovebox")],
                          stdout=subprocess.PIPE, text=True, check=False)
    print(done.stdout, flush=True)
    counted = re.search(r"(\d+) passed, (\d+) failed, (\d+) skipped\n\Z", done.stdout)
    return Counts(*map(int, counted.groups())) if counted else Counts(0, 1, 0)


def instructions(_options):
    """The counted cost of a request and a launch, compared with the record."""
    sys.path.insert(0, str(ROOT / "bench"))
    from counting import places, suite
    if not build("dev", *places.TARGETS):
        print("the counting programs could not be built")
        return Counts(0, 1, 0)
    return Counts(*suite.run())


def asan(_options):
    return ctest("asan-ubsan", "unit_tests", "-L", "unit")


def tsan(_options):
    return ctest("tsan", "unit_tests", "-L", "unit")


def fuzz(options):
    """Each libFuzzer target for a few seconds, from its seeds."""
    if not build("fuzz", "fuzz_targets"):
        print("the fuzz targets could not be built")
        return Counts(0, 1, 0)
    seconds = LONG_FUZZ_SECONDS if options.all else FUZZ_SECONDS
    passed = failed = 0
    for target in sorted((ROOT / "build" / "fuzz" / "fuzz").glob("*_fuzz")):
        corpus = ROOT / "build" / "fuzz" / "corpus" / target.name
        corpus.mkdir(parents=True, exist_ok=True)
        seeds = ROOT / "fuzz" / "seeds" / target.name
        arguments = [str(target), f"-max_total_time={seconds}", "-rss_limit_mb=2048", "-timeout=10",
                     "-verbosity=0", "-print_final_stats=1", str(corpus)]
        if seeds.is_dir():
            arguments.append(str(seeds))
        if command(*arguments):
            passed += 1
        else:
            failed += 1
            print("FAILED", target.name)
    if passed + failed == 0:
        print("no fuzz target was found")
        failed = 1
    return Counts(passed, failed, 0)


def container(options):
    """The image in hardened containers. If requested by name, it must run."""
    sys.path.insert(0, str(ROOT / "tests" / "container"))
    import engine
    why = engine.why_not()
    if not why:
        return python_tests(ROOT / "tests" / "container", "*_test.py")
    if "container" in options.parts:
        print("FAILED container:", why)
        return Counts(0, 1, 0)
    return skipped("container", why)


def skipped(name, why):
    print("SKIPPED", name, why)
    return Counts(0, 0, 1)


def vm(options):
    """The sandbox's tests on other hosts, in virtual machines. If requested by name, they must run."""
    sys.path.insert(0, str(ROOT / "tests" / "vm"))
    import vm_kernel
    import vm_suite
    why = vm_suite.why_not()
    if not why and not build("dev", "vm_tests"):
        print("the tests for virtual machines could not be built")
        return Counts(0, 1, 0)
    tests = ROOT / "build" / "dev" / "tests"
    programs = sorted(tests.glob("escapes/escapes_*_test"))
    programs += [tests / "vm" / "cgroup_v2_test", tests.parent / "src" / "sandbox" / "sandbox_test"]
    try:
        if not why:
            return Counts(*vm_suite.run(ROOT / "build" / "vm", programs, tests / "sandboxees/bin"))
    except vm_kernel.Unavailable as lack:
        why = str(lack)
    if "vm" in options.parts:
        print("FAILED vm:", why)
        return Counts(0, 1, 0)
    return skipped("vm", why)


def siege(options):
    """A server whose jobs make random system calls, in virtual machines of both tiers; for an hour
    among all parts, else for GLOVEBOX_SIEGE_SECONDS. If requested by name, it must run."""
    sys.path.insert(0, str(ROOT / "tests" / "vm"))
    import siege as siege_suite
    import vm_kernel
    import vm_suite
    why = vm_suite.why_not()
    if not why and not build("dev", "glovebox", "glovebox_sandboxees"):
        print("the program under siege could not be built")
        return Counts(0, 1, 0)
    seconds = LONG_SIEGE_SECONDS if options.all else SIEGE_SECONDS
    seconds = int(os.environ.get("GLOVEBOX_SIEGE_SECONDS", seconds))
    dev = ROOT / "build" / "dev"
    try:
        if not why:
            return Counts(*siege_suite.run(ROOT / "build" / "siege", dev / "glovebox",
                                           dev / "tests/sandboxees/bin", seconds))
    except vm_kernel.Unavailable as lack:
        why = str(lack)
    if "siege" in options.parts:
        print("FAILED siege:", why)
        return Counts(0, 1, 0)
    return skipped("siege", why)


def packaging(options):
    """The Debian packages, the tarball and the image, in clean trees. If requested by name, they must run."""
    sys.path.insert(0, str(ROOT / "tests" / "packaging"))
    import trees
    why = trees.why_not()
    if not why:
        return python_tests(ROOT / "tests" / "packaging", "*_test.py")
    if "packaging" in options.parts:
        print("FAILED packaging:", why)
        return Counts(0, 1, 0)
    return skipped("packaging", why)


def faults(options):
    """A server under random faults, with a check of every accepted job; for half an hour among
    all parts, else for GLOVEBOX_FAULTS_SECONDS. If requested by name, it must run."""
    sys.path.insert(0, str(ROOT / "tests" / "faults"))
    import fault_run
    why = fault_run.why_not()
    if why and "faults" not in options.parts:
        return skipped("faults", why)
    if why or not build("dev", "glovebox"):
        print("FAILED faults:", why or "the program could not be built")
        return Counts(0, 1, 0)
    seconds = LONG_FAULTS_SECONDS if options.all else FAULTS_SECONDS
    seconds = int(os.environ.get("GLOVEBOX_FAULTS_SECONDS", seconds))
    return Counts(*fault_run.run(ROOT / "build" / "dev" / "glovebox", seconds))


def field(_options):
    """Every tool that ships on real projects from Debian and npm; writes docs/field.md. It needs the
    network the first time, and an hour."""
    if not build("dev", "glovebox"):
        print("the program could not be built")
        return Counts(0, 1, 0)
    environment = dict(os.environ)
    environment.setdefault("GLOVEBOX_BINARY", str(ROOT / "build" / "dev" / "glovebox"))
    passed = command(sys.executable, str(ROOT / "tests" / "field" / "field.py"), env=environment)
    return Counts(int(passed), int(not passed), 0)


# The unit tests run under ASan and UBSan; without them, and under TSan, only in the long parts.
PARTS = {"checks": checks, "tools": tools, "escapes": escapes, "e2e": e2e, "web": web, "landlock": landlock,
         "instructions": instructions, "asan": asan, "fuzz": fuzz}
LONG_PARTS = {"unit": unit, "tsan": tsan, "faults": faults, "container": container, "vm": vm,
              "siege": siege, "packaging": packaging}
# Only by name: it does not test a change, but measures the tools.
NAMED_PARTS = {"field": field}
# Reported as left out when everything else runs: nothing else shows what they show.
MISSED = {"container": "./test --container runs it, and ./test --all",
          "vm": "./test vm runs it, and ./test --all",
          "packaging": "./test packaging runs it, and ./test --all",
          "faults": "./test faults runs it for 75 s, ./test --all for half an hour",
          "siege": "./test siege runs it for 90 s, ./test --all for an hour"}


def run_alone(part, options):
    """Runs a part in a process of its own: modules of the same name in two parts are two modules,
    and an error in one part does not end the others."""
    context = multiprocessing.get_context("fork")
    reader, writer = context.Pipe(duplex=False)

    def run():
        try:
            writer.send(tuple(part(options)))
        except BaseException:  # also SystemExit: a part that ends without counts has failed
            traceback.print_exc()
        sys.stdout.flush()

    sys.stdout.flush()
    process = context.Process(target=run)
    process.start()
    writer.close()
    try:
        counts = Counts(*reader.recv())
    except EOFError:
        print("the part ended without a result")
        counts = Counts(0, 1, 0)
    process.join()
    return counts


def main():
    parser = argparse.ArgumentParser(prog="./test", description="Builds and runs the tests.")
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, *LONG_PARTS, *NAMED_PARTS, []],
                        help=f"only these: {' '.join([*PARTS, *LONG_PARTS, *NAMED_PARTS])}")
    parser.add_argument("--all", action="store_true", help="also the long parts")
    parser.add_argument("--container", action="store_true", help="the part container")
    options = parser.parse_args()
    options.parts += ["container"] if options.container else []
    parts = {**PARTS, **LONG_PARTS, **NAMED_PARTS}
    names = options.parts or [*PARTS, *(LONG_PARTS if options.all else ())]
    total = Counts(0, 0, 0)
    summary = []
    for name in names:
        say(name)
        begin = time.monotonic()
        counts = run_alone(parts[name], options)
        summary.append((name, counts, time.monotonic() - begin))
        total = Counts(*map(sum, zip(total, counts)))
    for name in MISSED if names == list(PARTS) else ():
        total = Counts(*map(sum, zip(total, skipped(name, MISSED[name]))))
    print()
    for name, counts, seconds in summary:
        print(f"  {name}: {counts.passed} ok, {counts.failed} not, {counts.skipped} left out,"
              f" {seconds:.0f} s")
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped", flush=True)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
