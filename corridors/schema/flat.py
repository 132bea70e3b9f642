"""How does a record look as one row? The columns of tables, and the flat properties of features on a map.

The first 41 columns of corridors, their days and events, with their HXL hashtags (https://hxlstandard.org, 1.1), are a
set that humanitarian users already read; what they have no place for follows. A row is made of the record as the API's
JSON holds it. Start at `columns` and `row`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pycountry

from corridors.schema.frame import Frame

Cell = str | int | float | bool | None
Value = Mapping[str, Any]

LIST_MARK = "; "

# The second language of names, where none is asked for.
_SECOND_LANGUAGE = "uk"

# CAP 1.2 `certainty` by the credibility of the Admiralty scale; the first also takes that it was seen to work.
_CERTAINTY = {1: "Likely", 2: "Likely", 3: "Possible", 4: "Unlikely", 5: "Unlikely"}

# ACAPS Humanitarian Access indicators, as far as a reason alone tells.
_CONSTRAINTS = {"violated": "hostilities", "blocked": "movement_restriction"}

# Ukraine's regions have the numbers of ISO 3166-2 as P-codes (COD-AB), but for these three.
_PCODES = {"UA-43": "UA01", "UA-30": "UA80", "UA-40": "UA85"}


@dataclass(frozen=True, slots=True)
class Row:
    """What one row is made of: a day (or none) of a corridor, in its frame."""

    record: Value
    day: Value
    corridor: Value
    frame: Frame

    @property
    def route(self) -> Value:
        """Return the route, {} where there is none."""
        return self.corridor.get("route") or {}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. type: text, integer, number, date, instant or boolean; the cell is made by `cell`."""

    name: str
    tag: str
    type: str
    title: str
    cell: Callable[[Row], Cell]


def columns(noun: str, language: str | None = None) -> Sequence[Column]:
    """Return the columns of the records that `noun` names, in order; one column of names is in `language`."""
    return _columns({"occurrence": "occurrences"}.get(noun, noun), language)


def row(noun: str, record: Value, frame: Frame) -> dict[str, Cell]:
    """Return the cells of a record by the names of its columns."""
    made = row_of(noun, record, frame)
    return {column.name: column.cell(made) for column in columns(noun, frame.language)}


def row_of(noun: str, record: Value, frame: Frame) -> Row:
    """Return what the row of a record is made of: where its day is, and where its corridor."""
    match noun.removesuffix("s"):
        case "corridor":
            return Row(record, record.get("current") or {}, record, frame)
        case "occurrence":
            return Row(record, record, record.get("corridor_summary") or {}, frame)
        case "event":
            told = record.get("data") or {}
            return Row(record, told.get("occurrence") or {}, told.get("corridor") or {}, frame)
    return Row(record, record, {"route": record.get("route") or {}}, frame)


def told(row: Row) -> dict[str, str]:
    """Return what is stated about a day by the names under which sources are mapped (corridors/wire/records.py).

    Formats without columns carry it, so that another installation reads exactly what this one says.
    """
    day, route = row.day, row.route
    stated: dict[str, object] = {
        "status": day.get("status"),
        "reason": day.get("reason"),
        "from": day.get("date"),
        "until": day.get("date"),
        "start": _hours(row, "start"),
        "end": _hours(row, "end"),
        "people": day.get("people"),
        "modes": _list(day.get("modes")),
        "name": route.get("name"),
        "country": route.get("country"),
        "direction": route.get("direction"),
    }
    for end in ("origin", "destination"):
        place = route.get(end) or {}
        stated |= {f"{end}.{part}": place.get(part) for part in ("name", "lat", "lon")}
    return {name: str(value) for name, value in stated.items() if value is not None and value != ""}


def was_retracted(day: Value) -> bool:
    """Return whether nothing that was ever said about a day stands any more."""
    return day.get("status") == "unknown" and not day.get("claims") and not day.get("withheld")


def name_of(names: Value | None, language: str | None) -> str | None:
    """Return a name out of `names`: in the language, else in English, else any."""
    if not names:
        return None
    return str(names.get(language or "en") or names.get("en") or next(iter(names.values())))


