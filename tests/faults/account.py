"""Checks a run under faults: compares what clients received with what the server has.

This module does not connect to a server, so that tests/checks/faults_account_test.py can show that each
loss is found. A job writes the lines "TOKEN RUN NUMBER": TOKEN names the request, RUN is a random
word that each run of the tool generates, NUMBER counts from 0. So a missing line, a repeated
line, a line of another job and a second run are all visible in the output itself.
A lost run is repeated; then `attempt` says so, and only the output of the last run is left.
"""
import dataclasses
import hashlib

FINAL = frozenset({"completed", "failed", "timeout", "cancelled"})
ALIKE = ("jobId", "status", "exitCode", "reason", "signal", "attempt")  # reported and recorded
MOST_ATTEMPTS = 3


class Text:
    """Output as one reader saw it, across all its connections: only its length and digest."""

    def __init__(self):
        self.attempt = 1
        self.backwards = False
        self.complete = None  # the last event's data
        self.length = 0
        self.digest = hashlib.sha256()

    def begin(self, attempt):
        """Of a status event. A new attempt begins with nothing."""
        if attempt == self.attempt:
            return
        self.backwards |= attempt < self.attempt
        self.attempt = attempt
        self.length = 0
        self.digest = hashlib.sha256()

    def add(self, text):
        data = text.encode()
        self.length += len(data)
        self.digest.update(data)


@dataclasses.dataclass
class Promise:
    """One request to run a job, and everything that its client received about it."""
    token: str
    lines: int  # that the job writes if it is not disturbed
    keyed: bool = False
    follows: bool = True  # False: synchronous; without a key it may end with its connection
    artifact: bool = False  # it creates out.txt with the token
    jobs: set = dataclasses.field(default_factory=set)  # ids in responses; two are a fault
    answers: list = dataclasses.field(default_factory=list)  # Executions with an end
    readers: list = dataclasses.field(default_factory=list)
    cancel_asked: bool = False
    begun: float = 0.0  # monotonic
    seen_ended: float = float("inf")

    @property
    def promised(self):
        return bool(self.jobs) and (self.keyed or self.follows)


@dataclasses.dataclass
class Upload:
    """A project as its client knows it."""
    project: str
    content: bytes  # of a.txt
    delete_asked: bool = False
    deleted: bool = False  # 204 was seen


@dataclasses.dataclass
class Found:
    """What the server has about a job at the end."""
    record: dict
    output: bytes
    artifacts: dict = dataclasses.field(default_factory=dict)  # path: content


def read_lines(output, promise, whole):
    """What is wrong with the lines; `whole`: none may be missing at the end."""
    text = output.decode(errors="replace")
    lines = text.split("\n")
    torn = lines.pop()
    wrong = []
    if torn and whole:
        wrong.append(f"its last line is incomplete: {torn!r}")
    runs = set()
    for number, line in enumerate(lines):
        words = line.split(" ")
        if len(words) != 3 or words[0] != promise.token or not words[2].isdigit():
            wrong.append(f"line {number} is not its own: {line[:80]!r}")
            break
        runs.add(words[1])
        if int(words[2]) != number:
            kind = "repeated" if int(words[2]) < number else "missing before it"
            wrong.append(f"line {number} reads {words[2]}: lines are {kind}")
            break
    if len(runs) > 1:
        wrong.append(f"it ran {len(runs)} times after it had written something")
    if whole and not wrong and len(lines) != promise.lines:
        wrong.append(f"it has {len(lines)} lines of {promise.lines}")
    return wrong


def check_reader(reader, found):
    """A reader saw the recorded output from its first byte on, and the recorded end."""
    raw = found.output
    if reader.backwards or reader.attempt > found.record["attempt"]:
        return [f"a reader saw attempt {reader.attempt}, the record says {found.record['attempt']}"]
    if reader.attempt < found.record["attempt"] and reader.complete is None:
        return []
    if reader.length > len(raw):
        return [f"a reader saw {reader.length} bytes, and {len(raw)} are stored"]
    if hashlib.sha256(raw[:reader.length]).digest() != reader.digest.digest():
        return [f"a reader saw other bytes than the first {reader.length} that are stored:"
                " a gap, a repeat or a second run"]
    if reader.complete is None:
        return []
    wrong = compare("a reader's last event", reader.complete, found.record)
    if reader.length != len(raw):
        wrong.append(f"a reader received the end after {reader.length} of {len(raw)} bytes")
    return wrong


def compare(what, told, record):
    return [f"{what} says {name} {told.get(name)!r}, the record {record.get(name)!r}"
            for name in ALIKE if told.get(name) != record.get(name)]


