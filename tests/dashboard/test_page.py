"""What the server sends: one page, its files, and the headers that keep strangers out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

import corridors.dashboard as dashboard

STATIC = Path(dashboard.__file__).parent / "static"
TEMPLATES = Path(dashboard.__file__).parent / "templates"


def client(banner: str | None = None, title: str = "Corridors") -> FlaskClient:
    """Return a client of an application that has the dashboard only."""
    app = Flask("page")
    app.register_blueprint(dashboard.blueprint(banner, title))
    return app.test_client()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/static/dashboard/main.js",
        "/static/dashboard/leaflet/leaflet.js",
        "/static/dashboard/icons/3.svg",
        "/static/dashboard/regions/UA.json",
    ],
)
def test_every_answer_carries_the_security_headers(path: str) -> None:
    with client().get(path) as answer:
        assert answer.status_code == 200
        assert {name: answer.headers[name] for name in dashboard.HEADERS} == dashboard.HEADERS


def test_the_policy_allows_nothing_but_our_own_files() -> None:
    directives = dict(part.split(" ", 1) for part in dashboard.CONTENT_SECURITY_POLICY.split("; "))
    assert directives["default-src"] == "'none'"
    for name in ("script-src", "style-src", "img-src", "connect-src"):
        assert directives[name] == "'self'"
    assert "unsafe" not in dashboard.CONTENT_SECURITY_POLICY


def test_the_page_has_no_inline_script_style_or_handler() -> None:
    page = LexborHTMLParser(client("A banner.").get("/").text)
    assert all(script.attributes.get("src") and not script.text().strip() for script in page.css("script"))
    assert not page.css("style, [style], iframe, object, embed, base")
    assert not [name for node in page.css("*") for name in node.attributes if name.startswith("on")]


def test_everything_that_the_page_loads_is_ours_and_there() -> None:
    browser = client()
    page = LexborHTMLParser(browser.get("/").text)
    loaded = [node.attributes["src"] for node in page.css("script")] + [
        node.attributes["href"] for node in page.css("link")
    ]
    assert len(loaded) >= 8
    for address in loaded:
        assert address
        assert address.startswith("/static/dashboard/")
        with browser.get(address) as answer:
            assert answer.status_code == 200


@pytest.mark.parametrize(
    "path", sorted([*STATIC.rglob("*.js"), *STATIC.rglob("*.css"), *TEMPLATES.rglob("*")]), ids=lambda path: path.name
)
def test_no_file_of_ours_names_a_foreign_host(path: Path) -> None:
    if path.is_file():
        foreign = re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}[^\s\"']*", path.read_text(encoding="utf-8"))
        assert set(foreign) <= {"http://www.w3.org/2000/svg"}


def test_every_module_is_imported_by_a_name_that_exists() -> None:
    for module in STATIC.rglob("*.js"):
        for name in re.findall(r'^import .* from "(.+)";$', module.read_text(encoding="utf-8"), re.MULTILINE):
            assert (module.parent / name).is_file(), f"{module.name} imports {name}"


def test_a_banner_and_a_title_are_shown_as_text() -> None:
    page = LexborHTMLParser(client("<b>Not</b> real", "A & <i>B</i>").get("/").text)
    banner, heading = page.css_first(".banner"), page.css_first("h1")
    assert banner is not None
    assert "<b>Not</b> real" in banner.text()
    assert heading is not None
    assert heading.text() == "A & <i>B</i>"
    assert not page.css(".banner b, h1 i")


def test_without_a_banner_there_is_none() -> None:
    assert LexborHTMLParser(client().get("/").text).css_first(".banner") is None


def test_without_script_the_page_says_where_the_data_is() -> None:
    noscript = LexborHTMLParser(client().get("/").text).css_first("noscript")
    assert noscript is not None
    assert "/v1/occurrences" in (noscript.html or "")


def test_below_a_prefix_every_address_has_the_prefix() -> None:
    page = LexborHTMLParser(client().get("/", environ_overrides={"SCRIPT_NAME": "/corridors"}).text)
    body = page.css_first("body")
    assert body is not None
    assert body.attributes["data-root"] == "/corridors"
    assert all((node.attributes["src"] or "").startswith("/corridors/static/") for node in page.css("script"))


@pytest.mark.parametrize(("count", "label"), [(0, "0"), (7, "7"), (99, "99"), (100, "99+"), (5000, "99+")])
def test_the_icon_shows_the_number_of_open_corridors(count: int, label: str) -> None:
    answer = client().get(f"/static/dashboard/icons/{count}.svg")
    assert answer.mimetype == "image/svg+xml"
    assert f">{label}</text>" in answer.text


def test_regions_are_named_by_their_code() -> None:
    assert json.loads(client().get("/static/dashboard/regions/UA.json").text)["UA-32"] == "Kyivska oblast"
    assert json.loads(client().get("/static/dashboard/regions/QQ.json").text) == {}


@pytest.mark.parametrize("name", ["leaflet-src.js", "images", "..%2f__init__.py", "%2e%2e"])
def test_of_leaflet_only_what_is_needed_is_served(name: str) -> None:
    assert client().get(f"/static/dashboard/leaflet/{name}").status_code == 404


def test_no_module_is_longer_than_a_reader_likes() -> None:
    assert {
        path.name: count
        for path in STATIC.rglob("*.js")
        if (count := path.read_text(encoding="utf-8").count("\n")) > 300
    } == {}