def points_of(route: Value) -> list[tuple[float, float]]:
    """Return (longitude, latitude) of origin, via and destination, in order, as far as they are located."""
    places = [route.get("origin"), *(route.get("via") or ()), route.get("destination")]
    return [
        (float(place["lon"]), float(place["lat"]))
        for place in places
        if place and place.get("lon") is not None and place.get("lat") is not None
    ]


def certainty(day: Value) -> str:
    """Return the word of CAP 1.2 for how much a day's state may be believed."""
    credibility = int(day.get("credibility") or 6)
    return "Observed" if credibility == 1 and day.get("operated") else _CERTAINTY.get(credibility, "Unknown")


@cache
def iso3(country: str | None) -> str | None:
    """Return ISO 3166-1 alpha-3 of an alpha-2 code, None where there is none."""
    found = pycountry.countries.get(alpha_2=country) if country else None
    return str(found.alpha_3) if found else None


def _columns(noun: str, language: str | None) -> Sequence[Column]:
    match noun:
        case "tallies":
            return _TALLY
        case "claims" | "claim":
            return _claim_columns(language)
        case "events" | "event":
            return _event_columns(language)
    return _day_columns(language)


@cache
def _day_columns(language: str | None) -> tuple[Column, ...]:
    """The days of corridors; those of a corridor are about today."""
    return (
        Column("id", "#meta+id", "text", "ID", lambda row: row.record.get("id")),
        Column("revision", "#meta+version+num", "integer", "Revision", lambda row: row.day.get("revision")),
        Column("url", "#meta+url", "text", "Address", _address),
        *_route_columns(language),
        Column("status", "#status+code", "text", "Status", lambda row: row.day.get("status") or "unknown"),
        Column("basis", "#status+basis", "text", "Basis", lambda row: row.day.get("basis")),
        Column("reason", "#access+reason+code", "text", "Reason", lambda row: row.day.get("reason")),
        Column("constraint", "#access+type+code", "text", "Access constraint", _constraint),
        Column("modes", "#x_transport+list", "text", "Transport", lambda row: _list(row.day.get("modes"))),
        Column("purpose", "#activity+purpose+code", "text", "Purpose", lambda row: _list(row.day.get("purpose"))),
        Column("date_start", "#date+start", "date", "From", lambda row: row.day.get("date")),
        Column("date_end", "#date+end", "date", "Until", lambda row: row.day.get("date")),
        Column("time_start", "#x_time+start", "text", "Opens at", lambda row: _hours(row, "start")),
        Column("time_end", "#x_time+end", "text", "Closes at", lambda row: _hours(row, "end")),
        Column("timezone", "#x_time+tz", "text", "Time zone", lambda row: row.day.get("zone")),
        Column("reported_at", "#date+reported", "instant", "Reported", lambda row: row.day.get("since_at")),
        Column("updated_at", "#date+updated", "instant", "Updated", _updated_at),
        Column("verified_at", "#date+verified", "instant", "Verified", _verified_at),
        Column("people", "#affected+ind+evacuated", "integer", "People moved", lambda row: row.day.get("people")),
        Column("agreed_by", "#group+agreed+list", "text", "Agreed by", lambda row: _parties(row, "accepted")),
        Column("disputed_by", "#group+disputed+list", "text", "Rejected by", lambda row: _parties(row, "rejected")),
        Column("reliability", "#meta+reliability", "text", "Reliability (a-f)", _reliability),
        Column("credibility", "#meta+credibility", "integer", "Credibility (1-6)", _credibility),
        Column("certainty", "#meta+certainty", "text", "Certainty", lambda row: certainty(row.day)),
        Column("sensitivity", "#meta+sensitivity", "text", "Sensitivity", lambda row: row.day.get("sensitivity")),
        Column("reported_by", "#org+reporting+name", "text", "Reported by", lambda row: _sources(row, "name")),
        Column("source_url", "#meta+source+url", "text", "Source address", lambda row: _sources(row, "url")),
        Column("language", "#meta+lang", "text", "Language", lambda row: row.frame.language or "en"),
        *_further_day_columns(language),
        *_FRAME,
    )


