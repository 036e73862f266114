"""deploy/docker/seccomp.json allows what Glovebox and its jobs call, and little that Docker does
not. tests/container runs it."""
import json
import re
import unittest

import source_tree

# What the namespaces tier needs: all that the profile adds to Docker's default.
ADDED = {"chroot", "clone", "clone3", "mount", "mount_setattr", "move_mount", "open_tree",
         "pivot_root", "sethostname", "umount2", "unshare"}
# Docker has added and removed these from its default over the years.
NOT_MISSED = {"get_mempolicy", "ustat"}
DANGEROUS = {
    "acct", "add_key", "bpf", "clock_settime", "create_module", "delete_module",
    "fanotify_init", "finit_module", "init_module", "io_uring_setup", "ioperm", "iopl", "kcmp",
    "kexec_file_load", "kexec_load", "keyctl", "mbind", "modify_ldt", "move_pages", "nfsservctl",
    "open_by_handle_at", "perf_event_open", "pidfd_getfd", "process_vm_readv",
    "process_vm_writev", "ptrace", "quotactl", "reboot", "request_key", "setns", "settimeofday",
    "swapoff", "swapon", "syslog", "userfaultfd", "vhangup"}


def permitted(profile):
    """{call: its conditions} of a profile in Docker's format, each call once."""
    return {name: rule.get("args", []) for rule in profile["syscalls"]
            if rule["action"] == "SCMP_ACT_ALLOW" for name in rule["names"]}


def names_of(page, heading):
    """Calls in the tables below a heading of docs/system-calls.md, which is generated from the
    filter."""
    body = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE).group(1)
    return set(re.findall(r"^\| `(\w+)` \|", body, re.MULTILINE))


class SeccompProfileTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.profile = json.loads(source_tree.read("deploy/docker/seccomp.json"))
        cls.calls = permitted(cls.profile)
        cls.page = source_tree.read("docs/system-calls.md")

    def test_other_calls_are_refused(self):
        self.assertEqual(self.profile["defaultAction"], "SCMP_ACT_ERRNO")
        self.assertEqual({rule["action"] for rule in self.profile["syscalls"]}, {"SCMP_ACT_ALLOW"})
        self.assertEqual(self.profile.keys() & {"architectures", "archMap"}, set())

    def test_it_permits_what_a_job_may_call(self):
        allowed = names_of(self.page, "Allowed")
        self.assertGreater(len(allowed), 200)
        self.assertEqual(allowed - self.calls.keys() - NOT_MISSED, set())

    def test_it_refuses_what_a_job_is_refused_except_set_up_calls(self):
        refused = names_of(self.page, "Refused")
        self.assertGreater(len(refused), 50)
        # Docker's default allows the rest to everybody; the filter refuses them to a job.
        for_slots = {"chroot", "mount_setattr", "move_mount", "open_tree", "pivot_root",
                     "sethostname", "unshare"}
        self.assertEqual(refused & self.calls.keys() & DANGEROUS, set())
        self.assertLessEqual(for_slots, refused & self.calls.keys())

    def test_nothing_dangerous_is_permitted(self):
        self.assertEqual(DANGEROUS & self.calls.keys(), set())

    def test_only_local_and_internet_sockets_are_permitted(self):
        families = {rule["args"][0]["value"] for rule in self.profile["syscalls"]
                    if rule["names"] == ["socket"]}
        self.assertEqual(families, {1, 2, 10})
        for rule in self.profile["syscalls"]:
            if "args" not in rule:
                self.assertEqual({"socket", "personality"} & set(rule["names"]), set())


if __name__ == "__main__":
    unittest.main()
