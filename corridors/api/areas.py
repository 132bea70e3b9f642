"""Which areas does a code mean? Countries, ISO 3166-2 regions, OCHA's P-codes of the first level; descendants included.

A filter for an area has to match whatever lies in it, also where a source names smaller parts than another.
"""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import Any

import pycountry

from corridors.api.parameters import nearest

_CODE = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3})|([0-9]{2}))?")

# OCHA's P-codes count regions in an order of their own where this differs from ISO 3166-2 (its operational datasets).
_P_CODES = MappingProxyType(
    {
        "UA": {"01": "43", "44": "09", "73": "77", "80": "30", "85": "40"},
        "SD": {
            **{"01": "KH", "02": "DN", "03": "DS", "04": "DW", "05": "DE", "06": "DC", "07": "KS", "08": "NB"},
            **{"09": "NW", "10": "RS", "11": "KA", "12": "GD", "13": "KN", "14": "SI", "15": "GZ", "16": "NR"},
            **{"17": "NO", "18": "GK"},
        },
    }
)


def parse_area(text: str) -> frozenset[str]:
    """Return the codes that an area's code stands for: itself and everything within. Raises ValueError."""
    shape = _CODE.fullmatch(text)
    if shape is None:
        if re.fullmatch(r"[A-Z]{2}[0-9]{3,}", text):
            raise ValueError("P-codes below the first level are not known here; write the region's, such as UA14")
        raise ValueError("write an area as ISO 3166 or P-code: UA, UA-14 or UA14")
    country, region, number = shape.groups()
    if number:
        region = _P_CODES.get(country, {}).get(number, number)
    code = f"{country}-{region}" if region else country
    inner = _areas(country)
    if not inner or (region and code not in inner):
        raise ValueError(f"there is no area {text}{nearest(code, inner or _countries())}")
    return inner[code] if region else frozenset({country, *inner})


@cache
def _areas(country: str) -> dict[str, frozenset[str]]:
    """Return the regions of a country by their codes, each with all that lies within; "" alone for one without any."""
    found: list[Any] = pycountry.subdivisions.get(country_code=country) or []  # type: ignore[no-untyped-call]
    parents = {each.code: each.parent_code for each in found}
    within: dict[str, set[str]] = {code: {code} for code in parents}
    for code, parent in parents.items():
        upper = parent
        while upper in within and code not in within[upper]:
            within[upper].add(code)
            upper = parents[upper]
    if not within and country in _countries():
        within[country] = {country}
    return {code: frozenset(codes) for code, codes in within.items()}


@cache
def _countries() -> frozenset[str]:
    return frozenset(each.alpha_2 for each in pycountry.countries)
