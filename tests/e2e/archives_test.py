"""Imports: links, a single top folder, warnings, single files; in the store, in /work, and in every
response."""
import io
import os
import stat
import tarfile
import unittest
import urllib.parse
import zipfile

import harness
from harness import Server, glovebox


def zip_with_links(files, links):
    """Symbolic links as Info-ZIP's `zip -y` writes them."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, target in links.items():
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, target)
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tar_with_links(files, links):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name, target in links.items():
            info = tarfile.TarInfo(name)
            info.type = tarfile.SYMTYPE
            info.linkname = target
            archive.addfile(info)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content.encode()))
    return data.getvalue()


FILES = {"repo/a.txt": "alpha\n", "repo/d/b.txt": "beta\n"}
INSIDE = {"repo/link": "d/b.txt", "repo/d/up": "..", "repo/folder": "d", "repo/dangling": "nowhere"}
LEAVING = {"repo/absolute": "/etc/passwd", "repo/out": "../../../../etc/passwd", "repo/d/out": "../.."}


class LinksTest(unittest.TestCase):
    def project(self, server, pack=zip_with_links):
        return server.upload(pack(FILES, {**INSIDE, **LEAVING}))

    def test_inner_links_are_kept_and_others_are_left_out_with_warnings(self):
        server = Server(self)
        projects = [self.project(server, pack) for pack in (zip_with_links, tar_with_links)]
        self.assertEqual(projects[0]["sha256"], projects[1]["sha256"])
        project = projects[0]
        self.assertEqual(project["root"], "repo")
        self.assertEqual(project["fileCount"], 2)
        self.assertEqual(project["warningCount"], 3)
        self.assertEqual({warning["path"] for warning in project["warnings"]}, set(LEAVING))
        again = server.get(f"/api/projects/{project['projectId']}").json
        self.assertEqual([file["path"] for file in again["files"]], ["a.txt", "d/b.txt"])
        self.assertEqual({link["path"]: link["target"] for link in again["links"]},
                         {path.removeprefix("repo/"): target for path, target in INSIDE.items()})
        for field in ("root", "warnings", "warningCount", "suits"):
            self.assertEqual(again[field], project[field], field)

    def test_the_tool_finds_them_in_work(self):
        server = Server(self)
        project = self.project(server)["projectId"]
        ran = server.run_shell("cat link folder/b.txt d/up/a.txt; readlink link d/up dangling; "
                               "ls -A | sort | tr '\\n' ' '; ls d", project)
        self.assertEqual(ran["output"], ["beta", "beta", "alpha", "d/b.txt", "..", "nowhere",
                                         "a.txt d dangling folder link b.txt", "up"])
        self.assertEqual(ran["artifacts"], [])

    def test_the_server_follows_none_for_a_download(self):
        server = Server(self)
        project = self.project(server)["projectId"]
        files = f"/api/projects/{project}/files/"
        self.assertEqual(server.get(files + "d/b.txt").body, b"beta\n")
        for path in ("link", "folder", "folder/b.txt", "d/up/a.txt", "dangling", "absolute", "out"):
            self.assertEqual(server.get(files + urllib.parse.quote(path)).status, 404, path)

    def test_what_a_tool_writes_through_them_stays_in_the_job(self):
        server = Server(self)
        project = self.project(server)["projectId"]
        ran = server.run_shell("echo new > folder/made; echo changed > link; rm dangling; "
                               "ln -s /etc/passwd mine; ln -sf /etc link; mv d/up d/moved", project)
        job = ran["jobId"]
        paths = {artifact["path"] for artifact in ran["artifacts"]}
        self.assertEqual(paths, {"d/made", "d/b.txt"})
        with zipfile.ZipFile(io.BytesIO(server.get(f"/api/jobs/{job}/artifacts").body)) as archive:
            self.assertEqual(set(archive.namelist()), paths)
            self.assertEqual(archive.read("d/b.txt"), b"changed\n")
        for path in ("mine", "link", "folder/made", "d/moved"):
            self.assertEqual(server.get(f"/api/jobs/{job}/artifacts/{path}").status, 404, path)
        fresh = server.run_shell("cat link; ls -A | sort | tr '\\n' ' '", project)
        self.assertEqual(fresh["output"], ["beta", "a.txt d dangling folder link "])

    def test_a_write_through_one_is_refused(self):
        server = Server(self)
        for pack in (zip_with_links, tar_with_links):
            for target in ("/etc", "..", "d"):
                answer = server.call("POST", "/api/upload", pack({"d/f": "1", "link/x": "evil"}, {"link": target}))
                self.assertEqual(answer.status, 422)
                self.assertIn("'link'", answer.error["message"])
        self.assertEqual(os.listdir(server.data_dir / "projects" / "trees"), [])

    def test_removing_a_project_leaves_what_its_links_name(self):
        server = Server(self)
        kept = server.upload(harness.zip_of({"kept.txt": "1"}))
        project = self.project(server)
        trees = server.data_dir / "projects" / "trees"
        link = trees / project["sha256"] / "link"
        link.unlink()
        link.symlink_to(trees / kept["sha256"])  # as if the disk had been tampered with
        answer = server.call("DELETE", f"/api/projects/{project['projectId']}")
        self.assertEqual(answer.status, 204)
        server.until(lambda: os.listdir(trees) == [kept["sha256"]], "the tree is gone")
        self.assertEqual((trees / kept["sha256"] / "kept.txt").read_bytes(), b"1")

    def test_links_outlive_a_restart(self):
        server = Server(self)
        project = self.project(server)
        server.stop()
        server.start()
        again = server.get(f"/api/projects/{project['projectId']}").json
        self.assertEqual(again["warnings"], project["warnings"])
        self.assertEqual(again["root"], "repo")
        self.assertEqual(server.run_shell("cat link", project["projectId"])["output"], ["beta"])


class WhatComesInTest(unittest.TestCase):
    def test_the_top_folder_is_kept_if_requested(self):
        server = Server(self)
        data = harness.zip_of({"repo/a.txt": "1"})
        kept = server.call("POST", "/api/upload?keepRoot=true", data).json
        self.assertEqual(kept["root"], "")
        files = server.get(f"/api/projects/{kept['projectId']}").json["files"]
        self.assertEqual([file["path"] for file in files], ["repo/a.txt"])
        self.assertEqual(server.call("POST", "/api/upload?keepRoot=false", data).json["root"], "repo")
        wrong = server.call("POST", "/api/upload?keepRoot=maybe", data)
        self.assertEqual((wrong.status, wrong.error["details"]["field"]), (400, "keepRoot"))

    def test_a_single_source_file_is_a_project(self):
        server = Server(self)
        named = server.call("POST", "/api/upload?name=main.c", b"int main(void) {}\n")
        self.assertEqual((named.status, named.json["fileCount"]), (201, 1))
        self.assertEqual(server.run_shell("cat main.c", named.json["projectId"])["output"],
                         ["int main(void) {}"])
        body = (b'--B\r\nContent-Disposition: form-data; name="file"; filename="x.py"\r\n\r\n'
                b"print(1)\n\r\n--B--\r\n")
        form = server.call("POST", "/api/upload", body, {"Content-Type": "multipart/form-data; boundary=B"})
        self.assertEqual(form.json["name"], "x.py")
        for target, data in (("?name=x.zip", b"text"), ("", b"text"), ("?name=x.c", b"a\0b")):
            self.assertEqual(server.call("POST", "/api/upload" + target, data).status, 422, target)

    def test_applicable_tools_are_listed_with_their_files(self):
        server = Server(self, tools_dirs=[harness.TOOLS])
        project = server.upload(harness.zip_of({"a.c": "", "b.c": "", "run": "#!/usr/bin/env bash\n",
                                                "node_modules/x.js": "", "src/x.py": ""}))
        suits = {suit["toolId"]: suit["files"] for suit in project["suits"]}
        self.assertEqual(suits["cppcheck"], 2)
        self.assertEqual(suits["shellcheck"], 1)
        self.assertEqual(suits["pylint"], 1)
        self.assertNotIn("eslint", suits)
        self.assertEqual([suit["files"] for suit in project["suits"]],
                         sorted(suits.values(), reverse=True))

    def test_fifty_thousand_small_files(self):
        server = Server(self)
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for i in range(49_900):
                archive.writestr(f"repo/d{i // 1000}/file{i}.txt", f"{i}\n")
        project = server.upload(data.getvalue())
        self.assertEqual(project["fileCount"], 49_900)
        self.assertEqual(len(server.get(f"/api/projects/{project['projectId']}").json["files"]), 49_900)
        with zipfile.ZipFile(data, "a") as archive:
            for i in range(200):
                archive.writestr(f"repo/more{i}", "")
        refused = server.call("POST", "/api/upload", data.getvalue())
        self.assertEqual(refused.error["details"]["limit"], "entries")
        self.assertEqual(refused.error["details"]["configured"], 50_000)


class CommandLineTest(unittest.TestCase):
    def setUp(self):
        self.folder = harness.TempDir(self)
        self.tools = self.folder.path / "tools"
        self.tools.mkdir()
        harness.write_test_tools(self.tools)

    def run_shell(self, path, script, *arguments):
        return glovebox("run", "shell", path, "--tools-dir", self.tools, "--param",
                        f"script={script}", *arguments)

    def directory(self):
        self.folder.write("project/top/a.txt", "alpha\n")
        project = self.folder.path / "project"
        (project / "link").symlink_to("top/a.txt")
        (project / "out").symlink_to("/etc/passwd")
        os.mkfifo(project / "pipe")
        return project

    def test_warnings_go_to_standard_error(self):
        done = self.run_shell(self.directory(), "cat link; ls")
        self.assertEqual(done.stdout, b"alpha\nlink\ntop\n", done.stderr)
        self.assertEqual(done.stderr.count(b"glovebox: warning: "), 2, done.stderr)
        self.assertIn(b"warning: out: is a symbolic link", done.stderr)
        self.assertIn(b"warning: pipe: is a named pipe", done.stderr)

    def test_the_same_on_a_server_and_a_directory_keeps_its_only_folder(self):
        server = Server(self)
        done = self.run_shell(self.directory(), "cat link; ls", "--server", server.url)
        self.assertEqual(done.stdout, b"alpha\nlink\ntop\n", done.stderr)
        self.assertEqual(done.stderr.count(b"glovebox: warning: "), 2, done.stderr)
        lone = self.folder.path / "lone"
        self.folder.write("lone/only/a.txt", "1\n")
        for place in ([], ["--server", server.url]):
            self.assertEqual(self.run_shell(lone, "ls", *place).stdout, b"only\n", place)

    def test_an_archive_loses_its_top_folder_and_says_so(self):
        archive = self.folder.write("p.zip", harness.zip_of({"repo/a.txt": "1\n"}))
        done = self.run_shell(archive, "ls")
        self.assertEqual(done.stdout, b"a.txt\n")
        self.assertIn(b"single top folder, repo", done.stderr)

    def test_a_single_file(self):
        source = self.folder.write("main.c", "int x;\n")
        server = Server(self)
        for place in ([], ["--server", server.url]):
            self.assertEqual(self.run_shell(source, "cat main.c", *place).stdout, b"int x;\n", place)


if __name__ == "__main__":
    unittest.main()
