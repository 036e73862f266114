"""Images that lie, swell or lead out. Each is refused, or contained, and leaves nothing."""
import hashlib
import os
import pathlib
import subprocess
import tarfile
import threading
import unittest

import image_forge
from image_forge import ImageCase, entry, needs_images, say_layer, tar


class Zeros:
    """A tar of one file of zeros, compressed by the program `packer`, never whole in memory."""

    def __init__(self, size, packer):
        header = entry("zeros", b"")[0]
        header.size = size
        head = header.tobuf(tarfile.PAX_FORMAT)
        hashed = hashlib.sha256()
        process = subprocess.Popen(packer, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        out = []
        reader = threading.Thread(target=lambda: out.append(process.stdout.read()))
        reader.start()
        block = bytes(1 << 20)
        pieces = [head] + [block] * (size >> 20) + [bytes(10240)]
        for piece in pieces:
            hashed.update(piece)
            process.stdin.write(piece)
        process.stdin.close()
        reader.join()
        process.wait()
        process.stdout.close()
        self.packed = out[0]
        self.diff_id = "sha256:" + hashed.hexdigest()


@needs_images
class HostileImageTest(ImageCase):
    def test_a_layer_whose_digest_lies(self):
        layout = self.layout()
        layout.image(say_layer(), diff_ids=[image_forge.digest_of(b"another")])
        self.refused(layout.ref, "layer sha256:", "has the digest")
        other = self.layout("other")
        content = say_layer()
        layer = other.packed(content, "none")
        other.image(content, packing="none")
        blob = other.path / "blobs/sha256" / layer["digest"][7:]
        blob.write_bytes(blob.read_bytes().replace(b"the image", b"not image"))
        self.refused(other.ref, "igest")

    def test_bombs_are_refused_by_what_comes_out_of_them(self):
        for packing, packer in (("gzip", ["gzip", "-1"]), ("zstd", ["zstd", "-q", "-c"])):
            bomb = Zeros(600 << 20, packer)
            self.assertLess(len(bomb.packed), 8 << 20)
            layout = self.layout(packing)
            layer = layout.put(bomb.packed, f"{image_forge.TAR}+{packing}")
            layout.image(layers=[layer], diff_ids=[bomb.diff_id])
            self.refused(layout.ref, "more than 512 MiB unpacked", "--max-size",
                         flags=["--max-size", "512MiB"])

    def test_a_bomb_behind_the_end_of_the_tar_and_of_the_first_member(self):
        for packing, packer in (("gzip", ["gzip", "-1"]), ("zstd", ["zstd", "-q", "-c"])):
            pack = lambda data: subprocess.run(packer, input=data, capture_output=True,
                                               check=True).stdout
            whole = tar(entry("small", b"x"))
            zeros = bytes(300 << 20)
            layout = self.layout(packing)
            layer = layout.put(pack(whole) + pack(zeros), f"{image_forge.TAR}+{packing}")
            layout.image(layers=[layer], diff_ids=[image_forge.digest_of(whole + zeros)])
            self.refused(layout.ref, "more than 256 MiB unpacked", flags=["--max-size", "256MiB"])
            short = self.layout(packing + "-short")
            layer = short.put(pack(whole) + pack(zeros), f"{image_forge.TAR}+{packing}")
            short.image(layers=[layer], diff_ids=[image_forge.digest_of(whole)])
            self.refused(short.ref, "the configuration says")

    def test_a_sparse_file_counts_with_its_holes(self):
        for format in ("pax", "gnu"):
            sparse = self.folder.path / format
            sparse.mkdir()
            with open(sparse / "huge", "wb") as file:
                file.truncate(1 << 40)
            packed = self.folder.path / f"{format}.tar"
            subprocess.run(["tar", "-C", sparse, f"--format={format}", "-Scf", packed, "huge"],
                           check=True)
            layout = self.layout(f"l{format}")
            layout.image(packed.read_bytes())
            self.refused(layout.ref, "more than 8 GiB unpacked")

    def test_many_layers_count_together(self):
        layout = self.layout()
        layout.image(*[tar(entry(f"f{n}", bytes(1 << 20))) for n in range(20)])
        self.refused(layout.ref, "more than 16 MiB unpacked", flags=["--max-size", "16MiB"])

    def test_a_layer_that_is_cut_off(self):
        content = say_layer(entry("large", os.urandom(1 << 20)))
        layout = self.layout()
        layer = layout.put(image_forge.gzip.compress(content)[:-100_000], image_forge.TAR + "+gzip")
        layout.image(content, layers=[layer])
        self.refused(layout.ref, "layer sha256:")
        plain = self.layout("plain")
        plain.image(content[:300_000], packing="none")
        self.refused(plain.ref, "truncated")

    @unittest.skipUnless(os.environ.get("GLOVEBOX_LONG"), "writes 2 GB; ./test --all runs it")
    def test_a_file_of_2_gb_without_holes(self):
        content = Zeros(2 << 30, ["gzip", "-1"])
        layout = self.layout()
        layer = layout.put(content.packed, image_forge.TAR + "+gzip")
        layout.image(layers=[layer], diff_ids=[content.diff_id])
        root = self.pulled(layout.ref)
        self.assertEqual((root / "zeros").stat().st_size, 2 << 30)

    def test_a_file_of_2_gb_is_no_bomb(self):
        sparse = self.folder.path / "sparse"
        sparse.mkdir()
        with open(sparse / "huge", "wb") as file:
            file.truncate(2 << 30)
        packed = self.folder.path / "sparse.tar"
        subprocess.run(["tar", "-C", sparse, "--format=pax", "-Scf", packed, "huge"], check=True)
        content = packed.read_bytes()
        self.assertLess(len(content), 1 << 20)
        layout = self.layout()
        layout.image(content)
        self.refused(layout.ref, "more than 1 GiB unpacked", flags=["--max-size", "1GiB"])
        root = self.pulled(layout.ref)
        self.assertEqual((root / "huge").stat().st_size, 2 << 30)

    def test_names_that_lead_out(self):
        for number, bad in enumerate((entry("../../out", b"x"), entry("a/../../out", b"x"),
                                      entry("in", type=tarfile.LNKTYPE, link="../../out"))):
            layout = self.layout(f"l{number}")
            layout.image(tar(entry("first", b"x"), bad))
            self.refused(layout.ref, '".."')
        layout = self.layout("absolute")
        layout.image(tar(entry("/etc/absolute", b"inside")))
        root = self.pulled(layout.ref)
        self.assertEqual((root / "etc/absolute").read_bytes(), b"inside")
        self.assertFalse(pathlib.Path("/etc/absolute").exists())

    def test_links_lead_nowhere_outside(self):
        outside = self.folder.path / "outside"
        outside.mkdir()
        (outside / "file").write_bytes(b"untouched")
        layout = self.layout()
        layout.image(
            tar(entry("out", type=tarfile.SYMTYPE, link=str(outside)),
                entry("up", type=tarfile.SYMTYPE, link="../" * 30 + str(outside)[1:]),
                entry("file", type=tarfile.SYMTYPE, link=str(outside / "file"))),
            tar(entry("out/file", b"written"), entry("up/made", b"written"),
                entry("out/.wh.file", b""), entry("file", b"replaced")))
        done = self.pull(layout.ref)
        self.assertEqual([p.name for p in outside.iterdir()], ["file"])
        self.assertEqual((outside / "file").read_bytes(), b"untouched")
        if done.returncode == 0:
            root = self.images / "sha256" / done.stdout.decode().strip()[7:]
            self.assertEqual((root / "file").read_bytes(), b"replaced")
        else:
            self.assert_nothing_is_left()

    def test_a_hard_link_to_a_file_of_the_host(self):
        layout = self.layout()
        layout.image(tar(entry("shadow", type=tarfile.LNKTYPE, link="/etc/passwd")))
        done = self.pull(layout.ref)
        self.assertEqual(done.returncode, 1, "nothing of that name is in the image")
        self.assert_nothing_is_left()

    def test_deep_and_many_layers(self):
        deep = "/".join(["d"] * 400) + "/end"
        layout = self.layout()
        layout.image(*[tar(entry(f"n{n}", str(n).encode()), entry("same", str(n).encode()))
                       for n in range(130)], tar(entry(deep, b"deep")))
        root = self.pulled(layout.ref)
        self.assertEqual((root / "same").read_text(), "129")
        self.assertEqual((root / deep).read_bytes(), b"deep")
        many = self.layout("many")
        many.image(*[tar(entry("x", b""))] * 513)
        self.refused_keeping(many.ref, "513 layers", "the limit is 512")

    def refused_keeping(self, ref, *words):
        done = self.pull(ref, name="other")
        self.assertEqual(done.returncode, 1)
        for word in words:
            self.assertIn(word, done.stderr.decode())
        self.assert_nothing_is_left(roots=1)

    def test_too_many_entries(self):
        layout = self.layout()
        layout.image(tar(*[entry(f"f{n}", b"") for n in range(101)]))
        self.refused(layout.ref, "more than 100 files", "--max-entries",
                     flags=["--max-entries", "100"])

    def test_another_architecture(self):
        layout = self.layout()
        layout.image(say_layer(), architecture="s390x")
        self.refused(layout.ref, "linux/s390x", f"linux/{image_forge.MACHINE}")

    def test_json_that_is_none(self):
        layout = self.layout()
        layout.image(say_layer(), diff_ids=["sha256:short"])
        self.refused(layout.ref, "igest")
        count = self.layout("count")
        count.image(say_layer(), diff_ids=[image_forge.digest_of(b"1")] * 3)
        self.refused(count.ref, "1 layers", "lists 3")
        kind = self.layout("kind")
        content = say_layer()
        layer = kind.packed(content, "gzip")
        layer["mediaType"] = "application/vnd.example.helm.chart"
        kind.image(content, layers=[layer])
        self.refused(kind.ref, "not a file system")

    def test_a_zstd_image_is_unpacked(self):
        layout = self.layout()
        layout.image(say_layer(), packing="zstd")
        self.assertEqual((self.pulled(layout.ref) / "etc/name").read_text(), "the image\n")

    def test_an_image_without_layers_is_an_empty_root(self):
        layout = self.layout()
        layout.image()
        self.assertEqual(list(self.pulled(layout.ref).iterdir()), [])

    def test_variables_have_a_bound(self):
        layout = self.layout()
        layout.image(say_layer(), env=["A=" + "x" * (40 << 10)])
        self.refused(layout.ref, "environment variables", "32768")


if __name__ == "__main__":
    unittest.main()
