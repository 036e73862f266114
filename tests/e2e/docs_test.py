"""The documentation at /docs: from the operator's folder, by a server that may read nothing else."""
import http.client
import pathlib
import tempfile
import unittest

from harness import Server


def get(server, path):
    """Status and body. Not with Server.call(), which holds answers against the API's description."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class DocsTest(unittest.TestCase):
    def test_pages_come_from_the_folder_and_nothing_else_does(self):
        with tempfile.TemporaryDirectory(prefix="glovebox-docs-") as folder:
            site = pathlib.Path(folder) / "site"
            site.mkdir()
            (site / "index.html").write_text("<p>first")
            (pathlib.Path(folder) / "secret.html").write_text("outside")
            (site / "link.html").symlink_to("../secret.html")
            server = Server(self, docs_dir=site)
            self.assertEqual(get(server, "/docs/"), (200, b"<p>first"))
            # Landlock: the server can read the folder, and not what a link in it names.
            self.assertEqual(get(server, "/docs/link.html")[0], 404)
            (site / "index.html").unlink()
            (site / "index.html").write_text("<p>replaced")
            self.assertEqual(get(server, "/docs/"), (200, b"<p>replaced"))

    def test_without_a_folder_the_answer_says_how_to_build_it(self):
        status, body = get(Server(self), "/docs/")
        self.assertEqual(status, 404)
        self.assertIn(b"docs/make-site", body)


if __name__ == "__main__":
    unittest.main()
