"""The web console's own tests, run in the tree that the build created: types, units, and the page
in Chromium against the real program. What is not available here is skipped and reported."""
import json
import os
import pathlib
import shutil
import subprocess

# What the build does not copy, because the console does not use it.
COPIED = ("src", "e2e", "tsconfig.json", "vite.config.ts", "vitest.e2e.config.ts")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def skip(what, why):
    print("SKIPPED", what, why)
    return 0, 0, 1


def copy_sources(web, tree):
    for name in COPIED:
        source, target = web / name, tree / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)


def types(tree):
    done = subprocess.run(["npm", "run", "--silent", "types"], cwd=tree, check=False)
    if done.returncode == 0:
        return 1, 0, 0
    print("FAILED types")
    return 0, 1, 0


def vitest(tree, script, name, **environment):
    """Runs a script of package.json that runs Vitest; counts what its report says."""
    report = tree / f"{name}.json"
    report.unlink(missing_ok=True)
    subprocess.run(["npm", "run", "--silent", script, "--", "--reporter=default", "--reporter=json",
                    f"--outputFile.json={report}"],
                   cwd=tree, check=False, env={**os.environ, "CI": "true", **environment})
    if not report.exists():
        print(f"FAILED {name}: there is no report")
        return 0, 1, 0
    result = json.loads(report.read_text())
    for suite in result["testResults"]:
        for case in suite["assertionResults"]:
            if case["status"] != "passed":
                print(case["status"].upper(), case["fullName"])
    failed = result["numFailedTests"] + result["numFailedTestSuites"] * (not result["numFailedTests"])
    if result["numPassedTests"] + failed == 0:
        print(f"FAILED {name}: no test ran")
        failed = 1
    return result["numPassedTests"], failed, result["numPendingTests"]


def in_browser(root, build, tree):
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return skip("web in a browser", "chromium is not installed")
    return vitest(tree, "e2e", "e2e", CHROMIUM=browser, GLOVEBOX_BINARY=str(build / "glovebox"),
                  GLOVEBOX_TOOLS=str(root / "tools"), GLOVEBOX_EXAMPLES=str(root / "examples"))


def run(root, build):
    """(passed, failed, skipped)"""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            return skip("web", f"{program} is not installed")
    out = pathlib.Path(build) / "web"
    if not (out / "console.stamp").exists():
        return skip("web", f"the console was not built: npm could not fetch its packages, see {out}/npm.log")
    tree = out / "tree"
    copy_sources(root / "web", tree)
    parts = [types(tree), vitest(tree, "test", "parts"), in_browser(root, build, tree)]
    return tuple(map(sum, zip(*parts)))
