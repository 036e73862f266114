"""A siege in a virtual machine passes only if all expected results are present."""
import contextlib
import copy
import io
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "vm"))

import siege  # pylint: disable=wrong-import-position
import vm_machine  # pylint: disable=wrong-import-position

TIER = "landlock"
CONSOLE = """[    0.000000] Linux version 6.1.0
[    0.000000] Command line: rcupdate.rcu_cpu_stall_timeout=300
[    1.000000] PCI: if necessary, use "pci=nocrs" and report a bug
[   56.479276] fuzz_calls[1522]: segfault at 402f83 ip 0000000000402f83 sp 00007f9d error 14
"""
TIMES = {"count": 9, "median": 0.1, "p99": 0.2, "most": 0.2}
GOOD = {
    "tier": TIER, "layers": sorted(siege.HOSTS[TIER].layers), "marker_outside": "marker ok",
    "markers": {"errno=1": 2}, "endings": {"completed None": 2, "failed signal": 1}, "wrong": [],
    "calls": {f"{kind} {name}": 500 for kind in siege.CLASSES for name in ("made", "ok", "refused")},
    "latencies": {"health": TIMES, "hello": TIMES, "show": TIMES}, "seeds": [1, 3],
    "resident_kib": [17000, 18000], "lives": True, "exit": 0, "left_over": [],
}
ALL = len(siege.CHECKS)
LOG = "2026-11-28T07:08:53.076Z info 3 tools"


def count(report=None, console=CONSOLE, status="0", timed_out=False, log=LOG, **changes):
    report = copy.deepcopy(GOOD) | changes if report is None else report
    files = {"siege.json": json.dumps(report).encode(), "siege.status": status.encode(),
             "server.log": log.encode()}
    with contextlib.redirect_stdout(io.StringIO()):
        return siege.count(TIER, vm_machine.Boot(console, files, timed_out))


class SiegeCountsTest(unittest.TestCase):
    def failed(self, **changes):
        counts = count(**changes)
        self.assertEqual(counts.passed + counts.failed, ALL)
        return counts.failed

    def test_a_siege_without_damage_passes(self):
        self.assertEqual(count(), (ALL, 0, 0))

    def test_a_machine_that_left_nothing_fails_every_check(self):
        self.assertEqual(self.failed(report={}, console="", status="", timed_out=True), ALL)

    def test_messages_of_a_damaged_kernel_fail(self):
        for line in ("BUG: kernel NULL pointer dereference, address: 0000000000000008",
                     "BUG kmalloc-64 (Not tainted): Right Redzone overwritten",
                     "WARNING: CPU: 1 PID: 99 at kernel/exit.c:816 do_exit+0x8a2/0xab0",
                     "Oops: 0000 [#1] PREEMPT SMP", "BUG: KASAN: slab-out-of-bounds in f+0x1/0x2",
                     "WARNING: possible circular locking dependency detected",
                     "rcu: INFO: rcu_sched self-detected stall on CPU",
                     "INFO: task fuzz_calls:77 blocked for more than 120 seconds.",
                     "list_del corruption. prev->next should be 1, but was 2",
                     "Out of memory: Killed process 12 (glovebox)", "Kernel panic - not syncing"):
            self.assertEqual(self.failed(console=CONSOLE + line), 1, line)

    def test_a_damaged_server_fails(self):
        self.assertEqual(self.failed(lives=False, exit=-11), 1)
        self.assertEqual(self.failed(exit=1), 1)
        self.assertEqual(self.failed(left_over=["fuzz_calls"]), 1)
        self.assertEqual(self.failed(resident_kib=[17000, 17000 + siege.MOST_GROWTH_KIB + 1]), 1)
        self.assertEqual(self.failed(log="2026-11-28T07:08:53.315Z error slot 2: lost"), 1)

    def test_a_disturbed_neighbour_fails(self):
        self.assertEqual(self.failed(wrong=["hello: no output"]), 1)
        slow = GOOD["latencies"] | {"health": TIMES | {"most": 11}}
        self.assertEqual(self.failed(latencies=slow), 1)
        self.assertEqual(self.failed(latencies={}), 1)

    def test_a_fuzzer_that_made_no_calls_fails(self):
        self.assertEqual(self.failed(calls=GOOD["calls"] | {"sockets made": 3}), 1)
        self.assertEqual(self.failed(calls=GOOD["calls"] | {"doors refused": 0}), 1)
        self.assertEqual(self.failed(calls={}), 1)

    def test_a_job_without_an_end_of_its_own_fails(self):
        self.assertEqual(self.failed(endings={"failed None": 1}), 1)
        self.assertEqual(self.failed(endings={}), 1)

    def test_a_marker_that_proves_nothing_fails(self):
        self.assertEqual(self.failed(marker_outside="marker errno=1"), 1)
        self.assertEqual(self.failed(markers={"errno=1": 2, "ok": 1}), 1)
        self.assertEqual(self.failed(markers={}), 1)

    def test_a_missing_layer_or_a_siege_that_broke_off_fails(self):
        self.assertEqual(self.failed(layers=["landlock"]), 1)
        self.assertEqual(self.failed(status="137"), 1)


if __name__ == "__main__":
    unittest.main()
