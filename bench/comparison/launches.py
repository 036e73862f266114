"""The cost of a launch: bare, in our sandbox, in others."""
import json
import shutil
import subprocess

from comparison.bench import PROGRAMS, NotMeasured, needs
from comparison.measure import Measure, Row


def take_launches(bench):
    """launch_bench: one at a time, after 50 ms of quiet, and on all CPUs."""
    while True:
        with bench.folder() as folder:
            out = folder / "out.json"
            done = subprocess.run(
                [PROGRAMS / "launch_bench", f"--benchmark_out={out}",
                 "--benchmark_out_format=json"],
                capture_output=True, check=False, timeout=600)
            if done.returncode != 0:
                raise NotMeasured("launch_bench failed: " + done.stderr.decode(errors="replace"))
            all_runs = json.loads(out.read_text())["benchmarks"]
        runs = {run["name"].split("/")[0]: run for run in all_runs}
        one, quiet = runs["launch"], runs["launch_after_50ms_of_quiet"]
        many = runs["200_launches_all_slots"]
        unlike, files = runs["launch_of_another_project"], runs["launch_that_makes_a_file"]
        many_unlike = runs["200_launches_all_slots_of_another_project"]
        many_files = runs["200_launches_all_slots_that_make_a_file"]
        yield {
            "sealed": one["sealed_p50_us"], "bare": one["bare_p50_us"], "ratio": one["ratio_p50"],
            "sealed_p99": one["sealed_p99_us"], "bare_p99": one["bare_p99_us"],
            "ratio_p99": one["ratio_p99"],
            "quiet_sealed": quiet["sealed_p50_us"], "quiet_bare": quiet["bare_p50_us"],
            "quiet_ratio": quiet["ratio_p50"],
            "sealed_per_s": many["sealed_per_s"], "bare_per_s": many["bare_per_s"],
            "sustained": many["sealed_per_s"] / many["bare_per_s"],
            "unlike_sealed": unlike["sealed_p50_us"], "unlike_bare": unlike["bare_p50_us"],
            "unlike_ratio": unlike["ratio_p50"],
            "files_sealed": files["sealed_p50_us"], "files_bare": files["bare_p50_us"],
            "files_ratio": files["ratio_p50"],
            "unlike_per_s": many_unlike["sealed_per_s"],
            "unlike_bare_per_s": many_unlike["bare_per_s"],
            "unlike_sustained": many_unlike["sealed_per_s"] / many_unlike["bare_per_s"],
            "files_per_s": many_files["sealed_per_s"], "files_bare_per_s": many_files["bare_per_s"],
            "files_sustained": many_files["sealed_per_s"] / many_files["bare_per_s"],
        }


def take_peer(bench, command):
    while True:
        figures = bench.ask("peer_launch", "--runs", bench.pick(500, 100), "--", *command)
        yield {"sealed": figures["sealed_p50_us"], "peer": figures["peer_p50_us"],
               "bare": figures["bare_p50_us"],
               "faster": figures["peer_p50_us"] / figures["sealed_p50_us"]}


def take_bubblewrap(bench):
    """All namespaces, and the same view of the machine as ours: /usr, /proc, /dev, /tmp, /work."""
    needs("bwrap")
    with bench.folder() as folder:
        shutil.copy(PROGRAMS / "return0", folder)
        yield from take_peer(bench, [
            shutil.which("bwrap"), "--unshare-all", "--ro-bind", "/usr", "/usr", "--proc", "/proc",
            "--dev", "/dev", "--tmpfs", "/tmp", "--ro-bind", folder, "/work", "--chdir", "/work",
            "/work/return0"])


def take_isolate(bench):
    """In a box created before, without control groups, as in the definition of the target."""
    needs("isolate")
    isolate = shutil.which("isolate")
    made = subprocess.run([isolate, "--init"], capture_output=True, check=False)
    if made.returncode != 0:
        raise NotMeasured("isolate --init failed: " + made.stderr.decode(errors="replace"))
    try:
        shutil.copy(PROGRAMS / "return0", made.stdout.decode().strip() + "/box")
        yield from take_peer(bench, [isolate, "--silent", "--run", "--", "return0"])
    finally:
        subprocess.run([isolate, "--cleanup"], check=False)


def take_nsjail(bench):
    needs("nsjail")
    with bench.folder() as folder:
        shutil.copy(PROGRAMS / "return0", folder)
        yield from take_peer(bench, [
            shutil.which("nsjail"), "-Mo", "--really_quiet", "-R", "/usr", "-T", "/tmp", "-R",
            f"{folder}:/work", "--cwd", "/work", "--", "/work/return0"])


def peer_row(what, at_least, stretch):
    return Row(f"the same against {what}, times faster", "faster", "×", "{sealed} µs", "{peer} µs",
               at_least=at_least, stretch=stretch)


MEASURES = [
    Measure("launch", take_launches, [
        Row("launch to reaped, a static program that returns 0, p50, against bare vfork+exec",
            "ratio", "×", "{sealed} µs", "{bare} µs", at_most=2.0, stretch=1.4),
        Row("the same, p99", "ratio_p99", "×", "{sealed_p99} µs", "{bare_p99} µs"),
        Row("the same after 50 ms of quiet, p50", "quiet_ratio", "×", "{quiet_sealed} µs",
            "{quiet_bare} µs"),
        Row("sustained launches per second with all CPUs, against bare", "sustained", "×",
            "{sealed_per_s}/s", "{bare_per_s}/s", at_least=0.45, stretch=0.55),
        Row("one launch, another project each time, p50", "unlike_ratio", "×",
            "{unlike_sealed} µs", "{unlike_bare} µs"),
        Row("one launch that makes a file, p50, against one bare that makes none", "files_ratio",
            "×", "{files_sealed} µs", "{files_bare} µs"),
        Row("sustained, another project each time", "unlike_sustained", "×", "{unlike_per_s}/s",
            "{unlike_bare_per_s}/s"),
        Row("sustained, each makes a file, against bare ones that make none", "files_sustained",
            "×", "{files_per_s}/s", "{files_bare_per_s}/s")]),
    Measure("bubblewrap", take_bubblewrap, [
        peer_row("bubblewrap with `--unshare-all`", 7, 11)]),
    Measure("isolate", take_isolate, [peer_row("`isolate --run`", 5, 8)]),
    Measure("nsjail", take_nsjail, [peer_row("nsjail", 9, 14)]),
]
