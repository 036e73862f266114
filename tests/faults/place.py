"""The environment of the server under faults: its own disk, cgroups and clock, and a supervisor that
restarts it whenever it ends."""
import ctypes
import os
import pathlib
import signal
import struct
import subprocess
import threading
import time

import account

HERE = pathlib.Path(__file__).resolve().parent
DISK_BYTES = 512 << 20
MEMORY_BYTES = 2 << 30
CONTROLLERS = ("memory", "pids", "cpu", "cpuacct")
START_SECONDS = 60
STOP_SECONDS = 60
SANDBOX_LOST = 75
LIBC = ctypes.CDLL(None, use_errno=True)


def why_not():
    """Why a run cannot be made here; "" where it can."""
    if os.geteuid() != 0:
        return "it mounts its own disk and creates cgroups: run it as root"
    return ""


def mount_tmpfs(target, size):
    if LIBC.mount(b"faults", os.fsencode(target), b"tmpfs", 0, f"size={size}".encode()) != 0:
        raise OSError(ctypes.get_errno(), f"mount of a tmpfs at {target}")


def unmount(target):
    if LIBC.umount2(os.fsencode(target), 0) != 0:
        raise OSError(ctypes.get_errno(), f"umount of {target}")


def children_of(parent):
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return sorted(found)


def name_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


class Cgroups:
    """One below our own in each hierarchy with a controller that the server uses (cgroup v1).

    All that the server starts stays in them, so that what it leaves behind can be seen.
    """

    def __init__(self, name):
        self.directories = []
        self.memory = None
        own = pathlib.Path("/proc/self/cgroup").read_text()
        for line in own.splitlines():
            _, controllers, path = line.split(":", 2)
            for controller in controllers.split(","):
                if controller not in CONTROLLERS:
                    continue
                directory = pathlib.Path("/sys/fs/cgroup") / controller / path[1:] / name
                try:
                    directory.mkdir()
                except OSError:
                    continue
                self.directories.append(directory)
                if controller == "memory":
                    self.memory = directory

    def prefix(self):
        """A command that enters them and executes the command that follows."""
        files = [str(directory / "cgroup.procs") for directory in self.directories]
        enter = "".join(f"echo $$ > '{file}' && " for file in files)
        return ["sh", "-c", f'{enter}exec "$@"', "sh"]

    def processes(self):
        found = set()
        for directory in self.directories:
            for procs in directory.rglob("cgroup.procs"):
                try:
                    found.update(int(pid) for pid in procs.read_text().split())
                except OSError:
                    continue
        return found

    def limit_memory(self, size):
        """True if the kernel accepted it: the current usage may be too high."""
        try:
            (self.memory / "memory.limit_in_bytes").write_text(str(size))
            return True
        except OSError:
            return False

    def memory_used(self):
        return int((self.memory / "memory.usage_in_bytes").read_text())

    def left_over(self):
        wrong = [f"process {pid} is left: {command_line(pid)}" for pid in self.processes()]
        for directory in self.directories:
            wrong += [f"cgroup {child} is left" for child in directory.glob("*/")]
        return wrong

    def remove(self):
        for directory in self.directories:
            for child in sorted(directory.glob("**/"), reverse=True):
                try:
                    child.rmdir()
                except OSError:
                    continue