def check_end(promise, record, hurt):
    """The end itself: does it have a cause? `hurt`: memory was short while the job existed."""
    status, reason = record["status"], record.get("reason")
    if status not in FINAL:
        return [f"it has no end: {status}"]
    if status == "completed":
        return []
    if status == "cancelled":
        gone = not promise.keyed and not promise.follows
        return [] if promise.cancel_asked or gone else ["it is cancelled without a request"]
    if status == "failed" and reason == "server-restarted":
        again = record["attempt"] < MOST_ATTEMPTS and promise.promised
        return ["it is not run again, though it may be"] if again else []
    if status == "failed" and reason in ("memory", "signal") and hurt:
        return []
    return [f"it ended with {status}, {reason}: {record.get('message')}"]


def check_artifact(promise, found):
    if not promise.artifact or found.record["status"] != "completed":
        return []
    content = found.artifacts.get("out.txt")
    if content == promise.token.encode():
        return []
    # The disk was full when it should have been stored; the record must say so.
    if content is None and found.record.get("message") and not found.record["artifacts"]:
        return []
    return [f"its artifact is {content!r}, the record has {found.record['artifacts']}"]


def told_too_early(promise, found, unrecorded):
    """Its end was reported while it could not be recorded, and the server was killed before it could.

    /api/health reports that state (`ends_unrecorded`), and the record shows the remaining facts.
    """
    told = promise.answers + [reader.complete for reader in promise.readers if reader.complete]
    otherwise = any(compare("", end, found.record) for end in told)
    lost = found.record.get("reason") == "server-restarted" or found.record["attempt"] > 1
    return otherwise and unrecorded and lost


def check_job(promise, found, hurt=False, unrecorded=False):
    """Everything that is wrong with one job. `found` is None if the server does not know it.

    `hurt`, `unrecorded`: memory was short, or nothing could be recorded, while the job existed.
    """
    if len(promise.jobs) > 1:
        return [f"one key named {len(promise.jobs)} jobs: {sorted(promise.jobs)}"]
    if found is None:
        return ["it is lost: the server does not know it"] if promise.promised else []
    wrong = check_end(promise, found.record, hurt)
    completed = found.record["status"] == "completed"
    wrong += read_lines(found.output, promise, completed)
    if completed and found.record["exitCode"] != 0:
        wrong.append(f"completed with exit code {found.record['exitCode']}")
    if told_too_early(promise, found, unrecorded):
        return wrong
    for reader in promise.readers:
        wrong += check_reader(reader, found)
    for answer in promise.answers:
        wrong += compare("an answer", answer, found.record)
        lines = found.output.decode(errors="replace").splitlines()
        if "output" in answer and answer["output"] != lines:
            wrong.append(f"an answer had {len(answer['output'])} lines, {len(lines)} are stored")
    return wrong + check_artifact(promise, found)


def token_of(output):
    """The token of a job that no client knows; "" if it wrote nothing."""
    return output.decode(errors="replace").split(" ", 1)[0] if output else ""


def check_strangers(promises, strangers):
    """Jobs that no response named: their requests' connections were cut. A request creates one job.

    `strangers`: {job: Found}.
    """
    by_token = {promise.token: promise for promise in promises}
    seen = {}
    wrong = []
    for job, found in strangers.items():
        if found.record["status"] not in FINAL:
            wrong.append(f"{job}: no client knows it, and it has no end")
        token = token_of(found.output)
        if not token:
            continue
        promise = by_token.get(token)
        if promise is None:
            wrong.append(f"{job}: its output names no request: {token[:60]!r}")
            continue
        others = promise.jobs | seen.get(token, set())
        if others:
            wrong.append(f"{job}: request {token} made another job, too: {sorted(others)}")
        seen.setdefault(token, set()).add(job)
        wrong += [f"{job}: {line}" for line in read_lines(found.output, promise, False)]
    return wrong


def check_upload(upload, status, content):
    """`status`: of a GET of the file at the end."""
    if upload.deleted:
        return [] if status == 404 else [f"{upload.project} was deleted, and answers {status}"]
    if upload.delete_asked and status == 404:
        return []
    if status != 200:
        return [f"{upload.project} is lost: {status}"]
    return [] if content == upload.content else [f"{upload.project} has another content"]


@dataclasses.dataclass
class Load:
    """The server's process at one moment."""
    descriptors: int
    anonymous_kib: int
    threads: int


def check_load(before, after, descriptors=16, kib=48 << 10):
    """Close to the values at the start, when there are no requests any more."""
    wrong = []
    if after.descriptors > before.descriptors + descriptors:
        wrong.append(f"open descriptors: {before.descriptors} before, {after.descriptors} after")
    if after.anonymous_kib > before.anonymous_kib + kib:
        wrong.append(f"memory: {before.anonymous_kib} KiB before, {after.anonymous_kib} KiB after")
    if after.threads > before.threads + 4:
        wrong.append(f"threads: {before.threads} before, {after.threads} after")
    return wrong
