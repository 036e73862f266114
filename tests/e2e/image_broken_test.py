"""Pulls whose registry, disk or helper breaks in the middle: each says so and leaves nothing."""
import os
import pathlib
import socket
import subprocess
import threading
import time
import unittest

import harness
import image_forge
from image_forge import ImageCase, entry, needs_images, needs_registry, say_layer, tar


class Proxy:
    """Between skopeo and the registry. Of what the registry sends it passes on `most` bytes, over
    all connections; then it closes everything, or holds until release()."""

    def __init__(self, case, port, most, then):
        self.target, self.left, self.then = port, most, then
        self.lock = threading.Lock()
        self.reached, self.released = threading.Event(), threading.Event()
        self.open = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        case.addCleanup(self.close)

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            self.open += [client, server]
            for from_, to, counted in ((client, server, False), (server, client, True)):
                threading.Thread(target=self.pass_on, args=(from_, to, counted), daemon=True).start()

    def pass_on(self, from_, to, counted):
        try:
            while data := from_.recv(16 << 10):
                with self.lock:
                    self.left -= len(data) if counted else 0
                    over = self.left < 0
                if counted and over and not self.released.is_set():
                    self.reached.set()
                    if self.then == "close":
                        self.close()
                        return
                    self.released.wait()
                to.sendall(data)
            to.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def release(self):
        self.released.set()

    def close(self):
        self.release()
        for one in [self.listener, *self.open]:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()


class BrokenCase(ImageCase):
    def start(self, *arguments):
        process = subprocess.Popen(
            [harness.BINARY, "image", *map(str, arguments), "--images-dir", self.images],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=harness.clean_environment())
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def ended(self, process):
        out, err = process.communicate(timeout=harness.PATIENCE)
        return process.returncode, err.decode()

    def until(self, condition, what):
        end = time.monotonic() + harness.PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.005)


@needs_images
@needs_registry
class BrokenRegistryTest(BrokenCase):
    def setUp(self):
        super().setUp()
        registry = image_forge.Registry(self)
        layout = self.layout()
        layout.image(say_layer(entry("large", os.urandom(8 << 20))), packing="none")
        self.direct = registry.push(layout.ref)
        self.registry = registry

    def through(self, then, most=2 << 20):
        proxy = Proxy(self, self.registry.port, most, then)
        return proxy, self.direct.replace(str(self.registry.port), str(proxy.port))

    def test_a_registry_that_goes_away_in_the_middle_of_a_layer(self):
        proxy, ref = self.through("close")
        self.refused(ref, "skopeo", flags=["--tls-verify", "false"])
        self.assertTrue(proxy.reached.is_set(), "it was in the middle")
        root = self.pulled(self.direct, "--tls-verify", "false")
        self.assertEqual((root / "large").stat().st_size, 8 << 20)

    def test_a_registry_that_falls_silent_has_a_bound(self):
        proxy, ref = self.through("hold")
        message = self.refused(ref, "took longer than 5 s", "--timeout raises it",
                               flags=["--tls-verify", "false", "--timeout", "5s"])
        self.assertTrue(proxy.reached.is_set(), message)

    def test_a_registry_that_is_slow_is_waited_for(self):
        proxy, ref = self.through("hold")
        process = self.start("pull", ref, "--name", "tools", "--tls-verify", "false")
        self.assertTrue(proxy.reached.wait(harness.PATIENCE))
        time.sleep(2)
        proxy.release()
        code, err = self.ended(process)
        self.assertEqual(code, 0, err)

    def test_a_killed_pull_is_taken_over_by_the_one_that_waits(self):
        proxy, ref = self.through("hold")
        first = self.start("pull", ref, "--name", "one", "--tls-verify", "false")
        self.assertTrue(proxy.reached.wait(harness.PATIENCE))
        second = self.start("pull", self.direct, "--name", "two", "--tls-verify", "false")
        time.sleep(1)
        self.assertIsNone(second.poll(), "it waits for the first")
        first.kill()
        first.communicate()
        code, err = self.ended(second)
        self.assertEqual(code, 0, err)
        self.assertEqual([image["name"] for image in self.listed()], ["two"])
        self.assert_nothing_is_left(roots=1)

    def test_a_helper_that_is_killed(self):
        proxy, ref = self.through("hold")
        process = self.start("pull", ref, "--name", "tools", "--tls-verify", "false")
        self.assertTrue(proxy.reached.wait(harness.PATIENCE))
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        [child] = [int(pid) for pid in children.split()]
        os.kill(child, 9)
        code, err = self.ended(process)
        self.assertEqual(code, 1)
        self.assertIn("skopeo: killed by signal 9", err)
        self.assert_nothing_is_left()

    def test_a_disk_that_fills_in_the_middle_of_a_layer(self):
        proxy, ref = self.through("hold")
        disk = SmallDisk(self, self.images, "size=64m")
        process = disk.start("pull", ref, "--name", "tools", "--tls-verify", "false")
        self.assertTrue(proxy.reached.wait(harness.PATIENCE), "fetching")
        disk.fill()
        proxy.release()
        code, err = self.ended(process)
        self.assertEqual(code, 1, err)
        self.assertIn("no space left", err)
        self.assertEqual(disk.left(), [])
        disk.end()


