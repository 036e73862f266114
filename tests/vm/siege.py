"""A server whose jobs make random system calls, in virtual machines: one for each tier.

The fuzzer runs only in a throwaway machine, because it looks for kernel bugs. Debian has no kernel
with KASAN, KFENCE or lockdep; with slub_debug its ordinary kernel finds writes outside an object
and after its end, and it always finds damaged lists.
GLOVEBOX_VM_KERNEL names another kernel, see vm_kernel.fetch_kernel(). GLOVEBOX_SIEGE_SEED is the
first job's seed; by default the current time. It is printed to the console.
"""
import collections
import concurrent.futures
import dataclasses
import json
import os
import re
import shutil
import time

import vm_image
import vm_kernel
import vm_machine

Counts = collections.namedtuple("Counts", "passed failed skipped")


@dataclasses.dataclass(frozen=True)
class Host:
    """The server's user, and the layers without which the siege would prove nothing."""
    user: str
    cgroups: str
    layers: frozenset


HOSTS = {
    "namespaces": Host("root", "v2", frozenset({"user-namespace", "pid-namespace", "seccomp",
                                                "own-uid", "cgroup-memory", "cgroup-pids"})),
    "landlock": Host("ordinary", "none", frozenset({"landlock", "seccomp", "seccomp-broker"})),
}
# slub_debug: F checks consistency, Z red zones, P poison. An emulated machine on a busy host may
# stand still for long: its watchdogs must not report that as a lock-up.
KERNEL_WORDS = ("loglevel=7", "slub_debug=FZP", "watchdog_thresh=60",
                "rcupdate.rcu_cpu_stall_timeout=300")
MACHINE_SECONDS = 600  # in addition to the siege: boot, and the end of the last jobs
CLASSES = ("files", "memory", "processes", "signals", "waiting", "sockets", "ipc", "doors",
           "others", "unknown")
FEWEST_OF_A_CLASS = 100
# Timeouts in seconds: emulated, next to two jobs that use all they can.
MOST_SECONDS = {"health": 10, "hello": 60, "show": 60}
FEWEST_RUNS = 3
MOST_GROWTH_KIB = 200 << 10
LAWFUL_ENDINGS = re.compile(
    r"completed None|failed (exit-code|signal|memory|processes|disk|policy)|timeout (wall|cpu)-time")
# Messages of a kernel that is damaged, or that is short of memory for the whole machine.
KERNEL_HURT = re.compile(
    r"\bBUG\b|\bWARNING\b|\bOops\b|KASAN|KFENCE|KCSAN|UBSAN|general protection fault, |"
    r"circular locking|lock held when returning|suspicious RCU|inconsistent lock state|"
    r"rcu.*stall|soft lockup|hard LOCKUP|blocked for more than|list_(?:add|del) corruption|"
    r"refcount_t|Bad page state|Kernel panic|Bad rss-counter|Object corrupt|Out of memory")
# Its messages at each boot.
HARMLESS = re.compile(r"ommand line: |CPU stall warnings timeout set to")
SERVER_HURT = re.compile(r"^\S+ (error|critical) ")


