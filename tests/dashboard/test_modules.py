"""The page's pure functions, asked in the browser that runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.dashboard.story import Story
from tests.dashboard.stub import application, served

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """Return one page for all questions."""
    with served(application(Story())) as address, browser.new_context() as context:
        opened = context.new_page()
        opened.goto(address)
        yield opened


@pytest.fixture
def call(page: Page) -> Call:
    """Return a function that calls `name` of a module with arguments that JSON can carry."""

    def asked(module: str, name: str, *arguments: Any) -> Any:
        return page.evaluate(
            "([module, name, args]) => import(`/static/dashboard/${module}.js`).then((found) => found[name](...args))",
            [module, name, list(arguments)],
        )

    return asked


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0, "0 s"),
        (59_999, "59 s"),
        (60_000, "1 min"),
        (3_599_000, "59 min"),
        (7_200_000, "2 h"),
        (200_000_000, "2 days"),
        (-5, "0 s"),
    ],
)
def test_an_age_is_written_in_its_largest_unit(call: Call, milliseconds: int, words: str) -> None:
    assert call("clock", "age", milliseconds) == words


@pytest.mark.parametrize(
    ("instant", "zone", "date", "words"),
    [
        ("2022-03-14T12:05:00Z", "Europe/Kyiv", "2022-03-14", "14:05"),
        ("2022-03-14T22:30:00Z", "Europe/Kyiv", "2022-03-14", "15 Mar, 00:30"),
        ("2022-03-14T12:05:00Z", "Not/AZone", None, "12:05"),
        (None, "Europe/Kyiv", None, "–"),
        ("yesterday", "Europe/Kyiv", None, "–"),
    ],
    ids=[
        "the corridor's own clock",
        "another day is named",
        "an unknown zone falls back to UTC",
        "no instant",
        "no date at all",
    ],
)
def test_instants_are_written_in_the_corridors_zone(
    call: Call, instant: str | None, zone: str, date: str | None, words: str
) -> None:
    assert call("clock", "timeIn", instant, zone, date) == words


@pytest.mark.parametrize(
    ("day", "by", "other"),
    [("2022-03-14", 1, "2022-03-15"), ("2022-03-01", -1, "2022-02-28"), ("2024-02-28", 1, "2024-02-29")],
)
def test_a_day_has_its_neighbours(call: Call, day: str, by: int, other: str) -> None:
    assert call("clock", "shifted", day, by) == other


def test_the_hour_runs_on_between_answers_but_not_for_ever_and_not_when_the_story_has_stopped(page: Page) -> None:
    drift = page.evaluate("""async () => {
        const { DomainClock } = await import('/static/dashboard/clock.js');
        const noon = { now_at: '2022-03-14T12:00:00Z', speed: 1e9 };
        const clock = new DomainClock(1e-3);
        clock.set(noon);
        const running = clock.now() - clock.told;
        clock.set(noon);
        return [running, clock.now() - clock.told];
    }""")
    assert 0 <= drift[0] <= 1e6
    assert drift[1] == 0


def test_pauses_double_up_to_the_longest_and_are_spread(call: Call) -> None:
    assert [call("live", "pause", n, 5000, 60000, 0.5) for n in range(6)] == [5000, 5000, 10000, 20000, 40000, 60000]
    assert call("live", "pause", 3, 5000, 60000, 0) == 15000
    assert call("live", "pause", 3, 5000, 60000, 0.999) < 25000


@pytest.mark.parametrize(
    ("status", "reason", "key"),
    [
        ("open", None, "open"),
        ("closed", "completed", "completed"),
        ("closed", "expired", "expired"),
        ("closed", "violated", "closed"),
        ("suspended", "expired", "suspended"),
        ("constructor", None, "unknown"),
    ],
)
def test_a_look_is_never_more_open_than_the_status(call: Call, status: str, reason: str | None, key: str) -> None:
    assert call("words", "look", {"status": status, "reason": reason})["key"] == key


@pytest.mark.parametrize(
    ("count", "words"), [(None, "–"), (0, "0"), (4000, "4,000")], ids=["nobody said", "none", "thousands"]
)
def test_unknown_is_not_zero(call: Call, count: int | None, words: str) -> None:
    assert call("words", "counted", count) == words


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        ({"route": {"origin": {"name": "Sumy"}, "destination": {"name": "Poltava"}}}, "Sumy → Poltava"),
        ({"route": {"origin": {"name": "Sumy"}, "destination": None}}, "from Sumy"),
        ({"route": {"destination": {"name": "Poltava"}}}, "to Poltava"),
        (
            {"route": {"name": "Salah al-Din road", "destination": {"name": "Wadi Gaza"}}},
            "Salah al-Din road: to Wadi Gaza",
        ),
        ({"route": {"name": None}, "name": {"fr": "Passage d’Adré"}}, "Passage d’Adré"),
        ({"id": "cor_1"}, "cor_1"),
    ],
    ids=["two ends", "a start", "an end", "a road", "a name in another language", "nothing but an id"],
)
def test_a_route_is_named_by_what_is_known(call: Call, summary: dict[str, Any], words: str) -> None:
    assert call("words", "routeText", summary) == words


def route(name: str, *points: tuple[float, float]) -> dict[str, Any]:
    """Return a route as the map's modules take it."""
    return {
        "corridor": name,
        "line": [list(p) for p in points],
        "towns": [{"name": f"{name}{i}", "at": list(p)} for i, p in enumerate(points)],
    }


