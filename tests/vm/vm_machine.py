"""One boot of a virtual machine without hardware support, bounded in time, and its report."""
import io
import pathlib
import subprocess
import tarfile

QEMU = "qemu-system-x86_64"
RESULTS_BYTES = 64 << 20
CPUS = 2
MEMORY = "2G"


class Boot:
    """The results of a machine: its console's text, and the files that it left, by name."""

    def __init__(self, console, files, timed_out):
        self.console = console
        self.files = files
        self.timed_out = timed_out

    def story(self):
        """Why there may be no results, from the console's last lines."""
        end = "ran out of time" if self.timed_out else "ended"
        return f"the machine {end}; its console's end:\n" + "\n".join(
            self.console.splitlines()[-30:])


def boot(place, kernel, initramfs, root_disk, settings, seconds, words=("quiet",)):
    """Boots, waits until the machine powers itself off, and reads the results it wrote.

    settings: read by the guest's scripts. words: more words for the kernel's command line.
    """
    results = pathlib.Path(place) / "results.tar"
    console = pathlib.Path(place) / "console.log"
    results.unlink(missing_ok=True)
    with results.open("wb") as file:
        file.truncate(RESULTS_BYTES)
    # A panic reboots, which ends the machine; "oops=panic" turns every oops into a panic.
    line = " ".join(["console=ttyS0 oops=panic panic=-1", *words] +
                    [f"glovebox.{key}={value}" for key, value in settings.items()])
    timed_out = False
    try:
        subprocess.run(
            [QEMU, "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", str(CPUS), "-m", MEMORY,
             "-nodefaults", "-display", "none", "-no-reboot", "-serial", f"file:{console}",
             "-kernel", str(kernel.image), "-initrd", str(initramfs), "-append", line,
             "-drive", f"file={root_disk},format=raw,if=virtio,snapshot=on",
             "-drive", f"file={results},format=raw,if=virtio"],
            check=False, timeout=seconds, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        timed_out = True
    text = console.read_text(errors="replace") if console.exists() else ""
    return Boot(text, read_results(results.read_bytes()), timed_out)


def read_results(raw):
    """The files of a tar archive; none where there is no archive or it is cut."""
    files = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(raw), mode="r:") as archive:
            for member in archive:
                if member.isfile():
                    content = archive.extractfile(member)
                    files[pathlib.PurePosixPath(member.name).name] = content.read()
    except (tarfile.TarError, OSError):
        return {}
    return files
