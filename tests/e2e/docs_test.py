"""The documentation at /docs: from the operator's folder, by a server that may read nothing else."""
import pathlib
import tempfile
import unittest

from harness import Server


class DocsTest(unittest.TestCase):
    def test_pages_come_from_the_folder_and_nothing_else_does(self):
        with tempfile.TemporaryDirectory(prefix="glovebox-docs-") as folder:
            site = pathlib.Path(folder) / "site"
            site.mkdir()
            (site / "index.html").write_text("<p>first")
            (pathlib.Path(folder) / "secret.html").write_text("outside")
            (site / "link.html").symlink_to("../secret.html")
            server = Server(self, docs_dir=site)
            self.assertEqual(server.call("GET", "/docs/").body, b"<p>first")
            # Landlock: the server can read the folder, and not what a link in it names.
            self.assertEqual(server.call("GET", "/docs/link.html").status, 404)
            (site / "index.html").unlink()
            (site / "index.html").write_text("<p>replaced")
            self.assertEqual(server.call("GET", "/docs/").body, b"<p>replaced")

    def test_without_a_folder_the_answer_says_how_to_build_it(self):
        answer = Server(self).call("GET", "/docs/")
        self.assertEqual(answer.status, 404)
        self.assertIn(b"docs/make-site", answer.body)


if __name__ == "__main__":
    unittest.main()
