"""Webhooks: subscriptions, deliveries, and receivers that misbehave."""
import os
import time
import unittest

from harness import Server, TempDir, glovebox
from keys import KeysFile
from webhook_receiver import Authority, Dns, Receiver, Verifier, raw, reset, slow

LOOPBACK = {"allow_networks": "127.0.0.0/8"}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class WebhookCase(unittest.TestCase):
    def serve(self, **settings):
        self.server = Server(self, **{**LOOPBACK, "hourly_per_client": 0, **settings})
        return self.server

    def subscribe(self, receiver, *events, **options):
        url = receiver if isinstance(receiver, str) else receiver.url()
        body = {"url": url, "events": list(events)} if events else {"url": url}
        answer = self.server.call("POST", "/api/webhooks", body, **options)
        self.assertEqual(answer.status, 201, answer.body)
        return answer.json

    def deliveries(self, webhook):
        return self.server.get(f"/api/webhooks/{webhook['webhookId']}/deliveries").json["deliveries"]

    def attempted(self, webhook):
        """The only delivery, once an attempt was recorded."""
        self.server.until(lambda: any(each["attempts"] > 0 for each in self.deliveries(webhook)),
                          "an attempt")
        return self.deliveries(webhook)[0]

    def attempt_with(self, *answers, **options):
        """One job's delivery to a receiver that answers so."""
        receiver = Receiver(self, *answers, **options)
        webhook = self.subscribe(receiver, "job.completed")
        self.server.run_shell("true")
        return receiver, webhook, self.attempted(webhook)


