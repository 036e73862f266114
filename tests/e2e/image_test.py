"""`glovebox image`: pull, import, list and remove, with real images and a real registry."""
import http.client
import json
import os
import subprocess
import tarfile
import threading
import time
import unittest

import harness
import image_forge
from image_forge import ImageCase, entry, needs_images, needs_registry, say_layer, tar


@needs_images
class ImagePullTest(ImageCase):
    def test_an_image_of_umoci_is_pulled_listed_and_removed(self):
        ref = image_forge.umoci_image(self.folder.path, [{"etc/name": b"one\n"},
                                                         {"etc/name": b"two\n", "bin/x": b"x"}])
        root = self.pulled(ref)
        self.assertEqual((root / "etc/name").read_text(), "two\n")
        [listed] = self.listed()
        self.assertEqual((listed["name"], listed["ref"], listed["layers"]), ("tools", ref, 2))
        self.assertEqual(listed["digest"], "sha256:" + root.name)
        self.assertGreater(listed["sizeBytes"], 0)
        self.assertEqual(listed["lastUsedAt"], None)
        self.assertIn("last used  never", self.image("list").stdout.decode())
        self.assertEqual(self.image("remove", "tools").returncode, 0)
        self.assertEqual(self.listed(), [])
        self.assert_nothing_is_left()

    def test_a_second_pull_of_the_same_image_moves_only_the_name(self):
        layout = self.layout()
        layout.image(say_layer())
        root = self.pulled(layout.ref)
        before = root.stat().st_ino
        done = self.pull(layout.ref, name="also")
        self.assertIn("was here already", done.stderr.decode())
        self.assertEqual(root.stat().st_ino, before)
        self.assertEqual(self.image("remove", "tools").returncode, 0)
        self.assertTrue(root.exists(), "another name stands for it")
        self.assertEqual(self.image("remove", "also").returncode, 0)
        self.assert_nothing_is_left()

    def test_a_name_moves_and_the_old_root_goes(self):
        first, second = self.layout("a"), self.layout("b")
        first.image(tar(entry("etc/name", b"old")))
        second.image(tar(entry("etc/name", b"new")))
        old = self.pulled(first.ref)
        new = self.pulled(second.ref)
        self.assertFalse(old.exists())
        self.assertEqual((new / "etc/name").read_bytes(), b"new")
        self.assert_nothing_is_left(roots=1)

    def test_archives_are_imported_whichever_kind_they_are(self):
        layout = self.layout()
        digest = layout.image(say_layer())
        for kind in ("oci-archive", "docker-archive"):
            file = self.folder.path / f"{kind}.tar"
            subprocess.run(["skopeo", "copy", "--quiet", layout.ref, f"{kind}:{file}:it:1"],
                           check=True, capture_output=True)
            done = self.image("import", file, "--name", kind)
            self.assertEqual(done.returncode, 0, done.stderr.decode())
            if kind == "oci-archive":
                self.assertEqual(done.stdout.decode().strip(), digest)
        bad = self.folder.write("bad.tar", b"no archive at all" * 100)
        done = self.image("import", bad, "--name", "bad")
        self.assertEqual(done.returncode, 1)
        self.assertIn("skopeo", done.stderr.decode())
        self.assertEqual(self.image("import", "/no/such/file", "--name", "x").returncode, 1)
        self.assert_nothing_is_left(roots=2)

    def test_what_gives_rights_is_taken_off_and_everything_is_readable(self):
        layout = self.layout()
        capability = b"\x01\x00\x00\x02\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x00"
        layout.image(tar(
            entry("su", b"su", mode=0o6755),
            entry("cap", b"cap", mode=0o755,
                  pax={"SCHILY.xattr.security.capability": capability.decode("utf-8", "surrogateescape")}),
            entry("attribute", b"a", pax={"SCHILY.xattr.user.overlay.redirect": "/etc"}),
            entry("none", b"none", mode=0), entry("closed", type=tarfile.DIRTYPE, mode=0),
            entry("open", b"open", mode=0o777),
            entry("dev/sda", type=tarfile.BLKTYPE), entry("dev/mem", type=tarfile.CHRTYPE),
            entry("pipe", type=tarfile.FIFOTYPE), entry("empty", b""),
            entry("closed/inner", b"inner", mode=0)))
        root = self.pulled(layout.ref)
        modes = {p.name: oct(p.lstat().st_mode & 0o7777) for p in root.rglob("*")}
        self.assertEqual(modes, {"su": "0o755", "cap": "0o755", "attribute": "0o644",
                                 "none": "0o644", "closed": "0o755", "open": "0o755",
                                 "dev": "0o755", "empty": "0o644", "inner": "0o644"})
        for path in root.rglob("*"):
            self.assertEqual(os.listxattr(path, follow_symlinks=False), [], path)
            self.assertEqual(path.lstat().st_uid, os.geteuid())

    def test_whiteouts_are_flattened(self):
        layout = self.layout()
        layout.image(
            tar(entry("a/one", b"1"), entry("a/two", b"2"), entry("b/three", b"3"),
                entry("c", b"file"), entry("hard", b"h"),
                entry("hard2", type=tarfile.LNKTYPE, link="hard")),
            tar(entry("a/.wh.one", b""), entry("b/.wh..wh..opq", b""), entry("b/four", b"4"),
                entry(".wh.c", b""), entry("c/now-a-folder", b"5"),
                entry("hard3", type=tarfile.LNKTYPE, link="hard")))
        root = self.pulled(layout.ref)
        files = sorted(str(p.relative_to(root)) for p in root.rglob("*") if not p.is_dir())
        self.assertEqual(files, ["a/two", "b/four", "c/now-a-folder", "hard", "hard2", "hard3"])
        self.assertEqual((root / "hard3").stat().st_nlink, 3)

    def test_names_of_images_are_checked(self):
        layout = self.layout()
        layout.image(say_layer())
        for name in ("", "../x", "A", ".x", "a/b", "x" * 65):
            done = self.pull(layout.ref, name=name)
            self.assertEqual(done.returncode, 1, name)
            self.assertIn("not the name of an image", done.stderr.decode())
        for ref in ("python:3.12", "containers-storage:x", "docker://"):
            done = self.pull(ref)
            self.assertNotEqual(done.returncode, 0, ref)
        self.assertIn("docker://HOST/NAME:TAG", self.pull("python:3.12").stderr.decode())

    def test_a_policy_is_kept_to(self):
        layout = self.layout()
        layout.image(say_layer())
        policy = self.folder.write("reject.json", '{"default": [{"type": "reject"}]}')
        self.refused(layout.ref, "is rejected by policy", flags=["--policy", policy])
        (self.images / "policy.json").write_bytes(policy.read_bytes())
        self.refused(layout.ref, "is rejected by policy")
        doctor = harness.glovebox("doctor", "--images-dir", self.images).stdout.decode()
        self.assertIn(f"signatures: as {self.images}/policy.json requires", doctor)
        doctor = harness.glovebox("doctor", "--images-dir", self.folder.path / "none").stdout.decode()
        self.assertIn("signatures: NOT CHECKED", doctor)

    def test_removal_waits_for_leases(self):
        """A job's lease is a shared lock."""
        layout = self.layout()
        layout.image(say_layer())
        root = self.pulled(layout.ref)
        with open(self.images / "uses" / root.name) as lease:
            subprocess.run(["flock", "-s", str(lease.fileno())], check=True,
                           pass_fds=[lease.fileno()])
            done = self.image("remove", "tools")
            self.assertEqual(done.returncode, 1)
            self.assertIn("in use", done.stderr.decode())
            ended = []
            forced = threading.Thread(
                target=lambda: ended.append(self.image("remove", "tools", "--force")))
            forced.start()
            time.sleep(1)
            self.assertTrue(root.exists())
            self.assertEqual(ended, [])
        forced.join()
        self.assertEqual(ended[0].returncode, 0, ended[0].stderr)
        self.assertFalse(root.exists())
        self.assert_nothing_is_left()


