"""14 March 2022 as the API would tell it: realistic bodies for the page under test, in the shapes of version 1.

The day's facts are public; the sentences are written for these tests. Start at `Story`.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]

DAY = "2022-03-14"
ZONE = "Europe/Kyiv"
NOTICE = "Information only. It permits nothing, orders nothing, and is no guarantee that any road is safe."
ATTRIBUTION = ["Place names: GeoNames, CC BY 4.0"]

# English name → (ISO 3166-2, latitude, longitude).
PLACES = {
    "Bohdanivka": ("UA-32", 50.637, 30.916),
    "Peremoha": ("UA-32", 50.666, 31.032),
    "Bobryk": ("UA-32", 50.722, 31.217),
    "Brovary": ("UA-32", 50.511, 30.790),
    "Hostomel": ("UA-32", 50.568, 30.265),
    "Nemishaieve": ("UA-32", 50.562, 30.093),
    "Vorzel": ("UA-32", 50.545, 30.152),
    "Dmytrivka": ("UA-32", 50.423, 30.207),
    "Bilohorodka": ("UA-32", 50.388, 30.227),
    "Sievierodonetsk": ("UA-09", 48.948, 38.493),
    "Lysychansk": ("UA-09", 48.904, 38.442),
    "Rubizhne": ("UA-09", 49.012, 38.379),
    "Bakhmut": ("UA-14", 48.595, 38.000),
    "Mariupol": ("UA-14", 47.095, 37.541),
    "Berdiansk": ("UA-23", 46.756, 36.788),
    "Zaporizhzhia": ("UA-23", 47.852, 35.117),
}


def place(name: str) -> Json:
    """Return a place of a route."""
    adm1, lat, lon = PLACES[name]
    return {"name": name, "type": "settlement", "geonames": None, "adm1": adm1, "lat": lat, "lon": lon}


def occurrence(
    origin: str | None,
    destination: str | None,
    status: str,
    reason: str | None = None,
    *,
    via: tuple[str, ...] = (),
    **other: Any,
) -> Json:
    """Return an occurrence on `DAY` with its corridor's summary; `other` replaces fields."""
    slug = "-".join(name.lower() for name in (origin, destination) if name)
    ends = [place(name) for name in (origin, *via, destination) if name]
    line = [[end["lon"], end["lat"]] for end in ends]
    words = f"{origin or '?'} → {destination or '?'}"
    return {
        "id": f"occ_{slug}",
        "corridor": f"cor_{slug}",
        "date": DAY,
        "zone": ZONE,
        "revision": 1,
        "status": status,
        "reason": reason,
        "basis": "reported",
        "since_at": "2022-03-14T07:12:00.000Z",
        "stale": False,
        "operated": status == "open" or reason == "completed",
        "windows": [{"start": "09:00", "end": "21:00", "start_verified": status == "open", "end_verified": False}],
        "modes": ["bus"],
        "purpose": ["evacuation"],
        "people": None,
        "agreement": {"roll_up": "unilateral", "parties": {"UA": "proposed", "RU": "unknown"}},
        "conflict": False,
        "credibility": 2,
        "publishers": 1,
        "sensitivity": "low_or_none",
        "withheld": False,
        "why": [
            {
                "rule": "reported",
                "claims": [f"clm_{slug}"],
                "text": f"{words} is {status} because an official source says so.",
            }
        ],
        "claims": 2,
        "updated_at": "2022-03-14T11:40:00.000Z",
        "corridor_summary": {
            "id": f"cor_{slug}",
            "slug": slug,
            "name": {"en": words},
            "country": "UA",
            "route": {
                "name": None,
                "direction": None,
                "country": "UA",
                "origin": place(origin) if origin else None,
                "via": [place(name) for name in via],
                "destination": place(destination) if destination else None,
            },
            "geometry": {"type": "LineString", "coordinates": line} if len(line) > 1 else None,
            "geometry_precision": "schematic" if len(line) > 1 else "unknown",
        },
    } | other


def the_day() -> list[Json]:
    """Return the ten announced routes, and the aid convoy, in the early afternoon."""
    return [
        occurrence("Bohdanivka", "Brovary", "announced"),
        occurrence("Peremoha", "Brovary", "open", people=700, publishers=2, credibility=1),
        occurrence("Bobryk", "Brovary", "announced"),
        occurrence("Hostomel", "Bilohorodka", "closed", "completed", people=400, publishers=2, credibility=1),
        occurrence("Nemishaieve", "Bilohorodka", "open", via=("Vorzel",), people=620, modes=["bus", "private_car"]),
        occurrence("Dmytrivka", None, "closed", "expired", basis="expired", credibility=3, windows=[]),
        occurrence("Sievierodonetsk", "Bakhmut", "open", people=600),
        occurrence("Lysychansk", "Bakhmut", "announced"),
        occurrence(
            "Rubizhne",
            "Bakhmut",
            "closed",
            "violated",
            windows=[{"start": "09:00", "end": None, "start_verified": False, "end_verified": False}],
        ),
        occurrence(
            "Mariupol",
            "Zaporizhzhia",
            "unknown",
            stale=True,
            agreement={"roll_up": "unknown", "parties": {}},
            windows=[],
            modes=["private_car"],
        ),
        occurrence(
            "Zaporizhzhia",
            "Mariupol",
            "suspended",
            "blocked",
            via=("Berdiansk",),
            purpose=["aid_delivery"],
            modes=["truck", "bus"],
            conflict=True,
            agreement={"roll_up": "partly_agreed", "parties": {"UA": "proposed", "RU": "accepted"}},
            why=[
                {
                    "rule": "closing_wins",
                    "claims": ["clm_1"],
                    "text": "The convoy is held at Berdiansk; a stop counts at once, whoever reports it.",
                },
                {
                    "rule": "safer_of_two",
                    "claims": ["clm_1", "clm_2"],
                    "text": "The parties contradict each other, so the safer status is shown.",
                },
            ],
        ),
    ]


