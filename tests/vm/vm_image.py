"""The image of a machine: an initramfs that finds the root disk, and the disk itself.

The sandbox cannot run on an initramfs, which pivot_root(2) does not support; and its project store
needs idmapped mounts, which ext4 has. So the tests are on an ext4 image, created without mounting it.
"""
import pathlib
import re
import shutil
import subprocess

GUEST = pathlib.Path(__file__).resolve().parent / "guest"
DISK_SIZE = "1500M"
# Programs that the tests run in addition; setpriv changes to an ordinary user.
HOST_PROGRAMS = [f"/usr/bin/{name}" for name in
                 ("bash", "echo", "env", "install", "setpriv", "tar", "timeout", "true")]
BUSYBOX = "/usr/bin/busybox"
# Files that tests try to read without permission.
SECRETS = ["etc/shadow", "etc/gshadow", "etc/machine-id"]


def libraries_of(program):
    """The shared libraries that ldd(1) finds, and the loader."""
    listed = subprocess.run(["ldd", str(program)], check=False, capture_output=True, text=True)
    return re.findall(r"(/\S+) \(0x", listed.stdout)


def make_initramfs(place, kernel):
    """A cpio archive of busybox, the modules and init; the kernel takes it uncompressed."""
    tree = _fresh(place / "initramfs")
    for folder in ("bin", "modules", "root", "proc", "dev"):
        (tree / folder).mkdir()
    shutil.copy(BUSYBOX, tree / "bin" / "busybox")
    (tree / "bin" / "sh").symlink_to("busybox")
    for number, module in enumerate(kernel.modules()):
        shutil.copy(module, tree / "modules" / f"{number}-{module.name}")
    _copy_program(GUEST / "init.sh", tree / "init")
    archive = place / "initramfs.cpio"
    subprocess.run(["bsdtar", "--format=newc", "--uid=0", "--gid=0", "-cf", str(archive), "."],
                   cwd=tree, check=True)
    return archive


def make_root_disk(place, programs, sandboxees, lay_on=None):
    """An ext4 image: the test programs at /tests/bin, with everything that they load and run.

    lay_on: called with the tree of files before the image is created, to add to it.
    """
    tree = _fresh(place / "root")
    for folder in ("usr/bin", "usr/lib64", "etc", "tests/bin", "home", "proc", "sys", "dev", "tmp",
                   "run", "results"):
        (tree / folder).mkdir(parents=True)
    for name in ("bin", "lib", "lib64"):
        (tree / name).symlink_to(f"usr/{name}")
    shutil.copy(BUSYBOX, tree / "usr/bin/busybox")
    (tree / "usr/bin/sh").symlink_to("busybox")
    for program in HOST_PROGRAMS:
        _copy_with_libraries(program, tree, tree / "usr/bin")
    for program in programs:
        _copy_with_libraries(program, tree, tree / "tests/bin")
    shutil.copytree(sandboxees, tree / "tests" / "sandboxees")
    for script in GUEST.iterdir():
        _copy_program(script, tree / "tests" / script.name)
    _write_etc(tree)
    if lay_on is not None:
        lay_on(tree)
    image = place / "root.ext4"
    image.unlink(missing_ok=True)
    subprocess.run(["/usr/sbin/mke2fs", "-q", "-t", "ext4", "-d", str(tree), str(image), DISK_SIZE],
                   check=True)
    return image


def add_python(tree):
    """python3 and its library, without what needs libraries of its own."""
    program = pathlib.Path("/usr/bin/python3").resolve()
    _copy_with_libraries(program, tree, tree / "usr/bin")
    (tree / "usr/bin/python3").symlink_to(program.name)
    library = pathlib.Path("/usr/lib") / program.name
    left_out = shutil.ignore_patterns("test", "tests", "idlelib", "tkinter", "ensurepip",
                                      "config-*", "dist-packages", "_ssl.*", "_hashlib.*")
    shutil.copytree(library, tree / "usr/lib" / program.name, ignore=left_out, dirs_exist_ok=True,
                    ignore_dangling_symlinks=True)
    for module in (library / "lib-dynload").glob("*.so"):
        if not module.name.startswith(("_ssl.", "_hashlib.")):
            _copy_libraries(module, tree)


def _write_etc(tree):
    (tree / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\n", encoding="ascii")
    (tree / "etc/group").write_text("root:x:0:\n", encoding="ascii")
    for secret in SECRETS:
        (tree / secret).write_text("of the machine\n", encoding="ascii")


def _copy_with_libraries(program, tree, folder):
    _copy_program(program, folder / pathlib.Path(program).name)
    _copy_libraries(program, tree)


def _copy_libraries(program, tree):
    for library in libraries_of(program):
        # The loader and the libraries are at the paths that the program was linked with.
        target = tree / library.removeprefix("/")
        target = target.parent.resolve() / target.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            _copy_program(library, target)


def _copy_program(source, target):
    shutil.copyfile(source, target)
    target.chmod(0o755)


def _fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