@needs_images
@needs_registry
class ImageRegistryTest(ImageCase):
    def setUp(self):
        super().setUp()
        self.registry = image_forge.Registry(self)

    def test_a_tag_is_resolved_to_a_digest(self):
        layout = self.layout()
        digest = layout.image(say_layer())
        ref = self.registry.push(layout.ref)
        root = self.pulled(ref, "--tls-verify", "false")
        self.assertEqual("sha256:" + root.name, digest)
        moved = self.layout("moved")
        moved.image(say_layer(entry("more", b"more")))
        self.registry.push(moved.ref)
        self.assertTrue((root / "etc/name").exists(), "the tag has moved, the image has not")
        by_digest = ref.rsplit(":", 1)[0] + "@" + digest
        self.assertEqual(self.pulled(by_digest, "--tls-verify", "false", name="old"), root)

    def test_an_index_gives_the_image_for_this_machine(self):
        layout = self.layout()
        own = layout.image(say_layer())
        self.registry.push(layout.ref, "tools:own")
        other = self.layout("other")
        foreign = other.image(tar(entry("x", b"x")), architecture="s390x")
        self.registry.push(other.ref, "tools:foreign")
        self.refused(f"docker://127.0.0.1:{self.registry.port}/tools:foreign", "s390x",
                     flags=["--tls-verify", "false"])
        size = lambda made, digest: (made.path / "blobs/sha256" / digest[7:]).stat().st_size
        index = json.dumps({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [
                {"mediaType": image_forge.MANIFEST, "digest": foreign, "size": size(other, foreign),
                 "platform": {"os": "linux", "architecture": "s390x"}},
                {"mediaType": image_forge.MANIFEST, "digest": own, "size": size(layout, own),
                 "platform": {"os": "linux", "architecture": image_forge.MACHINE}}]})
        connection = http.client.HTTPConnection("127.0.0.1", self.registry.port)
        connection.request("PUT", "/v2/tools/manifests/both", index,
                           {"Content-Type": "application/vnd.oci.image.index.v1+json"})
        self.assertEqual(connection.getresponse().status, 201)
        root = self.pulled(f"docker://127.0.0.1:{self.registry.port}/tools:both",
                           "--tls-verify", "false")
        self.assertEqual("sha256:" + root.name, own)

    def test_two_pulls_at_once_do_the_work_once(self):
        layout = self.layout()
        layout.image(say_layer(entry("large", os.urandom(40 << 20))))
        ref = self.registry.push(layout.ref)
        ended = []
        pulls = [threading.Thread(target=lambda n=n: ended.append(
            self.pull(ref, "--tls-verify", "false", name=f"n{n}"))) for n in range(4)]
        for pull in pulls:
            pull.start()
        for pull in pulls:
            pull.join()
        self.assertEqual([done.returncode for done in ended], [0] * 4, [d.stderr for d in ended])
        fresh = [done for done in ended if b"was here already" not in done.stderr]
        self.assertEqual(len(fresh), 1)
        self.assertEqual(len(self.listed()), 4)
        self.assert_nothing_is_left(roots=1)

    def test_credentials_are_in_no_message(self):
        auth = self.folder.write("auth.json", '{"auths": {"127.0.0.1:%d": {"auth": "%s"}}}' % (
            self.registry.port, "c2VjcmV0LXVzZXI6c2VjcmV0LXdvcmQ="))
        environment = harness.clean_environment(REGISTRY_AUTH_FILE=str(auth),
                                                https_proxy="http://u:secret-word@127.0.0.1:9")
        done = self.image("pull", "docker://example.invalid/x:1", "--name", "x", env=environment)
        self.assertEqual(done.returncode, 1)
        self.assertNotIn(b"secret-word", done.stderr + done.stdout)
        self.assertNotIn(b"c2VjcmV0", done.stderr + done.stdout)

    def test_a_registry_that_goes_away_leaves_nothing(self):
        layout = self.layout()
        layout.image(say_layer(entry("large", os.urandom(64 << 20))), packing="none")
        ref = self.registry.push(layout.ref)
        ended = []
        pull = threading.Thread(target=lambda: ended.append(self.pull(ref, "--tls-verify", "false")))
        pull.start()
        deadline = time.monotonic() + harness.PATIENCE
        while pull.is_alive() and time.monotonic() < deadline:
            got = sum(p.stat().st_size for p in self.images.glob("tmp/*/layout/**/*")
                      if p.is_file()) if self.images.exists() else 0
            if got > 1 << 20:
                break
            time.sleep(0.002)
        self.registry.stop()
        pull.join()
        if ended[0].returncode != 0:
            self.assertIn(b"skopeo", ended[0].stderr)
            self.assert_nothing_is_left()
        self.registry.stop()
        done = self.pull(ref, "--tls-verify", "false", name="again")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"connection refused", done.stderr)

    def test_a_blob_that_the_registry_has_changed_is_refused(self):
        layout = self.layout()
        content = say_layer(entry("large", os.urandom(1 << 20)))
        layer = layout.packed(content, "gzip")
        layout.image(content)
        ref = self.registry.push(layout.ref)
        blob = self.registry.blob_file(layer["digest"])
        data = bytearray(blob.read_bytes())
        data[len(data) // 2] ^= 1
        blob.write_bytes(data)
        self.refused(ref, "igest", flags=["--tls-verify", "false"])


if __name__ == "__main__":
    unittest.main()
