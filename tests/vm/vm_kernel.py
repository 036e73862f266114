"""Debian's kernel for a machine: its package fetched and unpacked, never installed."""
import os
import pathlib
import re
import shutil
import subprocess

META_PACKAGE = "linux-image-cloud-amd64"
# In the order of their dependencies.
MODULES = ["virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci",
           "virtio_blk", "overlay", "af_alg", "vsock"]


class Unavailable(Exception):
    """A machine needs something that this host does not have."""


class Kernel:
    """An unpacked kernel package."""

    def __init__(self, folder):
        self.image = next((folder / "boot").glob("vmlinuz-*"))
        self.release = self.image.name.removeprefix("vmlinuz-")
        self._modules = folder / "lib" / "modules" / self.release / "kernel"

    def modules(self):
        """The files of MODULES, in their order."""
        return [next(self._modules.rglob(f"{name}.ko")) for name in MODULES]


def fetch_kernel(place):
    """The kernel stored in `place`, or the package of the newest one that apt offers.

    GLOVEBOX_VM_KERNEL names another one: a folder with boot/vmlinuz-RELEASE and lib/modules, such
    as an unpacked package that was built with KASAN.
    """
    if own := os.environ.get("GLOVEBOX_VM_KERNEL"):
        return Kernel(pathlib.Path(own))
    unpacked = place / "kernel"
    if not unpacked.is_dir():
        _download(place)
        partial = place / "kernel.partial"
        shutil.rmtree(partial, ignore_errors=True)
        package = max(place.glob("linux-image-*.deb"), key=lambda file: file.stat().st_mtime)
        subprocess.run(["dpkg-deb", "-x", str(package), str(partial)], check=True)
        partial.rename(unpacked)
    return Kernel(unpacked)


def _download(place):
    name = _package_of(META_PACKAGE)
    if name is None:
        raise Unavailable(f"apt knows no {META_PACKAGE}: this is not Debian 12 on amd64")
    pathlib.Path(place).mkdir(parents=True, exist_ok=True)
    fetched = subprocess.run(["apt-get", "download", "-qq", name], cwd=place, check=False)
    if fetched.returncode != 0:
        raise Unavailable(f"apt-get could not download {name}")


def _package_of(meta_package):
    """The package with the files, which the empty one depends on."""
    shown = subprocess.run(["apt-cache", "depends", meta_package], check=False,
                           capture_output=True, text=True)
    found = re.search(r"Depends: (linux-image-\S+)", shown.stdout)
    return found and found.group(1)
