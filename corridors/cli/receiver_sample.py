"""A receiver of webhooks, to be copied: run it with SECRET in the environment, on Python alone."""

import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ["SECRET"].removeprefix("whsec_"))
SEEN: set[str] = set()  # ids that were dealt with; keep them where a restart does not lose them
LATEST: dict[str, int] = {}  # the highest revision of each occurrence


class Receiver(BaseHTTPRequestHandler):
    """One delivery."""

    def do_POST(self) -> None:
        """Verify the raw bytes, drop repeats and what is older than what we know, answer before working."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        id_, at = self.headers.get("webhook-id", ""), self.headers.get("webhook-timestamp", "")
        mac = base64.b64encode(hmac.new(KEY, f"{id_}.{at}.".encode() + body, hashlib.sha256).digest()).decode()
        given = self.headers.get("webhook-signature", "").split(" ")  # several while the secret changes; one is enough
        good = any(hmac.compare_digest(f"v1,{mac}".encode(), one.encode()) for one in given)
        good = good and at.isdecimal() and abs(time.time() - int(at)) <= 300
        self.send_response(204 if good else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()
        if good and id_ not in SEEN:
            SEEN.add(id_)
            event = json.loads(body)
            about = event["data"].get("occurrence") or {"id": id_, "revision": 1}
            if about["revision"] > LATEST.get(about["id"], 0):
                LATEST[about["id"]] = about["revision"]
                print(event["type"], about["id"], about["revision"], flush=True)

    def log_message(self, *_: object) -> None:
        """Print nothing beside the events."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Receiver).serve_forever()
