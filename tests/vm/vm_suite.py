"""Runs the sandbox's tests on other kinds of hosts, and counts them exactly.

Each host is one boot of a virtual machine with Debian's kernel: cgroup v2 delegated or none at all,
as root and as an ordinary user. A test that the program lists and that has no result has
failed: the machine may have panicked, hung, or lost the result.
"""
import collections
import concurrent.futures
import dataclasses
import fnmatch
import os
import shutil
import subprocess
import xml.etree.ElementTree

import vm_image
import vm_kernel
import vm_machine

Counts = collections.namedtuple("Counts", "passed failed skipped")
Result = collections.namedtuple("Result", "verdict why layers")

CGROUP_LAYERS = {"cgroup-memory", "cgroup-pids", "cgroup-cpu"}


@dataclasses.dataclass(frozen=True)
class Host:
    """The configuration of a machine, and the layers that each launch there must and must not have."""
    user: str
    cgroups: str
    tier: str = "namespaces"
    programs: tuple = ("escapes_*", "sandbox_test")
    layers: frozenset = frozenset()
    no_layers: frozenset = frozenset()


HOSTS = {
    "root-cgroup-v2": Host("root", "v2", programs=("*",), layers=CGROUP_LAYERS | {"own-uid"}),
    "user-cgroup-v2": Host("ordinary", "v2", layers=CGROUP_LAYERS, no_layers={"own-uid"}),
    "root-no-cgroup": Host("root", "none", layers={"own-uid"}, no_layers=CGROUP_LAYERS),
    "user-landlock": Host("ordinary", "none", tier="landlock", programs=("escapes_*",),
                          layers={"landlock", "seccomp"},
                          no_layers=CGROUP_LAYERS | {"user-namespace", "pid-namespace"}),
    "user-no-cgroup": Host("ordinary", "none", no_layers=CGROUP_LAYERS | {"own-uid"}),
}
# Emulation is about ten times slower; see patience_factor() in tests/escapes.
PATIENCE = 8
PROGRAM_SECONDS = 420
BOOT_SECONDS = 60
AT_ONCE = 2
PROGRAMS = ["qemu-system-x86_64", "busybox", "mke2fs", "bsdtar", "dpkg-deb", "apt-get", "ldd"]
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"


def why_not():
    """What this host lacks for machines; empty where it lacks nothing."""
    missing = [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]
    return f"not installed: {' '.join(missing)} (see packaging/apt-vm.txt)" if missing else ""


def run(place, programs, sandboxees, names=tuple(HOSTS)):
    """Boots these hosts; says what failed and what was left out, and counts.

    Raises vm_kernel.Unavailable where there is no kernel to be had.
    """
    place.mkdir(parents=True, exist_ok=True)
    system = vm_kernel.fetch_kernel(place)
    initramfs = vm_image.make_initramfs(place, system)
    disk = vm_image.make_root_disk(place, programs, sandboxees)
    def boot(name):
        folder = place / name
        folder.mkdir(exist_ok=True)
        return vm_machine.boot(folder, system, initramfs, disk, settings_of(HOSTS[name]),
                               BOOT_SECONDS + PROGRAM_SECONDS * len(programs))

    total = Counts(0, 0, 0)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, booted in zip(names, pool.map(boot, names)):
            print(f"-- {name}: Linux {system.release}", flush=True)
            expected = {program.name: list_tests(program, HOSTS[name].tier) for program in programs}
            counts = count(name, HOSTS[name], booted, expected)
            print(f"-- {name}: {counts.passed} passed, {counts.failed} failed,"
                  f" {counts.skipped} skipped", flush=True)
            total = Counts(*map(sum, zip(total, counts)))
    return total


def settings_of(host):
    """The words of the kernel's command line; see guest/run.sh."""
    return {"user": host.user, "cgroups": host.cgroups, "programs": ",".join(host.programs),
            "seconds": PROGRAM_SECONDS,
            "env": f"GLOVEBOX_TEST_PATIENCE={PATIENCE},GLOVEBOX_TEST_TIER={host.tier}"}


def list_tests(program, tier):
    """The full names that a GoogleTest program would run in that tier, as it lists them itself."""
    listed = subprocess.run([str(program), "--gtest_list_tests"], check=True, capture_output=True,
                            text=True, env=os.environ | {"GLOVEBOX_TEST_TIER": tier}).stdout
    names, suite = [], ""
    for line in listed.splitlines():
        name = line.split("#")[0].rstrip()
        if not name.startswith(" "):
            suite = name
        elif suite.endswith("."):
            names.append(suite + name.strip())
    return [name for name in names if ".DISABLED_" not in name and "DISABLED_" != name[:9]]


def count(name, host, boot, expected):
    """Compares the results with what was expected."""
    passed = failed = skipped = launches = 0
    wrong_layers = []
    for program, tests in expected.items():
        if not any(fnmatch.fnmatch(program, pattern) for pattern in host.programs):
            continue
        results = read_report(boot.files.get(f"{program}.xml"))
        verdicts = []
        for test in tests:
            result = results.get(test, Result("failed", "no result", None))
            verdicts.append(result.verdict)
            if result.verdict != "passed":
                print(result.verdict.upper(), f"{name}:{test}", result.why, flush=True)
            if result.layers is not None:
                launches += 1
                wrong_layers += wrong_among(host, test, result.layers)
        ended_well = boot.files.get(f"{program}.status", b"").strip() == b"0"
        if ended_well == ("failed" in verdicts):
            verdicts.append("failed")
            print("FAILED", f"{name}:{program}: its exit status and its report disagree")
        left = [line for line in boot.files.get(f"{program}.cgroups", b"").decode().splitlines()
                if not line.endswith("/glovebox-server/")]
        if left:
            verdicts.append("failed")
            print("FAILED", f"{name}:{program}: cgroups were left behind:", *left)
        if not ended_well:
            print(boot.files.get(f"{program}.log", b"").decode(errors="replace")[-8000:])
        passed += verdicts.count("passed")
        failed += verdicts.count("failed")
        skipped += verdicts.count("skipped")
    # Tests check which layers exist, and pass without them, so the host must be what it should be.
    if wrong_layers or launches == 0:
        failed += 1
        print("FAILED", f"{name}: layers, of {launches} launches:", *wrong_layers[:10], sep="\n  ")
    else:
        passed += 1
    if boot.timed_out or not boot.files:
        failed += 1
        print("FAILED", f"{name}:", boot.story())
    return Counts(passed, failed, skipped)


def wrong_among(host, test, layers):
    """What is missing among the layers of a launch, and what should not be there."""
    return ([f"{test}: {layer} is missing" for layer in sorted(host.layers - layers)] +
            [f"{test}: {layer} is there" for layer in sorted(host.no_layers & layers)])


def read_report(content):
    """{full name: Result} of a GoogleTest XML report; empty where there is none."""
    try:
        root = xml.etree.ElementTree.fromstring(content or b"")
    except xml.etree.ElementTree.ParseError:
        return {}
    results = {}
    for case in root.iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        failures, skip = case.findall("failure"), case.find("skipped")
        layers = case.find("./properties/property[@name='layers']")
        layers = None if layers is None else set(layers.get("value").split())
        if failures:
            results[name] = Result("failed", "", layers)
        elif skip is not None:
            # The first line is the position in the source.
            why = " ".join((skip.get("message") or "").splitlines()[1:])
            results[name] = Result("skipped", why, layers)
        elif case.get("result") == "completed":
            results[name] = Result("passed", "", layers)
    return results
