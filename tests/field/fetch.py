"""Source packages and npm tarballs, fetched once and unpacked; and archives of them."""
import pathlib
import shutil
import subprocess
import tarfile
import tomllib
import zipfile

LIST = ("deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
        "http://deb.debian.org/debian bookworm main\n")


def projects():
    with open(pathlib.Path(__file__).parent / "projects.toml", "rb") as file:
        listed = tomllib.load(file)
    return [dict(one, kind=kind) for kind in ("debian", "npm") for one in listed[kind]]


class Sources:
    """A folder of downloaded sources: NAME/ is the top folder of an upstream archive."""

    def __init__(self, folder):
        self.folder = folder
        self.options = None
        folder.mkdir(parents=True, exist_ok=True)

    def apt_options(self):
        """A separate list: the machine's is not changed."""
        if self.options:
            return self.options
        apt = self.folder / "apt"
        for name in ("lists/partial", "cache/archives/partial"):
            (apt / name).mkdir(parents=True, exist_ok=True)
        (apt / "sources.list").write_text(LIST)
        self.options = ["-oAPT::Sandbox::User=root", f"-oDir::Etc::SourceList={apt / 'sources.list'}",
                        "-oDir::Etc::SourceParts=-", f"-oDir::State::Lists={apt / 'lists'}",
                        f"-oDir::Cache={apt / 'cache'}"]
        subprocess.run(["apt-get", *self.options, "-q", "update"], check=True,
                       stdout=subprocess.DEVNULL)
        return self.options

    def get(self, project):
        """The folder of the project's files; kept."""
        target = self.folder / "unpacked" / project["name"]
        if target.is_dir():
            return target
        downloads = self.folder / "downloads" / project["name"]
        shutil.rmtree(downloads, ignore_errors=True)
        downloads.mkdir(parents=True)
        fetch = self.fetch_debian if project["kind"] == "debian" else self.fetch_npm
        archive = fetch(project, downloads)
        half = self.folder / "half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        subprocess.run(["tar", "-C", half, "--no-same-owner", "-xf", archive], check=True)
        top = list(half.iterdir())
        target.parent.mkdir(exist_ok=True)
        (top[0] if len(top) == 1 and top[0].is_dir() else half).rename(target)
        return target

    def fetch_debian(self, project, downloads):
        subprocess.run(["apt-get", *self.apt_options(), "-q", "source", "--tar-only", "--download-only",
                        project["name"]], check=True, cwd=downloads, stdout=subprocess.DEVNULL)
        archives = [path for path in downloads.iterdir() if ".tar." in path.name
                    and not path.name.endswith(".asc") and ".debian.tar." not in path.name]
        main = [path for path in archives if ".orig.tar." in path.name] or archives
        return main[0]

    def fetch_npm(self, project, downloads):
        subprocess.run(["npm", "pack", "--silent", f"{project['name']}@{project['version']}"],
                       check=True, cwd=downloads, stdout=subprocess.DEVNULL)
        return next(downloads.glob("*.tgz"))


def entries(folder):
    return sorted(path for path in folder.rglob("*") if path.is_symlink() or path.is_file())


def make_zip(folder, target, top):
    """Like Info-ZIP: links are separate entries."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path in entries(folder):
            name = f"{top}/{path.relative_to(folder)}"
            if path.is_symlink():
                info = zipfile.ZipInfo(name)
                info.create_system, info.external_attr = 3, 0o120777 << 16
                archive.writestr(info, str(path.readlink()))
            else:
                archive.write(path, name)


def make_tar(folder, target, top):
    with tarfile.open(target, "w:gz", compresslevel=3) as archive:
        archive.add(folder, arcname=top)


COUNTED = (".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".py", ".java", ".js", ".mjs", ".ts", ".tsx",
           ".go", ".rs", ".cs", ".sh", ".pl", ".pm", ".bash", ".lua", ".rb")


def lines(folder):
    return sum(path.read_bytes().count(b"\n") for path in entries(folder)
               if path.suffix in COUNTED and not path.is_symlink())
