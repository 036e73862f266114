"""What layers do to each other: whiteouts, hard links, replaced entries, and bounds of names."""
import os
import tarfile
import unittest

import image_forge
from image_forge import ImageCase, entry, needs_images, tar


def link(name, target):
    return entry(name, type=tarfile.LNKTYPE, link=target)


def symlink(name, target):
    return entry(name, type=tarfile.SYMTYPE, link=target)


def folder(name):
    return entry(name, type=tarfile.DIRTYPE, mode=0o755)


@needs_images
class LayersTest(ImageCase):
    def root_of(self, *tars, name="layout"):
        layout = self.layout(name)
        layout.image(*tars)
        return self.pulled(layout.ref, name=name)

    def files(self, root):
        return {str(p.relative_to(root)): p.read_text() for p in sorted(root.rglob("*"))
                if p.is_file() and not p.is_symlink()}

    def test_an_opaque_whiteout_hides_lower_layers_alone(self):
        lower = tar(entry("first/old", b"o"), entry("last/old", b"o"), entry("last/deep/old", b"o"),
                    entry("all/old", b"o"))
        root = self.root_of(lower, tar(
            entry("first/.wh..wh..opq"), entry("first/new", b"n"),
            # The order in the layer does not matter.
            entry("last/new", b"n"), entry("last/deep/new", b"n"), entry("last/.wh..wh..opq"),
            entry("all/.wh..wh..opq"), entry("never/.wh..wh..opq")))
        self.assertEqual(self.files(root), {"first/new": "n", "last/new": "n", "last/deep/new": "n"})
        self.assertTrue((root / "all").is_dir())
        self.assertEqual(list(root.rglob(".wh.*")), [])
        again = self.root_of(lower, tar(entry(".wh..wh..opq"), entry("alone", b"a")), name="top")
        self.assertEqual(self.files(again), {"alone": "a"})

    def test_whiteouts_of_folders_links_and_nothing(self):
        root = self.root_of(
            tar(entry("folder/a", b"a"), entry("folder/b/c", b"c"), symlink("link", "folder"),
                entry("kept", b"k")),
            tar(entry(".wh.folder"), entry(".wh.link"), entry(".wh.never")),
            tar(entry("folder/new", b"n")))
        self.assertEqual(self.files(root), {"folder/new": "n", "kept": "k"})
        self.assertFalse(os.path.lexists(root / "link"))

    def test_whiteouts_of_a_folder_itself_and_of_the_one_above(self):
        for number, name in enumerate((".wh...", "a/.wh...", ".wh..", "a/.wh..", ".wh.", "a/.wh.../")):
            layout = self.layout(f"w{number}")
            layout.image(tar(entry("a/b", b"b")), tar(entry(name)))
            self.refused(layout.ref, "whiteout")

    def test_hard_links_over_layers(self):
        root = self.root_of(
            tar(entry("one", b"first"), link("two", "one"), entry("sub/gone", b"g"),
                link("keeps", "sub/gone"), symlink("symbolic", "one")),
            tar(link("three", "one"), link("/four", "/one"), entry("sub/.wh.gone"),
                link("also-symbolic", "symbolic")),
            tar(entry("one", b"second"), link("five", "one"), link("six", "two")))
        self.assertEqual(self.files(root), {
            "one": "second", "five": "second", "two": "first", "three": "first", "four": "first",
            "six": "first", "keeps": "g"})
        self.assertEqual((root / "two").stat().st_nlink, 4)
        self.assertTrue((root / "also-symbolic").is_symlink())

    def test_hard_links_to_what_is_not_there(self):
        for number, layers in enumerate((
                [tar(link("a", "missing"))],
                [tar(link("a", "a"))],
                [tar(entry("x", b"x")), tar(entry(".wh.x")), tar(link("a", "x"))],
                [tar(folder("d")), tar(link("a", "d"))])):
            layout = self.layout(f"h{number}")
            layout.image(*layers)
            self.refused(layout.ref, "umoci")

    def test_setuid_by_another_name_is_taken_off(self):
        root = self.root_of(tar(entry("plain", b"x", mode=0o755)),
                            tar(entry("su", b"x", mode=0o6755), link("other", "su")),
                            tar(folder("d"), entry("d/f", b"x", mode=0o4000), link("d/g", "d/f")))
        for path in root.rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o7022, 0, path)

    def test_entries_that_change_their_kind(self):
        root = self.root_of(
            tar(entry("f", b"f"), entry("d/x", b"x"), symlink("l", "d"), entry("n", b"n")),
            tar(folder("f"), entry("f/in", b"i"), entry("d", b"file"), entry("l", b"file"),
                symlink("n", "f")))
        self.assertEqual(self.files(root), {"f/in": "i", "d": "file", "l": "file"})
        self.assertEqual(os.readlink(root / "n"), "f")

    def test_the_root_of_a_layer_is_a_folder(self):
        outside = self.folder.path / "outside"
        outside.mkdir()
        for number, bad in enumerate((symlink(".", str(outside)), symlink("./", str(outside)),
                                      entry(".", b"file"))):
            layout = self.layout(f"r{number}")
            layout.image(tar(bad, entry("in", b"x")))
            done = self.pull(layout.ref)
            self.assertEqual(list(outside.iterdir()), [])
            if done.returncode == 0:
                root = self.images / "sha256" / done.stdout.decode().strip()[7:]
                self.assertTrue(root.is_dir() and not root.is_symlink())
                self.assertEqual(self.image("remove", "tools").returncode, 0)
            self.assert_nothing_is_left()

    def test_as_many_layers_as_are_allowed(self):
        root = self.root_of(*[tar(entry("same", b"lower"))] * 511, tar(entry("same", b"last")))
        self.assertEqual(self.files(root), {"same": "last"})
        self.assertEqual(self.listed()[0]["layers"], 512)

    def test_folders_deeper_than_the_bound(self):
        layout = self.layout()
        layout.image(tar(entry("d/" * 1001 + "end", b"x")))
        self.refused(layout.ref, "more than 1000 folders in each other")
        root = self.root_of(tar(entry("d/" * 1000 + "end", b"x")), name="bound")
        self.assertTrue((root / ("d/" * 1000 + "end")).exists())
        self.assertEqual(self.image("remove", "bound").returncode, 0)
        self.assert_nothing_is_left()

    def test_names_that_no_file_can_have(self):
        for number, (name, word) in enumerate((("x" * 256, "longer than 255 bytes"),
                                               ("z/" * 1536 + "e", "longer than 3072"),
                                               ("w" * 70_000, ""), ("a\0b", ""))):
            layout = self.layout(f"n{number}")
            layout.image(tar(entry("first", b"x"), entry("x", b"", pax={"path": name})))
            message = self.refused(layout.ref, word)
            self.assertLess(len(message), 1000)
        longest = "x" * 255
        deep = "/".join(["y" * 200] * 10)
        root = self.root_of(tar(entry(longest, b"x"), entry(deep, b"d"), symlink("s", "t" * 3072)),
                            name="bound")
        self.assertEqual([(root / longest).read_text(), (root / deep).read_text()], ["x", "d"])
        self.assertEqual(os.readlink(root / "s"), "t" * 3072)

    def test_names_that_a_terminal_would_obey(self):
        layout = self.layout()
        layout.image(tar(entry("\x1b[31m\n\u202e/../x", b"x")))
        message = self.refused(layout.ref, '".."')
        self.assertNotIn("\x1b", message)
        self.assertEqual(message.count("\n"), 1)
        root = self.root_of(tar(entry("new\nline\x1b", b"x")), name="kept")
        self.assertEqual(self.files(root), {"new\nline\x1b": "x"})


if __name__ == "__main__":
    unittest.main()
