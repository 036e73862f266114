"""GET /api/quota: what is left, before a run is refused; and the name of a key."""
import datetime
import unittest

from harness import Server
from keys import Client, KeysFile


class QuotaRouteTest(unittest.TestCase):
    def test_it_counts_as_admission_does(self):
        server = Server(self, hourly_per_client=3, concurrent_per_client=2)

        def quota():
            return server.get("/api/quota").json

        self.assertEqual(quota(), {"hourly": {"limit": 3, "remaining": 3, "nextAt": None},
                                   "concurrent": {"limit": 2, "used": 0}})
        project = server.project()
        job = server.execute("shell", project, stream=True,
                             parameters={"script": "sleep 60"}).json["jobId"]
        told = quota()
        self.assertEqual((told["hourly"]["remaining"], told["concurrent"]["used"]), (2, 1))
        after = datetime.datetime.fromisoformat(told["hourly"]["nextAt"].replace("Z", "+00:00"))
        left = after - datetime.datetime.now(datetime.timezone.utc)
        self.assertTrue(3480 < left.total_seconds() <= 3601, left)
        server.call("POST", f"/api/jobs/{job}/cancel")
        server.until(lambda: quota()["concurrent"]["used"] == 0, "the end")
        for _ in range(2):
            server.execute("nap", project)
        self.assertEqual(quota()["hourly"]["remaining"], 0)
        self.assertEqual(server.execute("nap", project).status, 429)

    def test_limits_that_are_off_are_null(self):
        server = Server(self, hourly_per_client=0, concurrent_per_client=0)
        self.assertEqual(server.get("/api/quota").json,
                         {"hourly": {"limit": None, "remaining": None, "nextAt": None},
                          "concurrent": {"limit": None, "used": 0}})

    def test_each_key_has_its_own_and_its_name(self):
        keys = KeysFile(self)
        many = keys.create("many", "--hourly", "1000")
        usual = keys.create("usual")
        server = Server(self, keys_file=keys.path, hourly_per_client=7)
        self.assertEqual(server.get("/api/quota").status, 401)
        for key, name, limit in ((many, "many", 1000), (usual, "usual", 7)):
            client = Client(server, key)
            self.assertEqual(client.get("/api/quota").json["hourly"]["limit"], limit)
            self.assertEqual(client.get("/api/session").json["name"], name)
        self.assertIsNone(server.get("/api/session").json["name"])


if __name__ == "__main__":
    unittest.main()
