"""The sender has the network and nothing else; the server has no network but its listener."""
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from harness import Server
from sender_process import keeper_of, sender_of, status_of
from webhook_receiver import Receiver


def links(pid):
    return {path.name: os.readlink(path) for path in pathlib.Path(f"/proc/{pid}/fd").iterdir()}


class SenderTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(self, allow_networks="127.0.0.0/8", hourly_per_client=0)
        self.receiver = Receiver(self)
        answer = self.server.call("POST", "/api/webhooks", {"url": self.receiver.url()})
        self.webhook = answer.json
        self.server.run_shell("true")
        self.receiver.wait_for(1)
        self.pid = self.server.process.pid
        self.sender = sender_of(self.pid)

    def test_it_has_no_descriptor_but_its_socket(self):
        if os.geteuid() != 0:
            self.skipTest("only root sees the descriptors of a process that is not dumpable")
        for pid in (self.sender, keeper_of(self.pid)):
            found = links(pid)
            self.assertEqual({found.pop(number) for number in "012"}, {"/dev/null"})
            sockets = [each for each in found.values() if each.startswith("socket:")]
            others = [each for each in found.values() if not each.startswith("socket:")]
            # The keeper also has the sender as a pidfd.
            allowed = {"anon_inode:[pidfd]"} if pid != self.sender else {
                "anon_inode:[eventpoll]", "anon_inode:[eventfd]"}
            self.assertLessEqual(set(others), allowed, found)
            self.assertEqual(found["3"], sockets[0])

    def test_it_has_no_privilege_and_its_calls_are_filtered(self):
        status = status_of(self.sender)
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertEqual(status["Seccomp"], "2")
        for name in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
            self.assertEqual(int(status[name], 16), 0, name)
        if status_of(self.pid)["Uid"].split()[0] == "0":
            self.assertEqual(status["Uid"].split(), ["65534"] * 4)
            self.assertEqual(status_of(keeper_of(self.pid))["Uid"].split(), ["65534"] * 4)

    def test_the_servers_calls_are_filtered(self):
        self.assertEqual(status_of(self.pid)["Seccomp"], "2")

    def test_a_killed_or_stopped_sender_is_replaced(self):
        for number in (signal.SIGKILL, signal.SIGSTOP):
            before = sender_of(self.pid)
            os.kill(before, number)
            self.server.until(lambda: self.another_than(before), "another sender")
            count = len(self.receiver.received)
            self.server.run_shell("true")
            self.receiver.wait_for(count + 1)
        self.server.until(lambda: self.server.get("/api/health").json["status"] == "ok", "health")

    def another_than(self, pid):
        try:
            return sender_of(self.pid) != pid
        except StopIteration:
            return False

    def test_a_killed_keeper_shows_and_the_jobs_go_on(self):
        os.kill(keeper_of(self.pid), signal.SIGKILL)

        def reasons():
            return [each["code"] for each in self.server.get("/api/health").json["reasons"]]

        self.server.until(lambda: "sender_outage" in reasons(), "the reason")
        self.assertEqual(self.server.run_shell("echo on")["output"], ["on"])
        # What is due is sent after the restart.
        self.server.stop()
        self.server.start()
        self.receiver.wait_for(2)

    def test_it_ends_with_a_killed_server(self):
        both = [self.sender, keeper_of(self.pid)]
        self.server.kill()

        def gone():
            return not any(pathlib.Path(f"/proc/{pid}").exists() and
                           status_of(pid)["State"][0] != "Z" for pid in both)

        for _ in range(200):
            if gone():
                return
            time.sleep(0.05)
        self.fail("the sender outlived its server")


class SenderCallsTest(unittest.TestCase):
    """What system calls come to, seen in a sender that is traced."""

    def test_no_file_is_opened_while_a_request_is_sent(self):
        if shutil.which("strace") is None or os.geteuid() != 0:
            self.skipTest("needs strace and root")
        server = Server(self, allow_networks="127.0.0.0/8", hourly_per_client=0)
        receiver = Receiver(self)
        server.call("POST", "/api/webhooks", {"url": receiver.url()})
        log = server.temp.path / "trace"
        tracer = subprocess.Popen(["strace", "-f", "-qq", "-o", str(log), "-e",
                                   "trace=open,openat,execve,bind,connect",
                                   "-p", str(sender_of(server.process.pid))])
        self.addCleanup(tracer.kill)
        time.sleep(1)
        server.run_shell("true")
        receiver.wait_for(1)
        tracer.send_signal(signal.SIGINT)
        tracer.wait(timeout=30)
        opened = [line for line in log.read_text().splitlines()
                  if "open" in line and "= -1" not in line]
        self.assertEqual(opened, [])
        self.assertIn("connect(", log.read_text())


if __name__ == "__main__":
    unittest.main()
