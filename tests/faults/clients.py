"""Clients that use every function of the API, and record what they received."""
import io
import itertools
import json
import random
import threading
import time
import zipfile

import account
import wire

FINISH_SECONDS = wire.PATIENCE  # for work that was started before the end
MOST_UNDELETED = 40
PAUSE_SECONDS = 0.4  # between the jobs of one client, on average


def script_of(promise, delay):
    """Numbered lines, each with a word that is unique for every run of the tool."""
    rest = f"; sleep {delay}" if delay else ""
    leave = f"; printf {promise.token} > out.txt" if promise.artifact else ""
    return (r"r=$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n'); i=0;"
            f" while [ $i -lt {promise.lines} ]; do echo {promise.token} $r $i; i=$((i + 1)){rest};"
            f" done{leave}")


def zip_of(content):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.txt", content)
    return data.getvalue()


class Clients:
    """All clients and their records. Threads: one for each client; they are joined at the end."""

    def __init__(self, place, seed):
        self.place = place
        self.seed = seed
        self.stopping = threading.Event()
        self.wrong = []  # list.append is atomic
        self.promises = []
        self.uploads = []
        self.numbers = itertools.count()
        self.wire = wire.Wire(place, self.wrong)
        self.base = None
        self.threads = []

    def start(self):
        self.base = self.upload(random.Random(self.seed))
        kinds = [self.follow_jobs] * 3 + [self.key_jobs] * 2 + [self.wait_for_jobs] * 2
        kinds += [self.use_projects, self.read_slowly, self.cut_connections]
        for number, kind in enumerate(kinds):
            chooser = random.Random(f"{self.seed}-{number}")
            self.threads.append(threading.Thread(target=self.repeat, args=(kind, chooser)))
        for thread in self.threads:
            thread.start()

    def finish(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join(FINISH_SECONDS * 2)
            if thread.is_alive():
                self.wrong.append("a client never ended")

    def repeat(self, kind, chooser):
        while not self.stopping.is_set():
            try:
                kind(chooser)
            except Exception as failure:  # pylint: disable=broad-except
                self.wrong.append(f"{kind.__name__}: {failure!r}")
            self.stopping.wait(chooser.random() * 2 * PAUSE_SECONDS)

    # Jobs.

    def promise(self, chooser, **fields):
        lines = 4000 if chooser.random() < 0.02 else chooser.randint(1, 120)
        promise = account.Promise(f"t{next(self.numbers)}", lines, begun=time.monotonic(),
                                  artifact=chooser.random() < 0.3, **fields)
        delay = chooser.choice((0, 0, 0.01, 0.05)) if lines < 1000 else 0
        body = {"toolId": "shell", "projectId": self.base.project, "stream": promise.follows,
                "parameters": {"script": script_of(promise, delay)}}
        self.promises.append(promise)
        return promise, body

    def note(self, promise, answer):
        """What an answer to a submission promises; True where it does."""
        if answer is None or answer.status not in (200, 202):
            return False
        record = answer.json
        promise.jobs.add(record["jobId"])
        if record["status"] in account.FINAL and "output" in record:
            promise.answers.append(record)
            promise.seen_ended = min(promise.seen_ended, time.monotonic())
        return True

    def follow_jobs(self, chooser):
        """Asynchronous, without a key."""
        promise, body = self.promise(chooser)
        if self.note(promise, self.wire.call("POST", "/api/execute", body)):
            self.live_with(promise, chooser)

    def key_jobs(self, chooser):
        """With a key: repeated until there is a response, synchronous or not."""
        promise, body = self.promise(chooser, keyed=True)
        body["stream"] = chooser.random() < 0.5
        headers = {"Idempotency-Key": promise.token}
        deadline = time.monotonic() + FINISH_SECONDS
        while time.monotonic() < deadline:
            if self.note(promise, self.wire.call("POST", "/api/execute", body, headers)):
                break
            time.sleep(0.05 + chooser.random() * 0.2)
        if not promise.jobs:
            self.wrong.append(f"the key {promise.token} was not answered in {FINISH_SECONDS} s")
            return
        self.live_with(promise, chooser)
        if chooser.random() < 0.3:
            self.note(promise, self.wire.call("POST", "/api/execute", body, headers))

    def wait_for_jobs(self, chooser):
        """Synchronous, without a key."""
        promise, body = self.promise(chooser, follows=False)
        self.note(promise, self.wire.call("POST", "/api/execute", body))

    def live_with(self, promise, chooser):
        """Follows, cancels, reads: what a client does with its own job."""
        job = next(iter(promise.jobs))
        if chooser.random() < 0.1:
            promise.cancel_asked = True
            self.wire.call("POST", f"/api/jobs/{job}/cancel")
        for _ in range(chooser.choice((0, 1, 1, 2))):
            promise.readers.append(account.Text())
            self.follow(job, promise.readers[-1], chooser)
            if promise.readers[-1].complete:
                promise.seen_ended = min(promise.seen_ended, time.monotonic())
        answer = self.wire.call("GET", f"/api/jobs/{job}")
        if answer is None or answer.status != 200:
            if answer is not None and answer.status == 404:
                self.wrong.append(f"job {job} was confirmed and returns 404")
            return
        self.note(promise, answer)

    def follow(self, job, reader, chooser):
        """To the end, across as many connections as it takes; some it resets itself."""
        last = None
        deadline = time.monotonic() + FINISH_SECONDS
        while reader.complete is None and time.monotonic() < deadline:
            patience = chooser.choice((2, 10, 1000, 1000))
            connection = None
            try:
                connection = self.wire.connect(small_buffer=chooser.random() < 0.2)
                headers = {} if last is None else {"Last-Event-ID": last}
                connection.request("GET", f"/api/stream/{job}", headers=headers)
                response = connection.getresponse()
                if response.status != 200:
                    self.refused(job, response)
                    time.sleep(0.2)
                    continue
                for last, name, data in itertools.islice(wire.read_events(response), patience):
                    if name == "status":
                        reader.begin(data["attempt"])
                    if name == "output":
                        reader.add(data["text"])
                    if name == "complete":
                        reader.complete = data
            except TimeoutError:
                self.wrong.append(f"the stream of {job} said nothing for {wire.PATIENCE} s")
            except wire.CUT:
                time.sleep(0.05)
            finally:
                if connection:
                    wire.reset(connection)

    def refused(self, job, response):
        if response.status not in (429, 503):
            self.wrong.append(f"the stream of {job} answered {response.status}:"
                              f" {response.read(300)!r}")

    # Everything else.

    def upload(self, chooser):
        """Repeats until it is accepted."""
        content = f"{chooser.random()}\n".encode() * chooser.randint(1, 1000)
        while not self.stopping.is_set():
            answer = self.wire.call("POST", "/api/upload", zip_of(content),
                                    {"Content-Type": "application/octet-stream"})
            if answer is not None and answer.status == 201:
                upload = account.Upload(answer.json["projectId"], content)
                self.uploads.append(upload)
                return upload
            self.stopping.wait(0.2)
        return None

    def use_projects(self, chooser):
        upload = self.upload(chooser)
        if upload is None:
            return
        answer = self.wire.call("GET", f"/api/projects/{upload.project}/files/a.txt")
        if answer is not None and answer.status == 200 and answer.body != upload.content:
            self.wrong.append(f"{upload.project} has another content than was uploaded")
        held = [one for one in self.uploads if one is not self.base and not one.delete_asked]
        if len(held) > MOST_UNDELETED or (held and chooser.random() < 0.5):
            victim = chooser.choice(held)
            victim.delete_asked = True
            answer = self.wire.call("DELETE", f"/api/projects/{victim.project}")
            victim.deleted = answer is not None and answer.status == 204

    def read_slowly(self, chooser):
        """Reads a little of an output or a zip, pauses, and disconnects."""
        jobs = [job for promise in self.promises[-200:] for job in list(promise.jobs)]
        if not jobs:
            return
        target = chooser.choice(("/output", "/artifacts", "?output=true"))
        connection = None
        try:
            connection = self.wire.connect(small_buffer=True)
            connection.request("GET", f"/api/jobs/{chooser.choice(jobs)}{target}")
            response = connection.getresponse()
            for _ in range(chooser.randint(1, 20)):
                if not response.read(100) or self.stopping.wait(0.1):
                    break
        except wire.CUT:
            pass
        finally:
            if connection:
                wire.reset(connection)

    def cut_connections(self, chooser):
        """Requests whose client disconnects before the response, or in the middle of it."""
        promise, body = self.promise(chooser, follows=chooser.random() < 0.5)
        if chooser.random() < 0.7:
            self.wire.send_and_reset("POST", "/api/execute", body)
            return
        text = json.dumps(body).encode()
        try:
            connection = self.wire.connect()
            connection.putrequest("POST", "/api/execute")
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Content-Length", str(len(text)))
            connection.endheaders(text[:len(text) // 2])
            time.sleep(chooser.random() * 0.2)
            wire.reset(connection)
        except wire.CUT:
            pass
        promise.cancel_asked = True
