"""In which time zone does a country's day begin? Used only where the caller names none.

For countries with several zones, the one in which corridors have been announced. IANA names, release 2025b.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_ZONES = {
    "AF": "Asia/Kabul", "AM": "Asia/Yerevan", "AO": "Africa/Luanda", "AZ": "Asia/Baku", "BA": "Europe/Sarajevo",
    "BD": "Asia/Dhaka", "BF": "Africa/Ouagadougou", "BI": "Africa/Bujumbura", "BY": "Europe/Minsk",
    "CD": "Africa/Lubumbashi", "CF": "Africa/Bangui", "CM": "Africa/Douala", "CO": "America/Bogota",
    "CY": "Asia/Nicosia", "DJ": "Africa/Djibouti", "EG": "Africa/Cairo", "ER": "Africa/Asmara",
    "ET": "Africa/Addis_Ababa", "GE": "Asia/Tbilisi", "HT": "America/Port-au-Prince", "IL": "Asia/Jerusalem",
    "IN": "Asia/Kolkata", "IQ": "Asia/Baghdad", "IR": "Asia/Tehran", "JO": "Asia/Amman", "KE": "Africa/Nairobi",
    "LB": "Asia/Beirut", "LK": "Asia/Colombo", "LY": "Africa/Tripoli", "MD": "Europe/Chisinau",
    "ML": "Africa/Bamako", "MM": "Asia/Yangon", "MZ": "Africa/Maputo", "NE": "Africa/Niamey",
    "NG": "Africa/Lagos", "PH": "Asia/Manila", "PK": "Asia/Karachi", "PL": "Europe/Warsaw", "PS": "Asia/Gaza",
    "RO": "Europe/Bucharest", "RS": "Europe/Belgrade", "RU": "Europe/Moscow", "RW": "Africa/Kigali",
    "SA": "Asia/Riyadh", "SD": "Africa/Khartoum", "SO": "Africa/Mogadishu", "SS": "Africa/Juba",
    "SY": "Asia/Damascus", "TD": "Africa/Ndjamena", "TR": "Europe/Istanbul", "UA": "Europe/Kyiv",
    "UG": "Africa/Kampala", "UY": "America/Montevideo", "VE": "America/Caracas", "YE": "Asia/Aden",
}  # fmt: skip


_CAPITALS = {
    "AF": "Kabul", "AM": "Yerevan", "AZ": "Baku", "CD": "Kinshasa", "CF": "Bangui", "ET": "Addis Ababa",
    "GE": "Tbilisi", "IQ": "Baghdad", "LB": "Beirut", "LY": "Tripoli", "ML": "Bamako", "SD": "Khartoum",
    "SS": "Juba", "SY": "Damascus", "UA": "Kyiv", "YE": "Sanaa",
}  # fmt: skip


def capital_of(countries: Sequence[str]) -> str | None:
    """Return what "the capital" means to a source that is about one country."""
    return _CAPITALS.get(countries[0]) if len(countries) == 1 else None


def zone_of(countries: Iterable[str]) -> str:
    """Return the IANA zone of the first of `countries` that is known, else UTC."""
    return next((_ZONES[country] for country in countries if country in _ZONES), "UTC")
