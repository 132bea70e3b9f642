"""A person who opens /docs sees every address of the API, in a real browser, and nothing leaves the installation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from corridors.app import create_app
from corridors.config import Settings
from corridors.store import Store
from tests.dashboard.stub import served


@pytest.fixture
def installation(embedded: Store, tmp_path: Path) -> Iterator[str]:
    """The address of the whole web process."""
    with served(create_app(Settings(tmp_path, embedded.url), store=embedded)) as url:
        yield url


def test_the_description_is_shown_without_complaint_and_asks_no_stranger(
    context: BrowserContext, installation: str
) -> None:
    troubles: list[str] = []
    asked: set[str] = set()
    page = context.new_page()
    page.on("console", lambda message: troubles.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: asked.add(request.url))
    page.goto(installation + "/docs")
    expect(page.locator(".info .title")).to_contain_text("corridors")
    expect(page.locator("[id^='operations-keys-post']")).to_be_visible()
    operation = page.locator("[id^='operations-now-']").first
    operation.locator("button").first.click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response .response-col_status")).to_contain_text("200")
    assert troubles == []
    assert [url for url in asked if not url.startswith((installation + "/", "data:"))] == []


def test_the_dashboard_leads_to_the_description(context: BrowserContext, installation: str) -> None:
    page = context.new_page()
    page.goto(installation)
    page.get_by_role("link", name="API").click()
    expect(page.locator(".info .title")).to_contain_text("corridors")


def test_the_page_may_load_from_here_alone_and_serves_nothing_else(embedded: Store, tmp_path: Path) -> None:
    client = create_app(Settings(tmp_path, embedded.url), store=embedded).test_client()
    with client.get("/docs") as page:
        policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    with client.get("/docs/swagger-ui-bundle.js") as script:
        assert script.mimetype == "text/javascript"
    for name in ("index.css", "oauth2-redirect.html", "..%2fdocs.py", "nowhere"):
        assert client.get(f"/docs/{name}").status_code == 404