def _route_columns(language: str | None) -> tuple[Column, ...]:
    second = _second(language)
    return (
        Column("country", "#country+code+v_iso3", "text", "Country", _country),
        Column("origin", "#loc+origin+name+i_en", "text", "From (English)", lambda row: _named(row, "origin", "en")),
        Column(
            "origin_local",
            f"#loc+origin+name+i_{second}",
            "text",
            f"From ({second})",
            lambda row: _named(row, "origin", second),
        ),
        Column(
            "origin_geonames", "#loc+origin+code+v_geonames", "integer", "From, GeoNames", _of("origin", "geonames")
        ),
        Column("origin_pcode", "#adm1+origin+code+v_pcodes", "text", "From, P-code", lambda row: _pcode(row, "origin")),
        Column("origin_lat", "#geo+origin+lat", "number", "From, latitude", _of("origin", "lat")),
        Column("origin_lon", "#geo+origin+lon", "number", "From, longitude", _of("origin", "lon")),
        Column(
            "destination", "#loc+dest+name+i_en", "text", "To (English)", lambda row: _named(row, "destination", "en")
        ),
        Column(
            "destination_geonames",
            "#loc+dest+code+v_geonames",
            "integer",
            "To, GeoNames",
            _of("destination", "geonames"),
        ),
        Column(
            "destination_pcode",
            "#adm1+dest+code+v_pcodes",
            "text",
            "To, P-code",
            lambda row: _pcode(row, "destination"),
        ),
        Column("destination_lat", "#geo+dest+lat", "number", "To, latitude", _of("destination", "lat")),
        Column("destination_lon", "#geo+dest+lon", "number", "To, longitude", _of("destination", "lon")),
        Column("via", "#loc+via+name+list", "text", "Via", _via),
        Column("geometry_precision", "#geo+precision", "text", "Precision of the line", _precision),
    )


def _further_day_columns(language: str | None) -> tuple[Column, ...]:
    """What the 41 have no place for: a road without ends would have no name at all."""
    second = _second(language)
    return (
        Column("corridor", "#meta+id+corridor", "text", "Corridor ID", lambda row: row.corridor.get("id")),
        Column("name", "#loc+corridor+name", "text", "Corridor", _title),
        Column("road", "#loc+road+name", "text", "Road, gate or area", lambda row: row.route.get("name")),
        Column("direction", "#x_direction+code", "text", "Direction", lambda row: row.route.get("direction")),
        Column(
            "destination_local",
            f"#loc+dest+name+i_{second}",
            "text",
            f"To ({second})",
            lambda row: _named(row, "destination", second),
        ),
        Column("origin_adm1", "#adm1+origin+code+v_iso3166_2", "text", "From, ISO 3166-2", _of("origin", "adm1")),
        Column("destination_adm1", "#adm1+dest+code+v_iso3166_2", "text", "To, ISO 3166-2", _of("destination", "adm1")),
        Column("operated", "#x_operated", "boolean", "Operated", lambda row: row.day.get("operated")),
        Column("stale", "#x_stale", "boolean", "Stale", lambda row: row.day.get("stale")),
        Column("conflict", "#x_conflict", "boolean", "Reports conflict", lambda row: row.day.get("conflict")),
        Column("withheld", "#x_withheld", "boolean", "Something is withheld", lambda row: row.day.get("withheld")),
        Column("agreement", "#x_agreement+code", "text", "Agreement", _agreement),
    )


_FRAME = (
    Column("notice", "#meta+notice", "text", "Notice", lambda row: row.frame.notice),
    Column("coverage", "#meta+coverage", "text", "Coverage", lambda row: row.frame.sight),
    # CC BY 4.0, 3(a)(2): an address at which the credit stands is enough, and is shorter than all of it in each row.
    Column(
        "attribution",
        "#meta+attribution",
        "text",
        "Attribution and licences",
        lambda row: f"GeoNames (CC BY 4.0) and the sources at {row.frame.installation}/v1/sources",
    ),
)


@cache
def _event_columns(language: str | None) -> tuple[Column, ...]:
    return (
        Column("event", "#meta+id+event", "text", "Event ID", lambda row: row.record.get("id")),
        Column("type", "#x_event+type", "text", "Event", lambda row: row.record.get("type")),
        Column("timestamp", "#date+recorded", "instant", "Recorded", lambda row: row.record.get("timestamp")),
        Column("cursor", "#meta+cursor", "text", "Cursor", lambda row: row.record.get("cursor")),
        Column("historic", "#x_historic", "boolean", "Historic", lambda row: row.record.get("historic")),
        Column("previous", "#status+previous+code", "text", "Status before", _previous),
        Column("id", "#meta+id", "text", "ID", lambda row: row.day.get("id")),
        *_day_columns(language)[1:],
    )