class SubscriptionTest(WebhookCase):
    def test_the_end_of_a_job_is_told_and_verified_by_npm(self):
        verifier = Verifier(self)
        self.serve()
        receiver = Receiver(self)
        webhook = self.subscribe(receiver, "job.completed")
        job = self.server.run_shell("exit 7")
        told = receiver.wait_for(1)[0]
        self.assertEqual(told.headers["content-type"], "application/json")
        self.assertEqual(told.json["type"], "job.completed")
        data = told.json["data"]
        self.assertEqual((data["jobId"], data["status"], data["exitCode"]),
                         (job["jobId"], "failed", 7))
        self.assertEqual(data["links"]["self"], f"/api/jobs/{job['jobId']}")
        self.assertNotIn("output", data)
        verifier.verify(webhook["secret"], [told])
        self.assertNotEqual(verifier.run(SECRET, [told]).returncode, 0)
        self.server.until(lambda: self.deliveries(webhook)[0]["status"] == "delivered", "its record")
        delivery = self.deliveries(webhook)[0]
        self.assertEqual((delivery["deliveryId"], delivery["lastStatus"]), (told.id, 204))

    def test_a_checkup_is_told_once_after_its_jobs(self):
        self.serve()
        receiver = Receiver(self)
        self.subscribe(receiver)
        answer = self.server.call("POST", "/api/checkups",
                                  {"projectId": self.server.project(), "toolIds": ["linter", "nap"]})
        self.assertEqual(answer.status, 202, answer.body)
        told = receiver.wait_for(3)
        types = sorted(each.json["type"] for each in told)
        self.assertEqual(types, ["checkup.completed", "job.completed", "job.completed"])
        data = next(each.json["data"] for each in told if each.json["type"] == "checkup.completed")
        self.assertEqual(data["checkupId"], answer.json["checkupId"])
        self.assertEqual((data["status"], data["verdict"], len(data["jobIds"])),
                         ("completed", "clean", 2))

    def test_a_request_names_its_own_url(self):
        verifier = Verifier(self)
        secrets = TempDir(self).write("secrets", SECRET + "\n")
        self.serve(secret_file=secrets)
        receiver = Receiver(self)
        job = self.server.run_shell("true", webhook={"url": receiver.url(path="/mine")})
        told = receiver.wait_for(1)[0]
        self.assertEqual((told.path, told.json["data"]["jobId"]), ("/mine", job["jobId"]))
        verifier.verify(SECRET, [told])
        checkup = self.server.call("POST", "/api/checkups", {
            "projectId": self.server.project(), "toolIds": ["linter"],
            "webhook": {"url": receiver.url()}}).json
        told = receiver.wait_for(2)[1]
        self.assertEqual(told.json["data"]["checkupId"], checkup["checkupId"])

    def test_a_request_cannot_name_a_url_without_a_secret_or_a_bad_one(self):
        self.serve()
        body = {"toolId": "nap", "projectId": self.server.project()}
        for webhook in ({"url": "https://example.com/"}, {}, {"url": 1}, {"uri": "x"}):
            answer = self.server.call("POST", "/api/execute", {**body, "webhook": webhook})
            self.assertEqual(answer.status, 400, answer.body)
        self.server.kill()
        self.serve(secret_file=TempDir(self).write("secrets", SECRET))
        for url in ("ftp://example.com/", "https://user@example.com/", "nonsense"):
            answer = self.server.call("POST", "/api/execute", {**body, "webhook": {"url": url}})
            self.assertEqual((answer.status, answer.error["details"]["field"]),
                             (400, "webhook.url"))

    def test_two_signatures_while_the_secret_is_rotated(self):
        verifier = Verifier(self)
        self.serve()
        receiver = Receiver(self)
        webhook = self.subscribe(receiver)
        rotated = self.server.call("POST", f"/api/webhooks/{webhook['webhookId']}/rotate")
        self.assertNotEqual(rotated.json["secret"], webhook["secret"])
        self.server.run_shell("true")
        told = receiver.wait_for(1)[0]
        self.assertEqual(len(told.headers["webhook-signature"].split()), 2)
        verifier.verify(webhook["secret"], [told])
        verifier.verify(rotated.json["secret"], [told])

    def test_the_secret_is_shown_once(self):
        self.serve()
        webhook = self.subscribe("https://example.com/hook")
        self.assertTrue(webhook["secret"].startswith("whsec_"))
        listed = self.server.get("/api/webhooks")
        self.assertNotIn(b"whsec_", listed.body)
        self.assertEqual([each["webhookId"] for each in listed.json["webhooks"]],
                         [webhook["webhookId"]])
        one = self.server.get(f"/api/webhooks/{webhook['webhookId']}")
        self.assertEqual((one.json["url"], one.json["events"]),
                         ("https://example.com/hook", ["job.completed", "checkup.completed"]))

    def test_a_key_owns_its_webhooks(self):
        keys = KeysFile(self)
        ann, bob = ({"Authorization": f"Bearer {keys.create(name)}"} for name in ("ann", "bob"))
        self.serve(keys_file=keys.path)
        webhook = self.subscribe("https://example.com/hook", headers=ann)
        path = f"/api/webhooks/{webhook['webhookId']}"
        for method, target in (("GET", path), ("DELETE", path), ("POST", path + "/test"),
                               ("POST", path + "/rotate"), ("POST", path + "/enable"),
                               ("GET", path + "/deliveries"),
                               ("POST", path + "/deliveries/msg_x/redeliver")):
            self.assertEqual(self.server.call(method, target, headers=bob).status, 404, target)
        self.assertEqual(self.server.get("/api/webhooks", headers=bob).json, {"webhooks": []})
        self.assertEqual(self.server.get("/api/webhooks").status, 401)
        self.assertEqual(self.server.call("DELETE", path, headers=ann).status, 204)
        self.assertEqual(self.server.call("DELETE", path, headers=ann).status, 404)

    def test_their_number_is_bounded_and_requests_are_checked(self):
        self.serve(webhooks_per_client=2)
        for body in ({}, {"url": ""}, {"url": "mailto:me"}, {"url": "https://a/#x"},
                     {"url": "https://a/", "events": []},
                     {"url": "https://a/", "events": ["webhook.test"]},
                     {"url": "https://a/", "more": 1}):
            self.assertEqual(self.server.call("POST", "/api/webhooks", body).status, 400, body)
        self.subscribe("https://example.com/1")
        self.subscribe("https://example.com/2")
        answer = self.server.call("POST", "/api/webhooks", {"url": "https://example.com/3"})
        self.assertEqual(answer.status, 409)
        self.assertIn("the limit is 2", answer.error["message"])

    def test_a_test_and_a_redelivery(self):
        self.serve()
        receiver = Receiver(self, 500, 204)
        webhook = self.subscribe(receiver)
        path = f"/api/webhooks/{webhook['webhookId']}"
        sent = self.server.call("POST", path + "/test")
        self.assertEqual((sent.status, sent.json["event"]), (202, "webhook.test"))
        failed = self.attempted(webhook)
        self.assertEqual((failed["status"], failed["lastStatus"], failed["nextAttemptAt"]),
                         ("failed", 500, None))
        again = self.server.call("POST", f"{path}/deliveries/{failed['deliveryId']}/redeliver")
        self.assertEqual((again.status, again.json["status"]), (202, "pending"))
        first, second = receiver.wait_for(2)
        self.assertEqual((first.id, first.body), (second.id, second.body))
        self.assertEqual(self.server.call("POST", f"{path}/deliveries/msg_x/redeliver").status, 404)


