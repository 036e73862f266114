"""Threat 76: a resource of another key returns the same 404 as one that does not exist."""
import re
import unittest

from harness import ROOT, Server
from keys import Client, KeysFile


def documented_routes():
    """(method, path) of the table in docs/http-api.md."""
    text = (ROOT / "docs" / "http-api.md").read_text()
    return re.findall(r"^\| `([A-Z]+) (/[^`]*)`", text, re.MULTILINE)


class OthersThingsTest(unittest.TestCase):
    def setUp(self):
        keys = KeysFile(self)
        ann, bob = keys.create("ann"), keys.create("bob")
        self.server = Server(self, keys_file=keys.path, concurrency=1, hourly_per_client=0,
                             concurrent_per_client=0)
        self.ann, self.bob = Client(self.server, ann), Client(self.server, bob)
        self.project = self.ann.project()
        self.ended = self.ann.submit(self.project, "echo secret > made.txt; echo hello")
        self.server.until(lambda: self.ann.status(self.ended) == "completed", "the first has ended")
        self.running = self.ann.submit(self.project, "sleep 60")
        self.waiting = self.ann.submit(self.project, "true")
        self.server.until(lambda: self.ann.status(self.running) == "running", "the second runs")

    @staticmethod
    def seen(answer, *ids):
        """The parts of a response that do not change between requests, with the ids removed."""
        body = answer.body
        for an_id in ids:
            body = body.replace(an_id.encode(), b"ID")
        headers = {name: value for name, value in answer.headers.items()
                   if name not in ("X-Request-Id", "Date", "Content-Length")}
        return answer.status, body, headers

    def targets(self):
        """(method, target with {}, id): each route about a job or project, for each of ann's."""
        for method, path in documented_routes():
            if "{jobId}" in path:
                path = path.replace("{jobId}", "{}").replace("{path}", "made.txt")
                for job in (self.ended, self.running, self.waiting):
                    yield method, path, job
            elif "{projectId}" in path:
                path = path.replace("{projectId}", "{}").replace("{path}", "a.txt")
                yield method, path, self.project
        for job in (self.ended, self.running, self.waiting):
            yield "GET", "/api/queue/status?jobId={}", job
            yield "GET", "/api/jobs/{}?output=false", job
            yield "GET", "/api/stream/{}?after=1", job
            yield "GET", "/api/stream/{}?after=999999", job
            yield "GET", "/api/stream/{}?after=end", job

    def test_every_route_responds_as_if_it_did_not_exist(self):
        nothing = {"job": "job_" + "0" * 22, "prj": "prj_" + "0" * 22}
        walked, hidden = set(), 0
        for method, target, an_id in self.targets():
            absent = nothing[an_id[:3]]
            theirs = self.bob.call(method, target.format(an_id))
            none = self.bob.call(method, target.format(absent))
            self.assertEqual(theirs.status, 404, (method, target))
            self.assertEqual(theirs.error["type"], "NotFoundError")
            self.assertEqual(self.seen(theirs, an_id, absent), self.seen(none, an_id, absent),
                             (method, target))
            walked.add((method, target))
            hidden += 1
        self.assertGreaterEqual(len(walked), 14)
        theirs = self.bob.execute("nap", self.project)
        none = self.bob.execute("nap", nothing["prj"])
        self.assertEqual(theirs.status, 404)
        self.assertEqual(self.seen(theirs, self.project), self.seen(none, nothing["prj"]))
        self.nothing_happened()
        self.the_owner_sees_it_all(walked)

    def nothing_happened(self):
        self.assertEqual([self.ann.status(job) for job in (self.ended, self.running, self.waiting)],
                         ["completed", "running", "queued"])
        self.assertEqual(self.ann.get(f"/api/projects/{self.project}").status, 200)
        self.assertEqual(self.bob.get("/api/jobs").json, {"jobs": [], "nextCursor": None})

    def the_owner_sees_it_all(self, walked):
        """Otherwise a route that returns 404 to everybody would pass."""
        self.ann.call("POST", f"/api/jobs/{self.running}/cancel")
        self.server.until(lambda: self.ann.status(self.waiting) == "completed", "all has ended")
        not_about_ended_jobs = {("GET", "/api/queue/status?jobId={}"),
                                ("GET", "/api/stream/{}?after=999999")}
        for method, target in sorted(walked - not_about_ended_jobs, key=lambda m: m[0] == "DELETE"):
            an_id = self.project if "/projects/" in target else self.ended
            # Its tool reports no findings: 409, where others get 404.
            of_no_findings = (409,) if target.endswith("/report") else ()
            self.assertIn(self.ann.call(method, target.format(an_id)).status,
                          (200, 202, 204, *of_no_findings), (method, target))

    def test_an_idempotency_key_belongs_to_its_owner(self):
        named = {"Idempotency-Key": "nightly"}
        jobs = []
        for client in (self.ann, self.bob, self.ann):
            body = {"toolId": "nap", "projectId": client.project(), "stream": True}
            answer = client.call("POST", "/api/execute", body, named)
            jobs.append((answer.status, answer.json.get("jobId")))
        self.assertEqual([status for status, _ in jobs], [202, 202, 422])
        self.assertNotEqual(jobs[0][1], jobs[1][1])
        self.assertEqual(self.bob.get(f"/api/jobs/{jobs[0][1]}").status, 404)

    def test_a_list_has_only_the_callers_own_also_with_anothers_cursor(self):
        mine = self.bob.submit(self.bob.project(), "true")
        page = self.ann.get("/api/jobs?limit=1").json
        self.assertEqual(page["jobs"][0]["jobId"], self.waiting)
        for query in ("", "?cursor=" + page["nextCursor"], "?status=running", "?toolId=shell"):
            ids = {job["jobId"] for job in self.bob.get("/api/jobs" + query).json["jobs"]}
            self.assertLessEqual(ids, {mine}, query)
        self.assertEqual([job["jobId"] for job in self.bob.get("/api/jobs").json["jobs"]], [mine])


if __name__ == "__main__":
    unittest.main()