class SmallDisk:
    """A tmpfs on `path` in a mount namespace of its own, kept by a process that waits."""

    def __init__(self, case, path, options):
        self.case, self.path = case, path
        path.mkdir(exist_ok=True)
        # An ordinary user mounts in a user namespace.
        self.flags = ["-m"] if os.geteuid() == 0 else ["-m", "-r"]
        self.keeper = subprocess.Popen(
            ["unshare", *self.flags, "sh", "-c",
             f"mount -t tmpfs -o {options} none {path} && echo mounted && read end"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        case.addCleanup(self.end)
        case.assertEqual(self.keeper.stdout.readline(), b"mounted\n")
        self.inside = pathlib.Path(f"/proc/{self.keeper.pid}/root{path}")

    def start(self, *arguments):
        enter = ["nsenter", "-t", str(self.keeper.pid), "-m"]
        if "-r" in self.flags:
            enter += ["-U", "--preserve-credentials"]
        process = subprocess.Popen(
            [*enter, harness.BINARY, "image", *map(str, arguments), "--images-dir", self.path],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=harness.clean_environment())
        self.case.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    def fill(self):
        with open(self.inside / "filler", "wb", buffering=0) as file:
            try:
                while file.write(bytes(1 << 16)):
                    pass
            except OSError:
                return

    def left(self):
        """Of pulls."""
        return [path for folder in ("tmp", "sha256", "info", "names", "uses")
                for path in (self.inside / folder).iterdir()]

    def end(self):
        if self.keeper.poll() is None:
            self.keeper.communicate(b"\n")


@needs_images
class FullDiskTest(BrokenCase):
    def pull_on(self, options, layout):
        disk = SmallDisk(self, self.images, options)
        code, err = self.ended(disk.start("pull", layout.ref, "--name", "t"))
        self.assertEqual(code, 1, err)
        self.assertIn("no space", err.lower())
        self.assertEqual(disk.left(), [])
        disk.end()
        return err

    def test_too_little_space_is_said_before_the_work(self):
        layout = self.layout()
        layout.image(say_layer(entry("large", os.urandom(24 << 20))))
        # Room for the packed layers, and not for the files; then for neither.
        self.assertIn("to unpack", self.pull_on("size=56m", layout))
        self.assertIn("to fetch", self.pull_on("size=8m", layout))

    def test_a_disk_that_is_full_in_the_middle_of_unpacking(self):
        layout = self.layout()
        layout.image(tar(*[entry(f"d{n}/f", b"x") for n in range(500)]))
        # 500 folders and files do not fit; nobody can know before.
        self.assertIn("umoci", self.pull_on("size=64m,nr_inodes=400", layout))


if __name__ == "__main__":
    unittest.main()
