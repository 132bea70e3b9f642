"""The ops-room page: which corridors are announced, open or shut today, on a map and in a table.

A client of the API like any other: the server sends one page, its style, its ES modules and the basemap; the browser
reads `/v1` and nothing else. Knows no store, no model and no status rule. Start at `blueprint`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pycountry
from flask import Blueprint, Response, jsonify, render_template, send_from_directory
from xstatic.pkg import leaflet

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        # Whatever comes from the API is hostile text: with this no script can turn a string into markup
        # (static/trusted.js lets pass the one constant that Leaflet needs).
        "require-trusted-types-for 'script'",
        "trusted-types default",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

_HERE = Path(__file__).parent
_LEAFLET_FILES = frozenset({"leaflet.js", "leaflet.css"})
_MOST_ON_ICON = 99


def blueprint(banner: str | None = None, title: str = "Humanitarian corridors") -> Blueprint:
    """Return the page at `/` and its files under `/static/dashboard/`, each answer with the security headers.

    banner: one sentence that stays above the page (a demo says that its posts are reconstructions); None = no banner.
    title: what this installation calls itself; plain text, shown in the header and in the browser's tab.
    """
    page = Blueprint(
        "dashboard",
        __name__,
        template_folder=str(_HERE / "templates"),
        static_folder=str(_HERE / "static"),
        static_url_path="/static/dashboard",
    )

    @page.get("/")
    def show() -> str:
        return render_template("dashboard/page.html", banner=banner, title=title)

    page.add_url_rule("/static/dashboard/leaflet/<name>", view_func=leaflet_file)
    page.add_url_rule("/static/dashboard/icons/<int:open_corridors>.svg", view_func=icon)
    page.add_url_rule("/static/dashboard/regions/<country>.json", view_func=regions)
    page.after_request(_secure)
    return page


def leaflet_file(name: str) -> Response:
    """Return Leaflet's script or style from the installed package; its other files are not needed and not served."""
    if name not in _LEAFLET_FILES:
        return Response("Not found\n", 404, mimetype="text/plain")
    return send_from_directory(leaflet.BASE_DIR, name)


def icon(open_corridors: int) -> Response:
    """Return the tab's icon with the number of open corridors; from 100 on it says "99+"."""
    label = str(open_corridors) if open_corridors <= _MOST_ON_ICON else f"{_MOST_ON_ICON}+"
    answer = Response(
        render_template("dashboard/icon.svg", label=label, any_open=open_corridors > 0), mimetype="image/svg+xml"
    )
    answer.cache_control.max_age = 86_400
    return answer


def regions(country: str) -> Response:
    """Return {ISO 3166-2 code: name} of `country` (alpha-2), empty where the code is not one."""
    found: list[Any] = pycountry.subdivisions.get(country_code=country.upper()) or []  # type: ignore[no-untyped-call]
    answer = jsonify({region.code: region.name for region in found})
    answer.cache_control.max_age = 86_400
    return answer


def _secure(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
