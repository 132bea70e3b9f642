"""What a person at the ops-room page sees, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from tests.dashboard.story import DAY, NOTICE, Story, occurrence, source
from tests.dashboard.stub import BANNER

Open = Callable[..., Page]


def row(page: Page, corridor: str) -> Locator:
    """Return the table's row of `corridor`."""
    return page.locator(f"tr[data-corridor='{corridor}']")


def test_the_day_is_told_in_words_with_official_figures_beside_ours(open_page: Open) -> None:
    page = open_page()
    figures = {
        name: page.locator(f"[data-figure='{name}']").inner_text().split()[0]
        for name in ("official-planned", "official-operated", "ours-planned")
    }
    assert figures == {"official-planned": "10", "official-operated": "7", "ours-planned": "11"}
    expect(page.locator("[data-figure='official-people']")).to_contain_text("about 4,000")
    expect(page.locator("[data-figure='ours-people']")).to_contain_text("2,320")
    expect(page.locator("#figures")).to_contain_text("Ministry of Reintegration")
    expect(page.locator("#day")).to_have_text("Mon 14 March 2022 · today")
    expect(page.locator("#clock")).to_have_text("14:00 Kyiv time")


@pytest.mark.parametrize(
    ("corridor", "words", "shape"),
    [
        ("cor_peremoha-brovary", ["Open", "since 09:12", "700"], "#symbol-open"),
        ("cor_bobryk-brovary", ["Announced", "09:00–21:00", "one-sided"], "#symbol-announced"),
        ("cor_hostomel-bilohorodka", ["Closed", "completed", "2 publishers"], "#symbol-completed"),
        ("cor_rubizhne-bakhmut", ["Closed", "violated", "from 09:00"], "#symbol-closed"),
        ("cor_dmytrivka", ["Closed", "no report", "destination not named"], "#symbol-expired"),
        ("cor_mariupol-zaporizhzhia", ["Unknown", "no fresh report for 24 h"], "#symbol-unknown"),
        (
            "cor_zaporizhzhia-mariupol",
            ["Suspended", "blocked", "sources disagree", "via Berdiansk"],
            "#symbol-suspended",
        ),
    ],
    ids=["open", "announced", "completed", "violated", "expired", "stale and unknown", "suspended"],
)
def test_a_status_has_a_word_and_a_shape_of_its_own(
    open_page: Open, corridor: str, words: list[str], shape: str
) -> None:
    shown = row(open_page(), corridor)
    for word in words:
        expect(shown).to_contain_text(word)
    assert shown.locator(".badge use").get_attribute("href") == shape


def test_rows_stand_under_their_region_with_its_official_figures(open_page: Open) -> None:
    groups = open_page().locator("tr.group")
    expect(groups).to_have_count(4)
    expect(groups.nth(1)).to_contain_text("Kyivska oblast")
    expect(groups.nth(1)).to_contain_text("official 6 planned, 4 operated, 2,028 people")


def test_the_notice_and_the_banner_are_always_there(open_page: Open) -> None:
    page = open_page()
    expect(page.locator("#notice")).to_have_text(NOTICE)
    expect(page.locator(".banner")).to_contain_text(BANNER)
    expect(page.locator("#attribution")).to_contain_text("Natural Earth")


