"""Serves the page and the list of teapots."""

import json
import sqlite3
from http.server import BaseHTTPRequestHandler, HTTPServer


class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        rows = sqlite3.connect("shop.db").execute("SELECT name, cents FROM teapots")
        body = json.dumps([{"name": name, "cents": cents} for name, cents in rows]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", 8000), Shop).serve_forever()
