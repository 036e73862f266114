"""Requests per second, and the time of one."""
import json

from comparison.bench import NotMeasured
from comparison.measure import Measure, Row
from comparison.peers import express, nginx
from comparison.server import Server, programs_zip

EXECUTE_CONNECTIONS = 8
STATUS_CONNECTIONS = 16


def execute_load(bench, port, project, seconds):
    return bench.load(port, connections=EXECUTE_CONNECTIONS, seconds=seconds, method="POST",
                      path="/api/execute", expect='"completed"',
                      body=json.dumps({"toolId": "nothing", "projectId": project}))


def take_execute(bench):
    """Ours first, then Express, in each round; ours records on disk, Express does not."""
    seconds = bench.pick(5, 2)
    with bench.folder() as folder, Server(folder) as server:
        project = server.upload(programs_zip())
        execute_load(bench, server.port, project, 1)
        with express() as port:
            execute_load(bench, port, "bench", 1)
            while True:
                ours = execute_load(bench, server.port, project, seconds)
                theirs = execute_load(bench, port, "bench", seconds)
                yield {"ours": ours["per_s"], "theirs": theirs["per_s"],
                       "ratio": ours["per_s"] / theirs["per_s"], "busy": ours["busy"],
                       "p50": ours["p50_us"] / 1000, "p99": ours["p99_us"] / 1000,
                       "spread": ours["p99_us"] / ours["p50_us"],
                       "their_spread": theirs["p99_us"] / theirs["p50_us"]}


def take_status(bench):
    seconds = bench.pick(3, 1)
    with bench.folder() as folder, Server(folder) as server, nginx(folder) as port:
        while True:
            ours = bench.load(server.port, connections=STATUS_CONNECTIONS, seconds=seconds,
                              path="/api/queue/status", expect='"pending"')
            theirs = bench.load(port, connections=STATUS_CONNECTIONS, seconds=seconds, path="/file",
                                expect="xxx")
            yield {"ours": ours["per_s"], "theirs": theirs["per_s"],
                   "ratio": ours["per_s"] / theirs["per_s"], "busy": ours["busy"],
                   "their_busy": theirs["busy"]}


def take_full_queue(bench):
    """The cost of a submission, a status query and a cancel, with few and with many jobs in the
    queue."""
    few, many, cancels = 100, bench.pick(100_000, 10_000), 50
    while True:
        costs = {}
        for size in (few, many):
            with bench.folder() as folder, Server(folder, queue_capacity=size + 1000) as server:
                costs[size] = queue_costs(bench, folder, server, size, cancels)
        yield {f"{name}_{label}": costs[size][name]
               for size, label in ((few, "few"), (many, "many")) for name in costs[size]} | {
                   f"{name}_ratio": costs[many][name] / costs[few][name] for name in costs[few]}


def queue_costs(bench, folder, server, size, cancels):
    """Medians in µs, on one connection."""
    project = server.upload(programs_zip())
    server.block(project)
    job = {"method": "POST", "path": "/api/execute", "status": 202,
           "body": server.body("nothing", project, stream=True)}
    bench.load(server.port, connections=min(64, size), requests=size,
               answers_to=folder / "jobs", **job)
    ids = [json.loads(line)["jobId"] for line in (folder / "jobs").read_text().splitlines()]
    if server.queue()["pending"] != size:
        raise NotMeasured(f"of {size} jobs {server.queue()['pending']} wait")
    queries = spread(ids, 500)
    query_paths = paths(folder / "queries", "/api/queue/status?jobId={}", queries)
    cancel_paths = paths(folder / "cancels", "/api/jobs/{}/cancel", spread(ids, cancels))
    return {
        "query": bench.load(server.port, connections=1, paths_from=query_paths)["p50_us"],
        "add": bench.load(server.port, connections=1, requests=cancels, **job)["p50_us"],
        "cancel": bench.load(server.port, connections=1, paths_from=cancel_paths, method="POST",
                             status=202)["p50_us"],
    }


def spread(ids, count):
    """Of all positions in the queue; no job is cancelled twice, because there are enough."""
    step = max(1, len(ids) // count)
    return ids[::step][:count]


def paths(file, template, ids):
    file.write_text("".join(template.format(job) + "\n" for job in ids))
    return file


def queue_row(what, name):
    return Row(f"100,000 jobs queued: {what}, against the same with 100", f"{name}_ratio", "×",
               f"{{{name}_many}} µs", f"{{{name}_few}} µs", at_most=2.0)


MEASURES = [
    Measure("execute", take_execute, [
        Row("synchronous `POST /api/execute` of that program, 8 connections, recorded durably, "
            "against Express 5 + execa 9 + p-queue 9 unsealed, requests/s", "ratio", "×",
            "{ours}/s", "{theirs}/s", at_least=5, stretch=8),
        Row("p99 over p50 of that call under that load", "spread", "×", "{p99} / {p50} ms",
            "Express: {their_spread}×", at_most=4, stretch=2.5)]),
    Measure("status", take_status, [
        Row("`GET /api/queue/status` against nginx, one worker, a file of 100 bytes, requests/s, "
            f"{STATUS_CONNECTIONS} connections", "ratio", "×", "{ours}/s", "{theirs}/s",
            at_least=0.5, stretch=0.8)]),
    Measure("queue", take_full_queue, [
        queue_row("one more", "add"), queue_row("a status query", "query"),
        queue_row("a cancel", "cancel")]),
]