def command_line(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return "?"


class Place:
    """The server and what is around it. Threads: any; `lock` holds starting and stopping."""

    def __init__(self, folder, binary, tools, settings):
        self.folder = folder
        self.binary = binary
        self.disk = folder / "disk"
        self.data = self.disk / "data"
        self.filler = self.disk / "filler"
        self.log_path = folder / "server.log"
        self.clock_path = folder / "clock"
        self.tools = tools
        self.settings = settings
        self.cgroups = Cgroups(f"faults-{os.getpid()}")
        self.lock = threading.RLock()
        self.process = None
        self.port = None
        self.stopping = False
        self.ends = []  # exit codes, in order
        self.wrong = []
        self.disk.mkdir(parents=True)
        mount_tmpfs(self.disk, DISK_BYTES)
        self.step_clock(0)
        if self.cgroups.memory:
            self.cgroups.limit_memory(MEMORY_BYTES)
        self.preload = self.build_wall_clock()

    def build_wall_clock(self):
        library = self.folder / "wall_clock.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library),
                        str(HERE / "wall_clock.c")], check=True)
        return library

    def step_clock(self, seconds):
        """Through the file that the server has mapped: in place, never through a new file."""
        with open(self.clock_path, "r+b" if self.clock_path.exists() else "wb") as file:
            file.write(struct.pack("=q", seconds))

    def command(self):
        flags = ["--listen", "127.0.0.1:0", "--data-dir", self.data, "--tools-dir", self.tools]
        for name, value in self.settings.items():
            flags += ["--" + name.replace("_", "-"), value]
        return [str(word) for word in [*self.cgroups.prefix(), self.binary, "serve", *flags]]

    def start_once(self):
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("GLOVEBOX_")}
        environment.update(LD_PRELOAD=str(self.preload),
                           GLOVEBOX_TEST_WALL_CLOCK=str(self.clock_path))
        with open(self.log_path, "ab") as log:
            process = subprocess.Popen(  # pylint: disable=consider-using-with
                self.command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                env=environment)
        line = process.stdout.readline().decode()
        if line.startswith("listening on http://"):
            self.port = int(line.split()[-1].rsplit(":", 1)[1])
            self.process = process
            return True
        self.note_end(process)
        return False

    def note_end(self, process):
        try:
            code = process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.wrong.append(f"the server printed nothing at its start, and did not end in"
                              f" {STOP_SECONDS} s")
            process.kill()
            code = process.wait()
        process.stdout.close()
        self.ends.append(code)
        # Ended by us, by the kernel's memory limit, because of its sandbox, or at its start.
        if code not in (0, 1, -signal.SIGKILL, SANDBOX_LOST):
            self.wrong.append(f"the server ended with {code}")

    def supervise(self):
        """Starts it whenever it has ended, as systemd would. On its own thread."""
        while not self.stopping:
            with self.lock:
                if self.process and self.process.poll() is not None:
                    self.note_end(self.process)
                    self.process = None
                if not self.process and not self.stopping:
                    self.start_once()
            time.sleep(0.1)

    def parts(self):
        """{name: [pid]} of the processes that exist now."""
        process = self.process
        if process is None or process.poll() is not None:
            return {}
        children = children_of(process.pid)
        keepers = [pid for pid in children if name_of(pid) == "glovebox-keeper"]
        senders = [pid for child in children if name_of(child) == "sender-keeper"
                   for pid in children_of(child)]
        launchers = [pid for keeper in keepers for pid in children_of(keeper)]
        slots = [pid for launcher in launchers for pid in children_of(launcher)]
        return {"server": [process.pid], "keeper": keepers, "launcher": launchers, "slot": slots,
                "sender": senders}

    def load(self):
        process = pathlib.Path(f"/proc/{self.process.pid}")
        status = dict(line.split(":", 1) for line in (process / "status").read_text().splitlines())
        return account.Load(len(os.listdir(process / "fd")), int(status["RssAnon"].split()[0]),
                            int(status["Threads"]))

    def stop(self):
        """Gracefully; what is wrong with it."""
        self.stopping = True
        with self.lock:
            if self.process is None:
                return ["there is no server at the end"]
            self.process.send_signal(signal.SIGTERM)
            self.note_end(self.process)
            self.process = None
        return [] if self.ends[-1] == 0 else [f"SIGTERM ended the server with {self.ends[-1]}"]

    def left_over(self):
        """What a server that has ended left: processes, cgroups, mounts, incomplete files."""
        deadline = time.monotonic() + 5
        while self.cgroups.processes() and time.monotonic() < deadline:
            time.sleep(0.1)
        wrong = self.cgroups.left_over()
        mounts = pathlib.Path("/proc/self/mountinfo").read_text()
        wrong += [f"mount {line.split()[4]} is left" for line in mounts.splitlines()
                  if line.split()[4].startswith(f"{self.data}/")]
        journals = self.data / "output"
        wrong += [f"{path} is left by a job that has ended" for path in journals.glob("*")]
        known = {"glovebox.db", "glovebox.db-wal", "glovebox.db-shm", "artifacts", "projects",
                 "output", "lock", "work"}
        wrong += [f"{path} is left" for path in self.data.iterdir() if path.name not in known]
        wrong += [f"{path} is left" for path in self.data.glob("work/*")]
        return wrong

    def check_data(self):
        done = subprocess.run([str(self.binary), "data", "check", "--data-dir", str(self.data)],
                              capture_output=True, text=True, check=False)
        return [] if done.returncode == 0 else done.stdout.splitlines() + [done.stderr]

    def remove(self):
        self.stopping = True
        with self.lock:
            if self.process and self.process.poll() is None:
                self.process.kill()
                self.process.wait()
        for pid in self.cgroups.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                continue
        time.sleep(0.3)
        unmount(self.disk)
        self.cgroups.remove()