@cache
def _claim_columns(language: str | None) -> tuple[Column, ...]:
    def plain(name: str, tag: str, type_: str, title: str) -> Column:
        return Column(name, tag, type_, title, lambda row: row.record.get(name))

    def listed(name: str, tag: str, title: str) -> Column:
        return Column(name, tag, "text", title, lambda row: _list(row.record.get(name)))

    return (
        plain("id", "#meta+id", "text", "ID"),
        Column("url", "#meta+url", "text", "Address", _address),
        plain("document", "#meta+id+document", "text", "Document"),
        plain("source", "#org+reporting+code", "text", "Source"),
        plain("party", "#group+reporting", "text", "Party"),
        plain("authority", "#org+reporting+type", "text", "Authority"),
        plain("reliability", "#meta+reliability", "text", "Reliability (a-f)"),
        plain("credibility", "#meta+credibility", "integer", "Credibility (1-6)"),
        *_route_columns(language),
        Column("road", "#loc+road+name", "text", "Road, gate or area", lambda row: row.route.get("name")),
        Column("direction", "#x_direction+code", "text", "Direction", lambda row: row.route.get("direction")),
        plain("status", "#status+code", "text", "Status"),
        plain("reason", "#access+reason+code", "text", "Reason"),
        plain("arrangement", "#x_arrangement+code", "text", "Arrangement"),
        listed("purpose", "#activity+purpose+code", "Purpose"),
        listed("modes", "#x_transport+list", "Transport"),
        plain("who", "#beneficiary+description", "text", "Who may use it"),
        Column("date_start", "#date+start", "date", "From", lambda row: _valid(row, 0)),
        Column("date_end", "#date+end", "date", "Until", lambda row: _valid(row, 1)),
        Column("time_start", "#x_time+start", "text", "Opens at", lambda row: _hours(row, "start")),
        Column("time_end", "#x_time+end", "text", "Closes at", lambda row: _hours(row, "end")),
        Column("timezone", "#x_time+tz", "text", "Time zone", _zone),
        plain("announced_by", "#group+announcing", "text", "Announced by"),
        Column("agreed_by", "#group+agreed+list", "text", "Agreed by", lambda row: _stances(row, "accepted")),
        Column("disputed_by", "#group+disputed+list", "text", "Rejected by", lambda row: _stances(row, "rejected")),
        listed("guarantors", "#group+guarantor+list", "Guarantors"),
        plain("people", "#affected+ind+evacuated", "integer", "People moved"),
        plain("published_at", "#date+reported", "instant", "Published"),
        plain("recorded_at", "#date+recorded", "instant", "Recorded"),
        plain("known_at", "#date+known", "instant", "Known"),
        plain("withdrawn_at", "#date+withdrawn", "instant", "Withdrawn"),
        plain("historic", "#x_historic", "boolean", "Historic"),
        *_FRAME,
    )


def _counted(group: str, name: str, column: str, tag: str, title: str) -> Column:
    return Column(column, tag, "integer", title, lambda row: (row.record.get(group) or {}).get(name))


_TALLY = (
    Column("date", "#date", "date", "Day", lambda row: row.record.get("date")),
    Column("country", "#country+code+v_iso3", "text", "Country", lambda row: iso3(row.record.get("country"))),
    Column("region", "#adm1+code+v_iso3166_2", "text", "Region", lambda row: row.record.get("region")),
    _counted("official", "planned", "official_planned", "#indicator+planned+official+num", "Planned, official"),
    _counted("official", "operated", "official_operated", "#indicator+operated+official+num", "Operated, official"),
    _counted("official", "people", "official_people", "#affected+ind+evacuated+official", "People, official"),
    Column(
        "official_approximate",
        "#x_approximate",
        "boolean",
        "About",
        lambda row: (row.record.get("official") or {}).get("approximate"),
    ),
    Column(
        "official_source",
        "#org+reporting+code",
        "text",
        "Source",
        lambda row: (row.record.get("official") or {}).get("source"),
    ),
    _counted("ledger", "routes_planned", "ledger_planned", "#indicator+planned+ledger+num", "Planned, our count"),
    _counted("ledger", "routes_operated", "ledger_operated", "#indicator+operated+ledger+num", "Operated, our count"),
    _counted("ledger", "people", "ledger_people", "#affected+ind+evacuated+ledger", "People, our count"),
    *_FRAME,
)