def test_routes_are_gathered_where_their_towns_are_near(call: Call) -> None:
    near = [
        route("a", (50.5, 30.2), (50.4, 30.3)),
        route("b", (50.6, 30.9), (50.5, 30.8)),
        route("c", (48.9, 38.4), (48.6, 38.0)),
    ]
    groups = call("map/geometry", "clusters", near, 60)
    assert [sorted(each["corridor"] for each in group) for group in groups] == [["a", "b"], ["c"]]


def test_a_day_in_one_place_needs_no_small_map(call: Call) -> None:
    assert (
        call(
            "map/geometry", "crowded", [route("a", (50.5, 30.2), (50.4, 30.3)), route("b", (50.6, 30.9), (50.5, 30.8))]
        )
        == []
    )
    assert call("map/geometry", "crowded", []) == []


def test_there_and_back_bend_apart(call: Call) -> None:
    there = call("map/geometry", "bent", [[47.0, 37.5], [47.9, 35.1]])
    back = call("map/geometry", "bent", [[47.9, 35.1], [47.0, 37.5]])
    assert there[0] == [47.0, 37.5]
    assert there[-1] == pytest.approx([47.9, 35.1])
    middle = len(there) // 2
    assert call("map/geometry", "distanceKm", there[middle], back[middle]) > 10


@pytest.mark.parametrize(
    ("end", "bearing"),
    [([51, 30], 0), ([50, 31], 90), ([49, 30], 180), ([50, 29], -90)],
    ids=["north", "east", "south", "west"],
)
def test_an_arrow_points_the_way_people_go(call: Call, end: list[float], bearing: float) -> None:
    assert call("map/geometry", "along", [[50, 30], end], 0.5)["bearing"] == pytest.approx(bearing, abs=1)


def test_the_more_important_name_takes_the_place(call: Call) -> None:
    frame = {"left": 0, "top": 0, "right": 120, "bottom": 24}
    label = {"x": 50, "y": 12, "width": 40, "height": 20, "gap": 5}
    corners = call(
        "map/labels", "placed", [label | {"priority": 1}, label | {"priority": 2}, label | {"priority": 0}], [], frame
    )
    assert corners == [[5, 2], [55, 2], None]


def test_an_occurrence_without_coordinates_draws_nothing(call: Call) -> None:
    bad = {"type": "LineString", "coordinates": [[None, 1], ["x", 2]]}
    summary = {"route": {"origin": {"name": "X", "lat": None, "lon": None}, "destination": None}, "geometry": bad}
    drawn = call("map/geometry", "routeOf", {"corridor": "c", "corridor_summary": summary})
    assert drawn["line"] is None
    assert drawn["towns"] == []
    assert call("map/geometry", "extent", [drawn]) is None


@pytest.mark.parametrize(
    ("coverage", "tone"),
    [
        ({"sources": 3, "ok": 3, "oldest_ok_at": "2022-03-14T12:00:00Z"}, "good"),
        ({"sources": 3, "ok": 2, "oldest_ok_at": None}, "warn"),
        ({"sources": 3, "ok": 0, "oldest_ok_at": None}, "bad"),
        ({"sources": 0, "ok": 0, "oldest_ok_at": None}, "bad"),
    ],
    ids=["all", "not all", "none", "no source"],
)
def test_how_loud_the_page_is_follows_how_much_can_be_seen(call: Call, coverage: dict[str, Any], tone: str) -> None:
    line = call("sources", "coverageLine", coverage, 1647259260000)
    assert (line["tone"], line["alarm"] is not None) == (tone, tone == "bad")


def test_a_line_over_the_180th_meridian_goes_on_beyond_it(call: Call) -> None:
    assert call("map/basemap", "unwrapped", [[65, 179], [66, -179], [67, 179]]) == [[65, 179], [66, 181], [67, 179]]
