"""Runs the project's tests; what is missing here is told apart from what fails."""
NOTHING_CODE = 5   # pytest's own: no tests were found
MISSING = re.compile(r"(?:ModuleNotFoundError|ImportError): No module named '(?P<name>[^']+)'")
OPTION = re.compile(r"error: (?:unrecognized arguments|.*expected|.*ambiguous)|"
                    r"(?:Missing required plugins|is not a valid option|unknown config option|"
                    r"requires pytest-|from .+: not found)")
SUMMARY = re.compile(r"=+ .*\b(?P<count>\d+) (?:passed|failed|skipped|xfailed|xpassed)\b")


def run_tests(argv, environment):
    """Output as it comes, and kept for what is to be told of it."""
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, env=environment)
    text = []
    for line in process.stdout:
        line = text_of(line)
        text.append(line)
        sys.stdout.write(line)
        sys.stdout.flush()
    return process.wait(), "".join(text)


def strange(text):
    """Modules of others that the tests asked for."""
    own = own_modules()
    return sorted({name.split(".")[0] for name in MISSING.findall(text)
                   if name.split(".")[0] not in own})


def main():
    options = sys.argv[1:]
    if not files("test_*.py", "*_test.py", "test*.py") and not files("*.py"):
        nothing("pytest: no Python files in this project", NOTHING_CODE)
    environment = dict(os.environ)
    if os.path.isdir("src"):
        environment["PYTHONPATH"] = os.path.abspath("src")
    else:
        environment["PYTHONPATH"] = os.getcwd()
    argv = ["/usr/bin/python3", "-m", "pytest", "--continue-on-collection-errors", *options]
    code, text = run_tests(argv, environment)
    if code == 4 and OPTION.search(text):
        note("the project's own options for pytest need what is not there; again without them")
        code, text = run_tests([*argv, "-o", "addopts=", "-o", "required_plugins=", "-W",
                                "ignore::pytest.PytestConfigWarning"], environment)
    missing = strange(text)
    if code in (1, 2, 4) and missing and not SUMMARY.search(text.splitlines()[-1] if text else ""):
        nothing(f"pytest: no test could be run: they need {listed(missing, 5)}, which is not here",
                NOTHING_CODE)
    if code == 2 and SUMMARY.search(text):
        code = 1
    if missing:
        note(f"not here: {listed(missing, 5)}; the tests that need it could not be run")
    sys.exit(code)


main()
