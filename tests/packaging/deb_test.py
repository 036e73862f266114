"""The Debian packages on a clean machine: installed, used without a flag, upgraded, removed, purged."""
import gzip
import re
import shutil
import subprocess
import unittest
import urllib.request

import packages
import trees
from trees import Tree

# Any one tool will do, and this one is a single program.
TOOL = "shellcheck"
SCRIPT = "#!/bin/sh\nfor name in $(ls *.txt); do\n  rm \"$name\"\ndone\n"


def setUpModule():
    if why := trees.why_not():
        raise unittest.SkipTest(why)


class LintianTest(unittest.TestCase):
    @unittest.skipUnless(shutil.which("lintian"), "lintian is not installed (packaging/apt-deb.txt)")
    def test_lintian_finds_nothing(self):
        done = subprocess.run(
            ["lintian", "--allow-root", "--fail-on", "error,warning", str(packages.package("glovebox")),
             str(packages.package("glovebox-tools"))], check=False, text=True, capture_output=True)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)


class InstalledTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tree = Tree("bookworm", "installed")
        cls.addClassCleanup(cls.tree.close)
        cls.tree.apt("update")
        deb = cls.tree.put(packages.package("glovebox"), "/glovebox.deb")
        cls.tree.run("apt", "install", "-y", "--no-install-recommends", deb)
        # The programs behind the tools are in Python.
        cls.tree.apt("install", TOOL, "python3")

    def file(self, path):
        return self.tree.path / path

    def test_tools_lists_what_ships(self):
        listed = self.tree.run("glovebox", "tools").stdout
        shipped = sorted(path.stem for path in (trees.ROOT / "tools").glob("*.toml"))
        for tool in shipped:
            self.assertRegex(listed, rf"(?m)^\s*{re.escape(tool)}\b")

    def test_check_of_a_project_finds_its_mistake(self):
        project = self.file("root/project")
        project.mkdir(exist_ok=True)
        (project / "clean-up.sh").write_text(SCRIPT)
        done = self.tree.run("glovebox", "check", ".", cwd="/root/project", check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("clean-up.sh", done.stdout)
        self.assertIn("SC2045", done.stdout)

    def test_each_command_has_its_manual_page(self):
        pages = self.tree.run("glovebox", "man", "--list").stdout.split()
        self.assertIn("glovebox-serve", pages)
        for page in pages:
            with gzip.open(self.file(f"usr/share/man/man1/{page}.1.gz"), "rt") as file:
                self.assertEqual(file.read(), self.tree.run("glovebox", "man", page).stdout, page)

    def test_bash_completes_commands(self):
        words = self.tree.run(
            "bash", "-c", ". /usr/share/bash-completion/completions/glovebox; complete -p glovebox;"
            "COMP_WORDS=(glovebox ser) COMP_CWORD=1 COMP_LINE='glovebox ser' COMP_POINT=12;"
            "f=$(complete -p glovebox | sed 's/.*-F \\([^ ]*\\).*/\\1/'); $f glovebox ser glovebox;"
            "printf '%s\\n' \"${COMPREPLY[@]}\"").stdout
        self.assertIn("serve", words)

    def check_syntax(self, shell, path):
        if shutil.which(shell) is None:
            self.skipTest(f"{shell} is not installed (packaging/apt-deb.txt)")
        done = subprocess.run([shell, "-n", str(self.file(path))], check=False, text=True,
                              capture_output=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_completion_of_zsh_is_well_formed(self):
        self.check_syntax("zsh", "usr/share/zsh/vendor-completions/_glovebox")

    def test_the_completion_of_fish_is_well_formed(self):
        self.check_syntax("fish", "usr/share/fish/vendor_completions.d/glovebox.fish")

    def test_every_setting_is_in_the_configuration_and_commented(self):
        text = self.file("etc/glovebox/config.toml").read_text()
        for line in text.splitlines():
            self.assertRegex(line, r"^($|#|\[[a-z]+\]$)")
        documented = (trees.ROOT / "docs/operations.md").read_text()
        rows = re.findall(r"^\| `\[(\w+)\]` \| (.*) \|$", documented, re.MULTILINE)
        self.assertGreater(len(rows), 8)
        for section, keys in rows:
            part = text.split(f"[{section}]\n", 1)[1].split("\n[", 1)[0]
            for key in re.findall(r"`(\w+)`", keys):
                self.assertRegex(part, rf"(?m)^#{key} = ")

    def test_a_server_starts_with_the_configuration_and_has_the_documentation(self):
        server = subprocess.Popen(
            self.tree.argv("glovebox", "serve", "--config", "/etc/glovebox/config.toml", "--listen",
                           "127.0.0.1:0", "--data-dir", "/tmp/data"),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        try:
            url = server.stdout.readline().split()[-1]
            with urllib.request.urlopen(url + "/docs/install.html", timeout=30) as answer:
                page = answer.read().decode()
            with urllib.request.urlopen(url + "/api/tools", timeout=30) as answer:
                tools = answer.read().decode()
        finally:
            server.kill()  # and with it the namespace of its processes
            server.wait(60)
            server.stdout.close()
        self.assertIn("apt install", page)
        self.assertIn(f'"{TOOL}"', tools)

    def test_the_packages_of_the_tools_exist(self):
        deb = self.tree.put(packages.package("glovebox-tools"), "/glovebox-tools.deb")
        planned = self.tree.run("apt-get", "--simulate", "install", deb).stdout
        for line in (trees.ROOT / "packaging/apt-tools.txt").read_text().splitlines():
            if name := line.split("#")[0].strip():
                known = self.tree.run("apt-cache", "policy", name).stdout
                self.assertRegex(known, r"Candidate: [^(]", name)
        self.assertIn("Inst cppcheck", planned)


class AppArmorTest(unittest.TestCase):
    """With the parser of Debian 13: Debian 12's does not know rules for user namespaces."""

    def test_the_parser_accepts_the_profile(self):
        tree = Tree("trixie", "apparmor")
        self.addCleanup(tree.close)
        tree.apt("update")
        tree.apt("install", "apparmor")
        profile = tree.put(trees.ROOT / "packaging/debian/glovebox.apparmor", "/profile")
        compiled = tree.run("apparmor_parser", "--skip-kernel-load", "--skip-cache", "--debug", profile)
        self.assertIn("glovebox", compiled.stdout + compiled.stderr)
        wrong = (trees.ROOT / "packaging/debian/glovebox.apparmor").read_text().replace("userns,", "userns")
        (tree.path / "wrong").write_text(wrong)
        refused = tree.run("apparmor_parser", "--skip-kernel-load", "--skip-cache", "/wrong", check=False)
        self.assertNotEqual(refused.returncode, 0)


class LifeTest(unittest.TestCase):
    def test_upgrade_and_remove_keep_data_and_settings_and_purge_deletes_them(self):
        tree = Tree("bookworm", "life")
        self.addCleanup(tree.close)
        tree.apt("update")
        tree.apt("install", tree.put(packages.package("glovebox"), "/glovebox.deb"))
        config = tree.path / "etc/glovebox/config.toml"
        config.write_text(config.read_text().replace('#listen = "127.0.0.1:8080"', 'listen = "127.0.0.1:9090"'))
        # Where systemd puts it for a unit with DynamicUser=.
        data = tree.path / "var/lib/private/glovebox/glovebox.db"
        data.parent.mkdir(parents=True)
        data.write_text("data")
        (tree.path / "var/lib/glovebox").symlink_to("private/glovebox")

        later = packages.with_version(packages.package("glovebox"), "99.0", "#later = 1")
        tree.apt("-o", "Dpkg::Options::=--force-confold", "install", tree.put(later, "/later.deb"))
        self.assertIn("99.0", tree.run("dpkg-query", "-W", "glovebox").stdout)
        self.assertIn("9090", config.read_text())
        self.assertTrue(data.exists())

        tree.apt("remove", "glovebox")
        self.assertFalse((tree.path / "usr/bin/glovebox").exists())
        self.assertFalse((tree.path / "usr/share/glovebox").exists())
        self.assertIn("9090", config.read_text())
        self.assertEqual(data.read_text(), "data")

        tree.apt("purge", "glovebox")
        for gone in ("etc/glovebox", "var/lib/private/glovebox", "var/lib/glovebox"):
            place = tree.path / gone
            self.assertFalse(place.exists() or place.is_symlink(), gone)


if __name__ == "__main__":
    unittest.main()
