"""Later requests of a client about its jobs: the list, and the raw output."""
import unittest

from harness import Server


class HistoryTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(self, hourly_per_client=0, concurrent_per_client=0)

    def page(self, query=""):
        answer = self.server.get("/api/jobs" + query)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def test_jobs_are_listed_newest_first_in_pages(self):
        self.assertEqual(self.page(), {"jobs": [], "nextCursor": None})
        project = self.server.project()
        ids = [self.server.run_shell(f"exit {code}", project)["jobId"] for code in (0, 3, 0, 1, 0)]
        whole = self.page()
        self.assertEqual([job["jobId"] for job in whole["jobs"]], ids[::-1])
        self.assertIsNone(whole["nextCursor"])
        self.assertNotIn("output", whole["jobs"][0])
        seen, query = [], "?limit=2"
        while query:
            page = self.page(query)
            seen += [job["jobId"] for job in page["jobs"]]
            query = page["nextCursor"] and f"?limit=2&cursor={page['nextCursor']}"
        self.assertEqual(seen, ids[::-1])
        failed = self.page("?status=failed&toolId=shell")["jobs"]
        self.assertEqual([job["exitCode"] for job in failed], [1, 3])
        self.assertEqual(self.page("?toolId=nap")["jobs"], [])

    def test_an_invalid_query_is_explained(self):
        for query, field in (("?limit=0", "limit"), ("?limit=201", "limit"), ("?limit=x", "limit"),
                             ("?status=done", "status"), ("?cursor=x", "cursor")):
            answer = self.server.get("/api/jobs" + query)
            self.assertEqual((answer.status, answer.error["details"]["field"]), (400, field), query)

    def test_the_raw_output_is_byte_exact(self):
        job = self.server.run_shell("printf 'a\\377\\r\\nb'; printf c >&2")["jobId"]
        answer = self.server.get(f"/api/jobs/{job}/output")
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "text/plain"))
        self.assertEqual(sorted(answer.body), sorted(b"a\xff\r\nbc"))
        self.assertEqual(self.server.get("/api/jobs/job_none/output").status, 404)


if __name__ == "__main__":
    unittest.main()
