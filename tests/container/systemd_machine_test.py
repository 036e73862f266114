"""deploy/systemd/glovebox.service under a real systemd: the image with systemd added, booted as a
virtual machine with Debian's kernel."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import engine

sys.path.insert(0, str(engine.ROOT / "tests" / "vm"))
import vm_image
import vm_kernel
import vm_machine

FILES = pathlib.Path(__file__).resolve().parent / "machine"
UNIT = engine.ROOT / "deploy" / "systemd" / "glovebox.service"
PLACE = engine.STATE / "machine"
DISK_SIZE = "3G"  # sparse
SECONDS = 600
NEEDED = (vm_machine.QEMU, vm_image.BUSYBOX, "/usr/sbin/mke2fs", "bsdtar")


def why_not():
    missing = [name for name in NEEDED if shutil.which(name) is None]
    return f"not installed: {' '.join(missing)} (packaging/apt-vm.txt)" if missing else ""


def make_disk(folder):
    """An ext4 image of the image's files with systemd, created without mounting it."""
    context = folder / "context"
    shutil.copytree(FILES, context)
    shutil.copy(UNIT, context)
    engine.call("build", "--isolation", "chroot", "--network", "host", "-t", "glovebox-machine",
                "-f", context / "Containerfile", context)
    container = engine.call("create", *engine.ulimit_flags(), "glovebox-machine").stdout.strip()
    tree = folder / "tree"
    tree.mkdir()
    try:
        with subprocess.Popen([*engine.base_command(), "export", container],
                              stdout=subprocess.PIPE) as archive:
            subprocess.run(["tar", "-x", "-p", "--numeric-owner", "-C", str(tree)],
                           stdin=archive.stdout, check=True)
    finally:
        engine.call("rm", container, check=False)
    disk = PLACE / "root.ext4"
    disk.unlink(missing_ok=True)
    subprocess.run(["/usr/sbin/mke2fs", "-q", "-t", "ext4", "-d", str(tree), str(disk), DISK_SIZE],
                   check=True)
    return disk


def setUpModule():
    why = engine.why_not() or why_not()
    if why:
        raise unittest.SkipTest(why)
    engine.prepare()


class SystemdMachineTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        PLACE.mkdir(parents=True, exist_ok=True)
        try:
            kernel = vm_kernel.fetch_kernel(engine.ROOT / "build" / "vm")
        except vm_kernel.Unavailable as error:
            raise unittest.SkipTest(str(error))
        with tempfile.TemporaryDirectory(prefix="glovebox-machine-") as folder:
            disk = make_disk(pathlib.Path(folder))
        cls.addClassCleanup(disk.unlink)
        boot = vm_machine.boot(PLACE, kernel, vm_image.make_initramfs(PLACE, kernel), disk, {},
                               SECONDS)
        if "seen.json" not in boot.files:
            raise RuntimeError(boot.story())
        cls.seen = json.loads(boot.files["seen.json"])

    def test_the_service_starts_in_the_namespaces_tier_with_cgroups_and_proc(self):
        self.assertIsNotNone(self.seen["health"], self.seen["journal"])
        isolation = self.seen["health"]["isolation"]
        self.assertEqual(isolation["tier"], "namespaces")
        self.assertEqual({"cgroup-memory", "cgroup-pids", "cgroup-cpu", "proc", "landlock",
                          "seccomp", "user-namespace"} - set(isolation["layers"]), set())

    def test_a_job_runs_and_is_measured(self):
        execution = self.seen["execution"]
        self.assertEqual((execution["exitCode"], execution["reason"]), (1, "exit-code"))
        self.assertIn("arrayIndexOutOfBounds", "\n".join(execution["output"]))
        self.assertGreater(execution["usage"]["peakMemoryBytes"], 0)

    def test_the_server_has_no_privilege_and_a_user_of_its_own(self):
        status = self.seen["status"]
        for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(int(status[name], 16), 0, name)
        self.assertEqual((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"))
        self.assertGreaterEqual(int(status["Uid"].split()[0]), 61184)  # systemd's dynamic ones
        self.assertEqual(self.seen["started"]["TasksMax"], "2048")
        self.assertEqual(self.seen["started"]["MemoryMax"], str(4 << 30))

    def test_stopping_drains_and_leaves_nothing(self):
        stopped = self.seen["stopped"]
        self.assertEqual((stopped["ActiveState"], stopped["Result"], stopped["ExecMainStatus"]),
                         ("inactive", "success", "0"))
        self.assertIn("drained", self.seen["journal"])
        self.assertIn("No such file", self.seen["cgroups"])


if __name__ == "__main__":
    unittest.main()
