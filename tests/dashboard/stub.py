"""A loopback server with the real page and a stub of the API behind it, so that a test can move the story."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

from corridors.dashboard import blueprint
from tests.dashboard.story import ATTRIBUTION, NOTICE, Story

BANNER = "This is a demonstration: its posts are reconstructions of 13–15 March 2022, written for it."


def application(story: Story, banner: str | None = BANNER) -> Flask:
    """Return a Flask application with the dashboard at `/` and `story` at `/v1`."""
    app = Flask("stub")
    app.register_blueprint(blueprint(banner, "Humanitarian corridors"))

    @app.before_request
    def refuse() -> Response | None:
        down = story.broken and request.path.startswith("/v1/")
        return Response("down for a test", 503) if down else None

    @app.get("/v1/now")
    def now() -> Response:
        today = [{"country": "UA", "date": story.today, "zone": "Europe/Kyiv"}]
        return _answer({"now_at": story.now_at, "real_at": story.now_at, "today": today, "speed": story.speed})

    @app.get("/v1/occurrences")
    def occurrences() -> Response:
        return _list(story, [o for o in story.occurrences if o["date"] == request.args["date"]])

    @app.get("/v1/tallies")
    def tallies() -> Response:
        return _list(story, [t for t in story.tallies if t["date"] == request.args["date"]])

    @app.get("/v1/sources")
    def sources() -> Response:
        return _list(story, story.sources)

    @app.get("/v1/events")
    def events() -> Response:
        if latest := request.args.get("latest", type=int):
            found = story.events[-latest:]
        else:
            found = [e for e in story.events if e["cursor"] > request.args.get("after", "")]
        found = found[: request.args.get("limit", 1000, type=int)]
        return _list(story, found, found[-1]["cursor"] if found else request.args.get("after"))

    @app.get("/v1/corridors/<corridor>/events")
    def corridor_events(corridor: str) -> Response:
        return _list(story, [e for e in story.events if e["data"]["corridor"]["id"] == corridor])

    return app


def _list(story: Story, data: list[Any], following: str | None = None) -> Response:
    return _answer(
        {"data": data, "next": following, "coverage": story.coverage(), "notice": NOTICE, "attribution": ATTRIBUTION}
    )


def _answer(body: Any) -> Response:
    content = json.dumps(body)
    response = Response(content, mimetype="application/json")
    response.set_etag(hashlib.sha256(content.encode()).hexdigest()[:20])
    response.make_conditional(request)
    return response


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the log would only hide what a failing test prints."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve `app` on a free loopback port; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
