"""The Debian packages under test: built here, or those of GLOVEBOX_PACKAGES."""
import functools
import os
import pathlib
import subprocess
import tempfile

from trees import PLACE, ROOT


@functools.cache
def built():
    """The folder with the packages. Compiles what has been committed since the last time."""
    if named := os.environ.get("GLOVEBOX_PACKAGES"):
        return pathlib.Path(named).resolve()
    out = ROOT / "build" / "deb"
    log = PLACE / "make-deb.log"
    PLACE.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        done = subprocess.run([str(ROOT / "packaging" / "make-deb"), str(out)], check=False,
                              stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        tail = log.read_text(errors="replace").splitlines()[-30:]
        raise AssertionError("packaging/make-deb failed:\n" + "\n".join(tail))
    return out


def package(name):
    found = sorted(built().glob(f"{name}_*.deb"))
    assert len(found) == 1, f"{name}: {found}"
    return found[0]


def with_version(deb, version, config_line):
    """The same package as a later version, whose configuration file has one more line."""
    target = PLACE / f"glovebox_{version}.deb"
    with tempfile.TemporaryDirectory(prefix="glovebox-repack-") as folder:
        tree = pathlib.Path(folder) / "tree"
        subprocess.run(["dpkg-deb", "-R", str(deb), str(tree)], check=True)
        control = tree / "DEBIAN" / "control"
        lines = [f"Version: {version}" if line.startswith("Version:") else line
                 for line in control.read_text().splitlines()]
        control.write_text("\n".join(lines) + "\n")
        with (tree / "etc/glovebox/config.toml").open("a") as config:
            config.write(config_line + "\n")
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", str(tree), str(target)], check=True,
                       stdout=subprocess.DEVNULL)
    return target