def source(name: str, state: str = "ok", *, seconds: int = 40, **other: Any) -> Json:
    """Return a source that was last read well `seconds` before 12:00 UTC of `DAY`."""
    read = datetime(2022, 3, 14, 12, tzinfo=UTC) - timedelta(seconds=seconds)
    return {
        "id": name.lower().replace(" ", "-"),
        "name": name,
        "publisher": name,
        "party": "UA",
        "authority": "official",
        "reliability": "b",
        "state": state,
        "last_ok_at": instant(read),
        "last_poll_at": instant(read),
        "outcome": "ok",
        "detail": None,
        "url": f"https://example.org/{name.lower().replace(' ', '-')}",
    } | other


def instant(at: datetime) -> str:
    """Write an instant as the API does."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Story:
    """What the stub serves, and the ways in which a test moves it. Every move is an event, as in the real service."""

    occurrences: list[Json] = field(default_factory=the_day)
    sources: list[Json] = field(
        default_factory=lambda: [
            source("Ministry of Reintegration", authority="primary"),
            source("Kyiv Oblast Administration", seconds=75),
            source("Luhansk Oblast Administration", seconds=210),
            source(
                "Red Cross field notes",
                "late",
                seconds=2_400,
                party=None,
                authority="ngo",
                detail="expected every 15 min",
            ),
            source("Mariupol City Council", "silent", seconds=95_000, detail="no new post for 26 h"),
        ]
    )
    tallies: list[Json] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)
    now_at: str = "2022-03-14T12:00:00.000Z"
    speed: float = 1
    today: str = DAY
    broken: bool = False

    def __post_init__(self) -> None:
        """Fill in figures and the morning's events."""
        if not self.tallies:
            self.tallies = [
                tally(None, 10, 7, 4000, ours=(11, 4, 2320)),
                tally("UA-32", 6, 4, 2028),
                tally("UA-09", 3, 3, 1780),
            ]
        for one in self.occurrences:
            before = copy.deepcopy(one) | {
                "status": "announced",
                "reason": None,
                "updated_at": "2022-03-14T06:40:00.000Z",
            }
            self.record(before, "corridor.announced", None)
        words = {"open": "opened", "suspended": "suspended", "closed": "closed", "unknown": "stale"}
        for minute, one in enumerate(o for o in self.occurrences if o["status"] in words):
            moved = one | {"updated_at": f"2022-03-14T{7 + minute // 2:02d}:{12 + minute}:00.000Z"}
            self.record(moved, f"corridor.{words[one['status']]}", "announced")

    def move(self, corridor: str, status: str, reason: str | None, event: str) -> None:
        """Give an occurrence another status."""
        one = next(o for o in self.occurrences if o["corridor"] == corridor)
        before = one["status"]
        one.update(
            status=status, reason=reason, revision=one["revision"] + 1, updated_at=self.now_at, since_at=self.now_at
        )
        self.record(one, event, before)

    def record(self, one: Json, kind: str, previous: str | None) -> None:
        """Append an event about an occurrence."""
        number = len(self.events) + 1
        body = copy.deepcopy({key: value for key, value in one.items() if key != "corridor_summary"})
        self.events.append(
            {
                "id": f"evt_{number:06d}",
                "type": kind,
                "timestamp": self.now_at,
                "cursor": f"{number:012d}",
                "data_version": 1,
                "historic": False,
                "data": {
                    "occurrence": body,
                    "corridor": {
                        key: one["corridor_summary"][key] for key in ("id", "slug", "name", "country", "route")
                    },
                    "previous": {"status": previous, "revision": 1} if previous else None,
                    "changed": [],
                    "sources": [
                        {
                            "id": "kyiv-oblast-administration",
                            "name": "Kyiv Oblast Administration",
                            "url": "https://example.org/kyiv/814",
                            "published_at": "2022-03-14T06:31:00.000Z",
                        }
                    ],
                    "links": {},
                },
                "notice": NOTICE,
            }
        )

    def coverage(self) -> Json:
        """Return how much can be seen."""
        count = {state: sum(s["state"] == state for s in self.sources) for state in ("ok", "late", "failing", "silent")}
        return {
            "sources": len(self.sources),
            **count,
            "oldest_ok_at": min((s["last_ok_at"] for s in self.sources), default=None),
        }


def tally(
    region: str | None, planned: int, operated: int, people: int, ours: tuple[int, int, int] = (6, 4, 1820)
) -> Json:
    """Return a tally of Ukraine on `DAY`."""
    official = {"planned": planned, "operated": operated, "people": people, "approximate": region is None}
    provenance = {"source": "ministry-of-reintegration", "others": [{"planned": 9}] if region is None else []}
    ledger = dict(zip(("routes_planned", "routes_operated", "people"), ours, strict=True))
    return {"date": DAY, "country": "UA", "region": region, "official": official | provenance, "ledger": ledger}