class ReceiverTest(WebhookCase):
    def setUp(self):
        self.serve()

    def test_a_failed_attempt_is_repeated_with_the_same_id(self):
        receiver, webhook, delivery = self.attempt_with(500, 204)
        self.assertEqual((delivery["status"], delivery["lastStatus"]), ("pending", 500))
        first, second = receiver.wait_for(2)
        self.assertEqual((first.id, first.body), (second.id, second.body))
        self.assertGreater(second.at - first.at, 4)
        self.server.until(lambda: self.deliveries(webhook)[0]["status"] == "delivered", "its record")

    def test_a_redirect_is_not_followed(self):
        target = Receiver(self)
        for status in (301, 302, 307, 308):
            _, _, delivery = self.attempt_with((status, {"Location": target.url()}))
            self.assertEqual((delivery["status"], delivery["lastStatus"]), ("pending", status))
        self.assertEqual(target.received, [])

    def test_a_slow_receiver_fails_after_15_s_and_delays_nobody(self):
        slow_one = Receiver(self, slow(20))
        webhook = self.subscribe(slow_one, "job.completed")
        quick = Receiver(self)
        self.subscribe(quick, "job.completed")
        self.server.run_shell("true")
        slow_one.wait_for(1)
        begin = time.monotonic()
        self.server.run_shell("true")
        quick.wait_for(2)
        self.assertLess(time.monotonic() - begin, 10)
        delivery = self.attempted(webhook)
        failed = next(each for each in self.deliveries(webhook) if each["attempts"])
        self.assertIn("did not answer within", failed["lastError"], delivery)
        self.assertGreater(time.monotonic() - slow_one.received[0].at, 14)

    def test_a_reset_and_lies_about_the_length_fail(self):
        for answer in (reset, raw(b""), raw(b"nonsense\r\n\r\n"),
                       raw(b"HTTP/1.1 000 nothing\r\n\r\n"),
                       raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"),
                       raw(b"HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\n"),
                       raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")):
            _, _, delivery = self.attempt_with(answer)
            self.assertEqual(delivery["status"], "pending", delivery)
            self.assertIsNone(delivery["lastStatus"])
            self.assertTrue(delivery["lastError"])

    def test_a_long_answer_is_read_up_to_its_bound(self):
        body = b"x" * (4 << 20)
        _, _, delivery = self.attempt_with(raw(
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body))
        self.assertEqual((delivery["status"], delivery["lastStatus"]), ("delivered", 200))

    def test_gone_disables_it_until_it_is_enabled(self):
        receiver, webhook, delivery = self.attempt_with(410)
        path = f"/api/webhooks/{webhook['webhookId']}"
        self.assertEqual(delivery["status"], "failed")
        now = self.server.get(path).json
        self.assertEqual(now["status"], "disabled")
        self.assertIn("410", now["disabledReason"])
        self.server.run_shell("true")
        self.assertEqual(len(self.deliveries(webhook)), 1)
        self.assertEqual(self.server.call("POST", path + "/test").status, 409)
        self.assertEqual(self.server.call("POST", path + "/enable").json["status"], "active")
        self.server.run_shell("true")
        receiver.wait_for(2)

    def test_retry_after_is_heeded(self):
        receiver, webhook, delivery = self.attempt_with((429, {"Retry-After": "9"}), 204)
        self.assertEqual(delivery["lastStatus"], 429)
        first, second = receiver.wait_for(2)
        self.assertGreaterEqual(second.at - first.at, 8.9)


class NetworkTest(WebhookCase):
    """What a URL may lead to."""

    def told_error(self, url):
        webhook = self.subscribe(url, "job.completed")
        self.server.run_shell("true")
        delivery = self.attempted(webhook)
        self.assertEqual(delivery["status"], "pending")
        self.server.call("DELETE", f"/api/webhooks/{webhook['webhookId']}")
        return delivery["lastError"]

    def test_no_way_to_write_loopback_leads_there(self):
        self.serve(allow_networks="10.0.0.0/8")
        receiver = Receiver(self)
        for host in ("127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "0.0.0.0",
                     "[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "169.254.169.254"):
            error = self.told_error(receiver.url(host=host))
            self.assertIn("only public addresses", error, host)
        self.assertEqual(receiver.received, [])
        self.assertIn("only https", self.told_error("http://8.8.8.8/"))

    def test_a_name_that_is_rebound_to_loopback_leads_nowhere(self):
        dns = Dns(self, ["198.51.101.1"], ["127.0.0.1"])
        self.serve(allow_networks="10.0.0.0/8", dns_server=dns.address)
        receiver = Receiver(self)
        # Public: refused for http alone. Asked once for each attempt, and checked each time.
        url = receiver.url(host="rebound.test.")
        self.assertIn("only https is permitted", self.told_error(url))
        self.assertEqual(len(dns.asked), 1)
        self.assertIn("127.0.0.1 (loopback)", self.told_error(url))
        self.assertEqual((len(dns.asked), receiver.received), (2, []))

    def test_the_connection_goes_to_the_address_that_was_checked(self):
        dns = Dns(self, ["127.0.0.1"], ["203.0.113.9"])
        self.serve(dns_server=dns.address)
        receiver = Receiver(self)
        webhook = self.subscribe(receiver.url(host="pinned.test."), "job.completed")
        self.server.run_shell("true")
        told = receiver.wait_for(1)[0]
        self.assertEqual(told.headers["host"], f"pinned.test.:{receiver.port}")
        self.assertEqual(self.attempted(webhook)["lastStatus"], 204)
        self.assertEqual(len(dns.asked), 1)  # a second look-up would have led elsewhere

    def test_one_forbidden_address_among_public_ones_is_enough(self):
        dns = Dns(self, ["8.8.8.8", "10.1.2.3"])
        self.serve(dns_server=dns.address)
        self.assertIn("10.1.2.3 (private)", self.told_error("https://mixed.test./"))

    def test_tls_is_verified_with_the_operators_authority(self):
        authority, stranger = Authority(self), Authority(self)
        dns = Dns(self, ["127.0.0.1"])
        self.serve(dns_server=dns.address, ca_file=authority.certificate)
        receiver = Receiver(self, authority=authority)
        self.subscribe(receiver.url(host="hooks.test"), "job.completed")
        self.server.run_shell("true")
        self.assertEqual(receiver.wait_for(1)[0].json["type"], "job.completed")
        foreign = Receiver(self, authority=stranger)
        for url in (foreign.url(host="hooks.test"), receiver.url(host="other.test"),
                    receiver.url(host="127.0.0.1")):
            self.assertRegex(self.told_error(url), "(?i)certificate|SSL", url)
        self.assertEqual(foreign.received, [])

    def test_no_proxy_of_the_environment_is_used(self):
        proxy, receiver = Receiver(self), Receiver(self)
        for name in ("http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
            self.addCleanup(os.environ.pop, name, None)
            os.environ[name] = f"http://127.0.0.1:{proxy.port}"
        self.serve()
        self.subscribe(receiver)
        self.server.run_shell("true")
        receiver.wait_for(1)
        self.assertEqual(proxy.received, [])

    def test_a_bad_setting_is_named_at_the_start(self):
        for flag, value in (("--allow-networks", "10.0.0.1/8"), ("--dns-server", "not an address"),
                            ("--ca-file", "/dev/null"), ("--secret-file", "/dev/null")):
            data = TempDir(self).path / "data"
            done = glovebox("serve", "--listen", "127.0.0.1:0", "--data-dir", data, flag, value)
            self.assertEqual(done.returncode, 1, flag)
            self.assertIn(flag.removeprefix("--").replace("-", "_").encode(), done.stderr)


if __name__ == "__main__":
    unittest.main()