def _second(language: str | None) -> str:
    return _SECOND_LANGUAGE if language is None or language == "en" else language


def _of(end: str, name: str) -> Callable[[Row], Cell]:
    return lambda row: (row.route.get(end) or {}).get(name)


def _list(values: Sequence[Any] | None) -> str | None:
    return LIST_MARK.join(map(str, values)) if values else None


def _address(row: Row) -> str | None:
    """Where the record itself is, whatever it was exported with."""
    noun = row.frame.noun.removesuffix("s")
    place, id_ = ("occurrence", row.day.get("id")) if noun == "event" else (noun, row.record.get("id"))
    return f"{row.frame.installation}/v1/{place}s/{id_}" if id_ else None


def _country(row: Row) -> str | None:
    return iso3(row.route.get("country"))


def _named(row: Row, end: str, language: str) -> str | None:
    """The name of an end in a language. Without names by language there is one, in the language asked for, if any."""
    place = row.route.get(end)
    if not place:
        return None
    names = place.get("names")
    if names and language in names:
        return str(names[language])
    return str(place["name"]) if language == (row.frame.language or "en") and place.get("name") else None


def _pcode(row: Row, end: str) -> str | None:
    region = str((row.route.get(end) or {}).get("adm1") or "")
    return _PCODES.get(region, region.replace("-", "")) if region.startswith("UA-") else None


def _via(row: Row) -> str | None:
    return _list([place["name"] for place in row.route.get("via") or () if place.get("name")])


def _precision(row: Row) -> str | None:
    return "schematic" if len(points_of(row.route)) > 1 else None


def _title(row: Row) -> str | None:
    return name_of(row.corridor.get("name"), row.frame.language)


def _constraint(row: Row) -> str | None:
    return _CONSTRAINTS.get(str(row.day.get("reason")))


def _hours(row: Row, end: str) -> str | None:
    """The beginnings or the ends of all windows, in their order; of a window without one, nothing at its place."""
    hours = [window.get(end) or "" for window in row.day.get("windows") or ()]
    return LIST_MARK.join(hours) if any(hours) else None


def _zone(row: Row) -> str | None:
    windows = row.day.get("windows") or ()
    return windows[0].get("zone") if windows else None


def _valid(row: Row, place: int) -> str | None:
    days = row.record.get("valid_on") or ()
    return days[place] if len(days) > place else None


def _updated_at(row: Row) -> str | None:
    return row.day.get("updated_at") or row.record.get("updated_at")


def _verified_at(row: Row) -> str | None:
    """When a report confirmed the hours: since the state that it made holds."""
    windows = row.day.get("windows") or ()
    confirmed = any(window.get("start_verified") or window.get("end_verified") for window in windows)
    return row.day.get("since_at") if confirmed else None


def _parties(row: Row, stance: str) -> str | None:
    parties = (row.day.get("agreement") or {}).get("parties") or {}
    return _list([party for party, said in parties.items() if said == stance])


def _stances(row: Row, stance: str) -> str | None:
    return _list([said["party"] for said in row.record.get("stances") or () if said.get("stance") == stance])


def _agreement(row: Row) -> str | None:
    return (row.day.get("agreement") or {}).get("roll_up")


def _reliability(row: Row) -> str | None:
    """The best of those who report."""
    return min(
        (str(each["reliability"]) for each in row.record.get("sources") or () if each.get("reliability")), default=None
    )


def _credibility(row: Row) -> int | None:
    return row.day.get("credibility")


def _sources(row: Row, name: str) -> str | None:
    told = row.record.get("sources") or (row.record.get("data") or {}).get("sources") or ()
    return _list(list(dict.fromkeys(str(each[name]) for each in told if each.get(name))))


def _previous(row: Row) -> str | None:
    return ((row.record.get("data") or {}).get("previous") or {}).get("status")
