"""deploy/systemd/glovebox.service is well formed, as restrictive as the sandbox allows, and allows
the system calls that create slots."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import source_tree

UNIT = "deploy/systemd/glovebox.service"
# systemd's exposure score, 0 (best) to 10. The rest is explained at the end of the unit, plus 0.5
# for having a network, 0.4 for its sockets, 0.9 for the seven namespaces.
MOST_EXPOSURE = 2.6


def systemd_analyze(*arguments):
    return subprocess.run(["systemd-analyze", "--no-pager", *arguments], check=False, text=True,
                          capture_output=True)


def exposure_of(text):
    """The result of `systemd-analyze security` for a unit."""
    with tempfile.TemporaryDirectory() as folder:
        unit = pathlib.Path(folder) / "glovebox.service"
        unit.write_text(text, encoding="utf-8")
        said = systemd_analyze("security", "--offline=true", str(unit)).stdout
    return float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", said).group(1))


def calls_of(group):
    """The system calls of a group such as @system-service, including nested groups."""
    calls = set()
    for line in systemd_analyze("syscall-filter", group).stdout.splitlines()[1:]:
        name = line.strip()
        if name.startswith("@"):
            calls |= calls_of(name)
        elif name and not name.startswith("#"):
            calls.add(name)
    return calls


def permitted_calls(text):
    """The result of the SystemCallFilter= lines, applied in order."""
    calls = set()
    for names in re.findall(r"^SystemCallFilter=(.*)$", text, re.MULTILINE):
        listed = set()
        for name in names.removeprefix("~").split():
            listed |= calls_of(name) if name.startswith("@") else {name}
        calls = calls - listed if names.startswith("~") else calls | listed
    return calls


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
class SystemdUnitTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = source_tree.read(UNIT)

    def test_systemd_understands_every_line(self):
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder) / "glovebox.service"
            # The program need not be installed here.
            unit.write_text(self.text.replace("/usr/local/bin/glovebox", "/usr/bin/true"),
                            encoding="utf-8")
            verified = systemd_analyze("verify", "--man=no", str(unit))
            self.assertEqual((verified.returncode, verified.stderr), (0, ""))
            unit.write_text(self.text.replace("ProtectHome=yes", "ProtectHome=perhaps")
                            .replace("/usr/local/bin/glovebox", "/usr/bin/true"), encoding="utf-8")
            self.assertIn("perhaps", systemd_analyze("verify", "--man=no", str(unit)).stderr)

    def test_its_exposure_is_low_and_loosening_it_shows(self):
        self.assertLessEqual(exposure_of(self.text), MOST_EXPOSURE)
        looser = self.text.replace("ProtectSystem=strict\n", "").replace("DynamicUser=yes\n", "")
        self.assertGreater(exposure_of(looser), MOST_EXPOSURE)

    def test_it_permits_the_calls_of_slots_and_jobs(self):
        permitted = permitted_calls(self.text)
        profile = json.loads(source_tree.read("deploy/docker/seccomp.json"))
        needed = {name for rule in profile["syscalls"] for name in rule["names"]}
        # Unknown to the systemd of Debian 12; a program works without it.
        self.assertEqual(needed - permitted - {"cachestat", "fchmodat2"}, set())
        for name in ("bpf", "init_module", "io_uring_setup", "kexec_load", "keyctl",
                     "perf_event_open", "process_vm_readv", "ptrace", "reboot", "userfaultfd"):
            self.assertNotIn(name, permitted)

    def test_no_option_hides_parts_of_proc(self):
        for option in ("ProtectKernelTunables", "ProtectKernelLogs", "ProcSubset",
                       "ProtectControlGroups", "ProtectHostname", "RestrictNamespaces"):
            self.assertNotRegex(self.text, rf"(?m)^{option}=")


if __name__ == "__main__":
    unittest.main()