def test_nothing_is_asked_of_a_stranger_and_the_policy_is_never_broken(
    context: BrowserContext, address: str, open_page: Open, troubles: list[str]
) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective}`))"
    )
    page = open_page()
    row(page, "cor_bobryk-brovary").locator("button").click()
    page.locator("#detail h2").wait_for()
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    assert troubles == []


def test_a_change_of_status_flashes_its_row_says_what_it_was_and_reaches_tab_and_screen_reader(
    open_page: Open, story: Story
) -> None:
    page = open_page(held=True)
    expect(page).to_have_title("(3 open) Humanitarian corridors")
    assert page.locator("tr.flash").count() == 0
    story.move("cor_bobryk-brovary", "open", None, "corridor.opened")
    page.clock.run_for(6_000)
    changed = row(page, "cor_bobryk-brovary")
    expect(changed).to_contain_text("was announced")
    expect(changed).to_contain_class("flash")
    assert page.locator("tr.flash").count() == 1
    expect(page).to_have_title("(4 open) Humanitarian corridors")
    assert (page.locator("#icon").get_attribute("href") or "").endswith("/4.svg")
    expect(page.locator("#announcer")).to_have_text("Bobryk → Brovary: Open (was announced)")
    expect(page.locator("#events li").first).to_contain_text("Bobryk → Brovary")


def test_while_nothing_moves_only_the_hour_and_the_feed_are_asked(open_page: Open) -> None:
    page = open_page(held=True)

    def quiet(answer: Response) -> bool:
        return answer.status == 304 and urlsplit(answer.url).path == "/v1/events"

    with page.expect_response(quiet):  # after the first answer for the new cursor
        page.clock.run_for(11_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    with page.expect_response(quiet):
        page.clock.run_for(6_000)
    assert set(asked) == {"/v1/now", "/v1/events"}


def test_a_source_that_goes_blind_shows_without_any_event(open_page: Open, story: Story) -> None:
    page = open_page(held=True)
    expect(page.locator("#coverage")).to_contain_text("3 of 5 sources")
    for one in story.sources:
        one["state"] = "failing"
    page.clock.run_for(6_000)
    expect(page.locator("#alarm")).to_contain_text("No source can be read now")
    expect(page.locator("#coverage")).to_have_attribute("data-tone", "bad")


def test_a_lost_connection_is_loud_and_a_found_one_is_quiet_again(open_page: Open, story: Story) -> None:
    page = open_page(held=True)
    expect(page.locator("#alarm")).to_be_hidden()
    story.broken = True
    page.clock.run_for(26_000)
    expect(page.locator("#connection")).to_contain_text("No connection for")
    expect(page.locator("#alarm")).to_contain_text("What you see was known at 14:00 Kyiv time. Do not rely on it.")
    expect(row(page, "cor_peremoha-brovary")).to_contain_text("Open")
    story.broken = False
    page.clock.run_for(61_000)
    expect(page.locator("#alarm")).to_be_hidden()
    expect(page.locator("#connection")).to_contain_text("Live")


def test_a_click_opens_the_reasons_and_escape_leads_back(open_page: Open) -> None:
    page = open_page()
    route = row(page, "cor_zaporizhzhia-mariupol").locator("button")
    route.click()
    detail = page.locator("#detail")
    for text in (
        "The convoy is held at Berdiansk",
        "The sources contradict each other",
        "partly agreed · Ukraine: proposed, Russia: accepted",
        "09:00 (planned) to 21:00 (planned)",
        "schematic: joins known points, follows no road",
        NOTICE,
    ):
        expect(detail).to_contain_text(text)
    expect(detail.locator(".history li").first).to_contain_text("suspended")
    expect(detail.locator(".source-links a")).to_have_attribute("href", "https://example.org/kyiv/814")
    assert page.url.endswith("#cor_zaporizhzhia-mariupol")
    page.keyboard.press("Escape")
    expect(detail).to_be_hidden()
    expect(route).to_be_focused()


def test_table_and_map_point_at_each_other(open_page: Open) -> None:
    page = open_page()
    row(page, "cor_zaporizhzhia-mariupol").hover()
    expect(page.locator("#map path.line.hovered")).to_have_count(1)
    expect(page.locator("#map path.line.hovered")).to_contain_class("look-suspended")
    page.locator("h1").hover()
    expect(page.locator("#map path.line.hovered")).to_have_count(0)
    line = page.locator("#map path.grip").last
    middle = line.evaluate(
        "(p) => { const m = p.getPointAtLength(p.getTotalLength() * 0.3).matrixTransform(p.getScreenCTM()); return [m.x, m.y]; }"
    )
    page.mouse.move(*middle)
    expect(page.locator("tr.hovered")).to_have_count(1)
    expect(page.locator(".tip")).to_contain_text("Suspended, blocked")
    page.mouse.click(*middle)
    expect(row(page, "cor_zaporizhzhia-mariupol")).to_contain_class("selected")
    expect(page.locator("#detail h2")).to_have_text("Zaporizhzhia → Mariupol")


def test_crowded_areas_get_a_small_map_of_their_own(open_page: Open) -> None:
    page = open_page()
    assert page.locator(".inset h3").all_inner_texts() == ["Kyivska oblast · 6", "Luhanska oblast · 3"]
    names = page.locator(".inset").first.locator(".name span").all_inner_texts()
    assert {"Brovary", "Bilohorodka", "Hostomel"} <= set(names)


def test_names_on_the_map_do_not_lie_on_each_other(open_page: Open) -> None:
    page = open_page()
    for map_ in page.locator(".map").all():
        boxes = [box for name in map_.locator(".name span").all() if (box := name.bounding_box())]
        assert len(boxes) >= 3
        for i, a in enumerate(boxes):
            for b in boxes[i + 1 :]:
                apart_x = a["x"] + a["width"] <= b["x"] + 1 or b["x"] + b["width"] <= a["x"] + 1
                assert apart_x or a["y"] + a["height"] <= b["y"] + 1 or b["y"] + b["height"] <= a["y"] + 1


def test_the_days_before_and_after_can_be_read_and_linked_to(open_page: Open, story: Story) -> None:
    yesterday = occurrence(
        "Bohdanivka", "Brovary", "closed", "completed", date="2022-03-13", id="occ_before", corridor="cor_before"
    )
    story.occurrences.append(yesterday)
    page = open_page()
    page.locator("#day-before").click()
    expect(page.locator("#day")).to_have_text("Sun 13 March 2022 · past day")
    expect(page.locator("tr.row")).to_have_count(1)
    assert page.url.endswith("#2022-03-13")
    again = open_page("/#2022-03-13/cor_before")
    expect(again.locator("#detail h2")).to_have_text("Bohdanivka → Brovary")
    again.locator("#day-today").click()
    expect(again.locator("#day")).to_have_text("Mon 14 March 2022 · today")
    expect(again.locator("tr.row")).to_have_count(11)


def test_midnight_turns_the_page_to_the_new_day(open_page: Open, story: Story) -> None:
    page = open_page(held=True)
    story.today, story.now_at = "2022-03-15", "2022-03-14T22:00:01.000Z"
    page.clock.run_for(6_000)
    expect(page.locator("#day")).to_have_text("Tue 15 March 2022 · today")
    expect(page.locator("#table")).to_contain_text("No corridor is known for this day.")


HOSTILE = "<img src=x onerror=\"document.body.dataset.owned='1'\"><script>document.body.dataset.owned='1'</script>"


def test_whatever_the_api_says_is_text(open_page: Open, story: Story, troubles: list[str]) -> None:
    hostile = occurrence("Bobryk", "Brovary", "open", id="occ_evil", corridor="cor_evil\"'><b>", reason=HOSTILE)
    route = hostile["corridor_summary"]["route"]
    route["origin"] = route["origin"] | {"name": HOSTILE}
    route["destination"] = route["destination"] | {"name": HOSTILE, "adm1": HOSTILE}
    hostile["corridor_summary"]["id"] = hostile["corridor"]
    hostile |= {"why": [{"rule": HOSTILE, "claims": [], "text": HOSTILE}], "modes": [HOSTILE], "zone": HOSTILE}
    hostile["agreement"] = {"roll_up": HOSTILE, "parties": {HOSTILE: HOSTILE}}
    story.occurrences.append(hostile)
    story.record(hostile, "corridor.opened", "announced")
    story.events[-1]["data"]["sources"] = [
        {"id": "x", "name": HOSTILE, "url": "javascript:document.body.dataset.owned=1", "published_at": HOSTILE}
    ]
    story.sources.append(source(HOSTILE, HOSTILE, url="javascript:document.body.dataset.owned=1", detail=HOSTILE))
    page = open_page()
    page.locator("tr.row button", has_text="onerror").click()
    expect(page.locator("#detail .why")).to_contain_text(HOSTILE)
    expect(page.locator("#detail .history")).to_contain_text("onerror")
    assert page.locator("main img, main script, a[href^='javascript']").count() == 0
    assert page.locator("body").get_attribute("data-owned") is None
    assert troubles == []


def test_markup_from_a_string_is_refused_by_the_browser_itself(open_page: Open) -> None:
    page = open_page()
    tried = page.evaluate(
        "() => { try { document.body.innerHTML = '<b>x</b>'; return 'done'; } catch (error) { return error.name; } }"
    )
    assert tried == "TypeError"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_status_words_can_be_read_by_day_and_by_night(browser: Browser, address: str, scheme: Any) -> None:
    with browser.new_context(color_scheme=scheme, viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(address)
        page.locator("tr.row").first.wait_for()
        ratios = page.evaluate(CONTRASTS)
        assert len(ratios) > 30
        assert {text: round(ratio, 2) for text, ratio in ratios if ratio < 4.5} == {}


CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (colour) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const ground = (node) => { for (; node; node = node.parentElement) { const c = rgb(getComputedStyle(node).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255, 255]; };
  const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const nodes = document.querySelectorAll('.badge b, .badge i, .under, .figure p, .event b, .event-more, .event time, .source b, .source-more, .chip, .words p, thead th, .legend b, .foot p, .map-note');
  return [...nodes].map((node) => { const [a, b] = [light(rgb(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x); return [node.textContent, (a + 0.05) / (b + 0.05)]; });
}"""


@pytest.mark.parametrize("width", [360, 390, 768, 1024, 1280, 1920])
def test_no_screen_has_to_be_scrolled_sideways(browser: Browser, address: str, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 844}) as context:
        page = context.new_page()
        page.goto(address)
        page.locator("tr.row").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        row(page, "cor_peremoha-brovary").locator("button").click()
        expect(page.locator("#detail")).to_be_in_viewport()


def test_without_script_the_page_is_a_list_of_links(browser: Browser, address: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        expect(page.locator("noscript a", has_text="corridors of the day")).to_be_visible()
        expect(page.locator("#notice")).to_be_visible()


def test_everything_can_be_reached_by_keyboard(open_page: Open) -> None:
    page = open_page()
    page.locator("#day-after").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('route')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#detail")).to_be_visible()
    expect(page.locator("#detail")).to_be_focused()


def test_the_day_is_the_one_that_the_service_calls_today(open_page: Open) -> None:
    page = open_page()
    assert page.locator("#day").get_attribute("datetime") == DAY
