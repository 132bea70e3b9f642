"""A real Chromium in front of a loopback server. Nothing here leaves the machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.dashboard.story import Story
from tests.dashboard.stub import application, served

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# On a busy machine a poll may be under way when a test moves the clock; the next one is five seconds later.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Return Chromium; without it the test is skipped, and fails where a build server must have it.

    Not for the whole session: playwright keeps an event loop running in this thread, which no other test could have.
    """
    executable = Path(os.environ.get("CORRIDORS_CHROMIUM", "/usr/bin/chromium"))
    if not executable.exists():
        message = f"needs Chromium at {executable} (or its path in CORRIDORS_CHROMIUM)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def story() -> Story:
    """Return the day that the stub serves; a test moves it."""
    return Story()


@pytest.fixture
def address(story: Story) -> Iterator[str]:
    """Return where the page is served."""
    with served(application(story)) as url:
        yield url


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a desk's browser by day."""
    with browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light") as desk:
        yield desk


@pytest.fixture
def troubles() -> list[str]:
    """Collect what the browser complained about."""
    return []


@pytest.fixture
def open_page(context: BrowserContext, address: str, troubles: list[str]) -> Callable[..., Page]:
    """Return a function that opens the page and waits until the day is shown.

    held: the page's timers stand still until the test moves them (`page.clock`).
    """

    def opened(path: str = "/", *, held: bool = False) -> Page:
        page = context.new_page()
        page.on(
            "console", lambda message: troubles.append(message.text) if message.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: troubles.append(str(error)))
        if held:
            page.clock.install()
        page.goto(address + path)
        page.locator(".figure-set").wait_for()
        page.locator("#map path.ground-land").first.wait_for(state="attached")
        return page

    return opened
