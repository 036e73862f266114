"""Clean Debian trees from debootstrap, and commands that run in them as if in a machine of its own."""
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLACE = ROOT / "build" / "packaging"
MIRROR = os.environ.get("GLOVEBOX_DEBIAN_MIRROR", "http://deb.debian.org/debian")
NEEDED = ("debootstrap", "dpkg-deb", "unshare", "apt-get")
SECONDS = 600
# pivot_root, because the kernel refuses user namespaces in a chroot. The mounts end with the command.
ENTER = """set -e
tree=$1 archives=$2
shift 2
mount --bind "$tree" "$tree"
cd "$tree"
mkdir -p .host
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs tmpfs tmp
mount --bind "$archives" var/cache/apt/archives
pivot_root . .host
umount -l /.host
exec "$@"
"""


def why_not():
    """What this machine lacks; empty if it lacks nothing."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = [name for name in NEEDED if shutil.which(name, path=path) is None]
    if missing:
        return f"not installed: {' '.join(missing)} (packaging/apt-deb.txt, apt-container.txt)"
    return "" if os.geteuid() == 0 else "root is needed: sudo ./test packaging"


def base_tree(suite):
    """The tree of a release, fetched once."""
    tree = PLACE / f"{suite}.tree"
    if not tree.is_dir():
        PLACE.mkdir(parents=True, exist_ok=True)
        partial = PLACE / f"{suite}.partial"
        shutil.rmtree(partial, ignore_errors=True)
        subprocess.run(["debootstrap", "--variant=minbase", suite, str(partial), MIRROR], check=True,
                       stdout=subprocess.DEVNULL,
                       env={**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"})
        partial.rename(tree)
    return tree


class Tree:
    """A copy of a release's tree, removed with close()."""

    def __init__(self, suite, name):
        self.path = PLACE / f"{name}.copy"
        self._archives = PLACE / f"{suite}.archives"
        (self._archives / "partial").mkdir(parents=True, exist_ok=True)
        self.close()
        subprocess.run(["cp", "-a", str(base_tree(suite)), str(self.path)], check=True)
        shutil.copy("/etc/resolv.conf", self.path / "etc/resolv.conf")
        # The tree is thrown away: nothing has to reach the disk.
        (self.path / "etc/dpkg/dpkg.cfg.d/unsafe-io").write_text("force-unsafe-io\n")
        # Keeps what was fetched, for the next run.
        (self.path / "etc/apt/apt.conf.d/keep").write_text('Binary::apt::APT::Keep-Downloaded-Packages "1";\n'
                                                           'APT::Keep-Downloaded-Packages "1";\n')

    def close(self):
        subprocess.run(["rm", "-rf", "--one-file-system", str(self.path)], check=True)

    def argv(self, *command):
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "sh",
                str(self.path), str(self._archives), *map(str, command)]

    def run(self, *command, check=True, cwd="/"):
        """Runs a command to its end; CompletedProcess with text. Raises with what it said."""
        done = subprocess.run(
            self.argv("env", "--chdir", cwd, *command), check=False, text=True, capture_output=True,
            stdin=subprocess.DEVNULL, timeout=SECONDS, errors="replace",
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root",
                 "DEBIAN_FRONTEND": "noninteractive"})
        if check and done.returncode != 0:
            raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout[-2000:]}\n"
                                 f"{done.stderr[-4000:]}")
        return done

    def apt(self, *arguments):
        return self.run("apt-get", "-qq", "-y", "--no-install-recommends", *arguments)

    def put(self, file, target):
        """Copies a file of the host; returns its path in the tree."""
        place = self.path / target.removeprefix("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)
        return target