def run(place, binary, sandboxees, seconds, tiers=tuple(HOSTS)):
    """Both machines at once; says what was hurt, and counts.

    Raises vm_kernel.Unavailable where there is no kernel to be had.
    """
    place.mkdir(parents=True, exist_ok=True)
    system = vm_kernel.fetch_kernel(place)
    initramfs = vm_image.make_initramfs(place, system)

    def lay_on(tree):
        vm_image.add_python(tree)
        for name in ("fuzz_calls", "hello", "print_file"):
            shutil.copy(sandboxees / name, tree / "usr/bin" / name)

    disk = vm_image.make_root_disk(place, [binary], sandboxees, lay_on)
    seed = int(os.environ.get("GLOVEBOX_SIEGE_SEED", time.time_ns() // 1_000_000_000))
    print(f"-- siege: Linux {system.release}, {seconds} s, GLOVEBOX_SIEGE_SEED={seed}", flush=True)

    def boot(tier):
        folder = place / tier
        folder.mkdir(exist_ok=True)
        settings = {"script": "siege.sh", "user": HOSTS[tier].user, "tier": tier, "seed": seed,
                    "cgroups": HOSTS[tier].cgroups, "seconds": seconds}
        return vm_machine.boot(folder, system, initramfs, disk, settings,
                               seconds + MACHINE_SECONDS, KERNEL_WORDS)

    total = Counts(0, 0, 0)
    with concurrent.futures.ThreadPoolExecutor(len(tiers)) as pool:
        for tier, booted in zip(tiers, pool.map(boot, tiers)):
            counts = count(tier, booted)
            print(f"-- siege: {tier}: {counts.passed} passed, {counts.failed} failed", flush=True)
            total = Counts(*map(sum, zip(total, counts)))
    return total


def count(tier, boot):
    """Each check passes or fails, even if the machine left no results."""
    report = read_report(boot)
    passed = failed = 0
    for name, check in CHECKS.items():
        wrong = check(report, boot, HOSTS[tier])
        passed += not wrong
        failed += bool(wrong)
        for line in wrong[:20]:
            print(f"FAILED siege:{tier}: {name}: {line}", flush=True)
    if boot.timed_out or not report:
        print(f"siege:{tier}:", boot.story())
        print(boot.files.get("siege.log", b"").decode(errors="replace")[-4000:])
        print(boot.files.get("server.log", b"").decode(errors="replace")[-4000:])
    elif report:
        print_figures(tier, report)
    return Counts(passed, failed, 0)


def read_report(boot):
    try:
        return json.loads(boot.files.get("siege.json", b""))
    except ValueError:
        return {}


def print_figures(tier, report):
    made = {kind: report["calls"].get(f"{kind} made", 0) for kind in CLASSES}
    print(f"siege:{tier}: {sum(made.values())} calls, seeds {report['seeds']}:",
          ", ".join(f"{kind} {number} ({report['calls'].get(f'{kind} ok', 0)} ok,"
                    f" {report['calls'].get(f'{kind} refused', 0)} refused)"
                    for kind, number in made.items()))
    print(f"siege:{tier}: jobs ended:", report["endings"])
    for name, times in report["latencies"].items():
        print(f"siege:{tier}: {name}: {times['count']} times, median {times['median']:.3f} s,"
              f" p99 {times['p99']:.3f} s, most {times['most']:.3f} s")
    print(f"siege:{tier}: the server's resident memory, KiB: {report['resident_kib']}", flush=True)


def kernel_is_unhurt(_report, boot, _host):
    log = boot.files.get("kernel.log", b"").decode(errors="replace")
    text = boot.console + "\n" + log
    wrong = [line for line in text.splitlines()
             if KERNEL_HURT.search(line) and not HARMLESS.search(line)]
    return wrong if "Linux version" in text else [*wrong, "the kernel's log is missing"]


def machine_ended(_report, boot, _host):
    status = boot.files.get("siege.status", b"").strip().decode()
    return [] if not boot.timed_out and status == "0" else [
        f"the siege ended with {status or 'nothing'}"]


def layers_were_on(report, _boot, host):
    return [f"{layer} is missing" for layer in sorted(host.layers - set(report.get("layers", [])))]


def server_is_unhurt(report, boot, _host):
    wrong = [] if report.get("lives") else ["the server died"]
    if report.get("exit") != 0:
        wrong.append(f"the server ended with {report.get('exit')}")
    before, after = report.get("resident_kib", [0, MOST_GROWTH_KIB + 1])
    if after - before > MOST_GROWTH_KIB:
        wrong.append(f"the server's memory grew from {before} to {after} KiB")
    wrong += [f"left over: {name}" for name in report.get("left_over", [])]
    log = boot.files.get("server.log", b"").decode(errors="replace")
    return wrong + [line for line in log.splitlines() if SERVER_HURT.search(line)]


def neighbours_are_unhurt(report, _boot, _host):
    wrong = list(report.get("wrong", []))
    for name, most in MOST_SECONDS.items():
        times = report.get("latencies", {}).get(name, {"count": 0, "most": 0})
        if times["count"] < FEWEST_RUNS:
            wrong.append(f"{name}: done {times['count']} times")
        if times["most"] > most:
            wrong.append(f"{name}: took {times['most']:.1f} s, and may take {most} s")
    return wrong


def fuzzer_made_calls(report, _boot, _host):
    calls = report.get("calls", {})
    wrong = [f"{kind}: {number} calls" for kind in CLASSES
             if (number := calls.get(f"{kind} made", 0)) < FEWEST_OF_A_CLASS]
    # Some calls succeed if they are allowed, and what no job may do is refused.
    wrong += [f"{kind}: none succeeded" for kind in ("files", "memory", "processes", "waiting")
              if not calls.get(f"{kind} ok")]
    wrong += [f"{kind}: none was refused" for kind in ("doors", "unknown")
              if not calls.get(f"{kind} refused")]
    return wrong


def jobs_ended_lawfully(report, _boot, _host):
    endings = report.get("endings", {})
    wrong = [f"{number} jobs: {ending}" for ending, number in endings.items()
             if not LAWFUL_ENDINGS.fullmatch(ending)]
    return wrong if endings else ["no job has ended"]


def marker_is_refused_inside(report, _boot, _host):
    wrong = [] if report.get("marker_outside") == "marker ok" else [
        f"outside: {report.get('marker_outside')}"]
    markers = report.get("markers", {})
    wrong += [f"inside: {answer}" for answer in markers if answer not in ("errno=1", "errno=38")]
    return wrong if markers else [*wrong, "inside: no job has printed"]


CHECKS = {
    "the kernel is undamaged": kernel_is_unhurt,
    "the machine ended by itself": machine_ended,
    "the layers were on": layers_were_on,
    "the server is undamaged": server_is_unhurt,
    "neighbour and client are unaffected": neighbours_are_unhurt,
    "the fuzzer made calls of each class": fuzzer_made_calls,
    "each job ended by itself or by a limit": jobs_ended_lawfully,
    "calls that are refused inside succeed outside": marker_is_refused_inside,
}
