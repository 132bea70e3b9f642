"""What did the caller ask for? Query parameters and bodies, each either understood or refused with a sentence.

A parameter is a parse function from text to a value; ValueError is its refusal. Unknown names are refused, too, with
the nearest known one, as a filter that is silently ignored answers another question than was asked.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

import flask
from marshmallow import RAISE, Schema, ValidationError, fields, post_load
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from corridors.errors import InvalidRequest

Value = TypeVar("Value")
Parse = Callable[[str], Value]

ID = re.compile(r"[A-Za-z0-9_.-]{1,200}")
MOST = 1000


class Parameter(fields.Field[Any]):
    """A query parameter. many: several values, given with commas or by repeating the name; the value is a tuple."""

    def __init__(
        self, parse: Parse[Any], doc: str, *, many: bool = False, shape: str = "string", **options: Any
    ) -> None:
        self.parse = parse
        self.is_multiple = many
        said = {"type": shape} | shape_of(parse)
        described = {"type": "array", "minItems": 1, "items": said} if many else said
        super().__init__(metadata={"description": doc} | described | options.pop("metadata", {}), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            if self.is_multiple:
                return tuple(self.parse(part) for text in value for part in text.split(","))
            return self.parse(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Whole:
    """A parser of whole numbers within bounds."""

    lowest: int
    highest: int

    def __call__(self, text: str) -> int:
        """Return the number. Raises ValueError."""
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not self.lowest <= int(text) <= self.highest:
            raise ValueError(f"write a whole number from {self.lowest} to {self.highest}")
        return int(text)


def shape_of(parse: Parse[Any]) -> dict[str, Any]:
    """Return what the description can say about the texts that a parser takes."""
    if isinstance(parse, Whole):
        return {"minimum": parse.lowest, "maximum": parse.highest}
    return dict(getattr(parse, "shape", {}))


def shaped(**shape: Any) -> Callable[[Parse[Value]], Parse[Value]]:
    """Note on a parser what the description can say about the texts that it takes."""

    def note(parse: Parse[Value]) -> Parse[Value]:
        parse.__dict__["shape"] = shape
        return parse

    return note


class Query(Schema):
    """No query parameters at all; the others inherit from it."""

    @post_load
    def fill(self, given: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Return every parameter by its name; what was not given is None, or () where several may be."""
        absent = {name: () if getattr(field, "is_multiple", False) else None for name, field in self.fields.items()}
        return absent | given


@shaped(pattern="^[A-Za-z0-9_.-]{1,200}$")
def parse_id(text: str) -> str:
    """Return an id. Raises ValueError for what none looks like."""
    if not ID.fullmatch(text):
        raise ValueError("this is no id; ids are letters, digits and underscores")
    return text


@shaped(format="date")
def parse_day(text: str) -> date:
    """Return a day. Raises ValueError."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError("write a day as YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"there is no day {text}") from error


@shaped(format="date-time")
def parse_instant(text: str) -> datetime:
    """Return an instant of RFC 3339 in UTC. Raises ValueError."""
    try:
        read = datetime.fromisoformat(text.replace(" ", "+"))  # an unescaped + arrives as a space
        if read.tzinfo is None:
            raise ValueError
        return read.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("write an instant with its offset, such as 2022-03-14T08:00:00Z") from error


@shaped(pattern="^[A-Z]{2}$")
def parse_country(text: str) -> str:
    """Return an ISO 3166-1 alpha-2 code. Raises ValueError."""
    if not re.fullmatch("[A-Z]{2}", text):
        raise ValueError("write a country as its ISO 3166-1 code of two capital letters, such as UA")
    return text


@shaped(pattern="^[A-Z]{2}-[A-Z0-9]{1,3}$")
def parse_region(text: str) -> str:
    """Return an ISO 3166-2 code. Raises ValueError."""
    if not re.fullmatch("[A-Z]{2}-[A-Z0-9]{1,3}", text):
        raise ValueError("write a region as its ISO 3166-2 code, such as UA-14")
    return text


def whole(lowest: int, highest: int) -> Parse[int]:
    """Return a parser of whole numbers within bounds."""
    return Whole(lowest, highest)


def one_of(words: Iterable[str]) -> Parse[str]:
    """Return a parser of the words of a vocabulary."""
    known = [str(word) for word in words]

    def parse(text: str) -> str:
        if text not in known:
            raise ValueError(f'"{text[:60]}" is not one of {", ".join(known)}{nearest(text, known)}')
        return text

    return parse


def word(vocabulary: type[StrEnum], doc: str, *, many: bool = False) -> Parameter:
    """Return a parameter that takes words of a vocabulary of the model."""
    known = one_of(vocabulary)
    listed = {"enum": [str(item) for item in vocabulary]}
    described = {"items": {"type": "string"} | listed} if many else listed
    return Parameter(lambda text: vocabulary(known(text)), doc, many=many, metadata=described)


def page_token(*key: str) -> str:
    """Return the token of the page that begins behind `key`."""
    return urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


_NO_PAGE = "this page is none of ours; begin without `page`, then take `next` from the answer"


def page_key(text: str) -> tuple[str, ...]:
    """Return the key in a token. Raises ValueError for a token that is not ours."""
    try:
        key = json.loads(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
        if not isinstance(key, list) or not key or not all(isinstance(part, str) for part in key):
            raise ValueError(text)
        return tuple(key)
    except (ValueError, RecursionError) as error:
        raise ValueError(_NO_PAGE) from error


@shaped(pattern="^[A-Za-z0-9_-]{4,}$")
def page_id(text: str) -> str:
    """Return the id behind which a page begins. Raises ValueError."""
    try:
        (id_,) = page_key(text)
        return parse_id(id_)
    except ValueError as error:
        raise ValueError(_NO_PAGE) from error


@shaped(pattern="^[A-Za-z0-9_-]{4,}$")
def parse_page(text: str) -> tuple[str, ...]:
    """Return how the list was sorted, and the key behind which a page begins. Raises ValueError."""
    sort, *key = page_key(text)
    return str(sort), *map(str, key)


def behind(query: Mapping[str, Any], *parses: Parse[Any]) -> tuple[str, ...] | None:
    """Return the key behind which the page begins that a query asks for. Raises InvalidRequest for another list's."""
    if query["page"] is None:
        return None
    sort, *key = query["page"]
    try:
        if sort != query["sort"]:
            raise ValueError(sort)
        for parse, part in zip(parses, key, strict=True):
            parse(part)
    except ValueError as error:
        raise refusal({"page": [f"{_NO_PAGE}; a page goes on in the order in which it began"]}) from error
    return tuple(key)


@shaped(pattern="^[a-z]{2}$")
def parse_language(text: str) -> str:
    """Return an ISO 639-1 code. Raises ValueError."""
    if not re.fullmatch("[a-z]{2}", text):
        raise ValueError("write a language as its ISO 639-1 code of two small letters, such as uk")
    return text


def a_language() -> Parameter:
    """Return the parameter for the language of names."""
    return Parameter(
        parse_language, "language of names, ISO 639-1; where there is none in it: English, else as it was written"
    )


class NamedQuery(Query):
    """How one record is wanted."""

    lang = a_language()


class ListQuery(Query):
    """Parameters of every list."""

    limit = Parameter(
        whole(1, MOST),
        "most records in the answer",
        shape="integer",
        load_default=100,
        metadata={"minimum": 1, "maximum": MOST},
    )
    page = Parameter(page_id, "`next` of the answer before")


class SortedQuery(ListQuery):
    """Parameters of a list that can be had in several orders; a page knows its own."""

    page = Parameter(parse_page, "`next` of the answer before")


def sorting(*words: str) -> Parameter:
    """Return the parameter for the order of a list, by default the first of `words`; "-" before a word = backwards.

    Only by what never changes: in an order by what changes, a record that changes while somebody pages would come
    twice or never.
    """
    described = {"enum": list(words), "default": words[0]}
    return Parameter(one_of(words), "order of the list", load_default=words[0], metadata=described)


def some_fields(record: type[Schema]) -> Parameter:
    """Return the parameter for the fields that are wanted of each record; `id` always comes along."""
    names = sorted(record().fields)
    listed = {"items": {"type": "string", "enum": names}}
    return Parameter(
        one_of(names), "only these fields of each record, and its id", many=True, data_key="fields", metadata=listed
    )


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "; the nearest is …" for what a caller may have meant, or nothing."""
    near = get_close_matches(name[:100], list(known), 1, cutoff=0)
    return f'; the nearest is "{near[0]}"' if near else ""


class Parser(FlaskParser):
    """Reads queries and bodies, and turns what marshmallow says into InvalidRequest."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = {"query": RAISE, "json": RAISE}  # noqa: RUF012 - as webargs declares it

    def load_querystring(self, req: flask.Request, schema: Schema) -> Any:
        """Return the query. Raises InvalidRequest where a name is given twice that takes one value."""
        for name, texts in req.args.lists():
            field = _named(schema).get(name)
            if len(texts) > 1 and field is not None and not getattr(field, "is_multiple", False):
                raise refusal({name: ["give it once"]})
        return super().load_querystring(req, schema)

    def load_json(self, req: flask.Request, schema: Schema) -> Any:
        """Return the body, {} without one. Raises InvalidRequest, or UnsupportedMediaType for what is no JSON."""
        body = req.get_data()
        if not body:
            return {}
        if not req.is_json:
            raise UnsupportedMediaType
        return parse_json(body)

    def handle_error(self, error: ValidationError, req: flask.Request, schema: Schema, **_: Any) -> NoReturn:
        """Raise InvalidRequest."""
        said: Any = next(iter(error.messages_dict.values()), {})
        if not isinstance(said, Mapping):
            said = {"body": said}
        raise refusal({str(name): _sentences(str(name), texts, schema) for name, texts in said.items()}) from error


def parse_json(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a body. Raises InvalidRequest; text that no database can hold is refused, too."""
    try:
        value = json.loads(body)
        storable = _is_storable(value)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest("the body is not JSON", {"body": ["write one JSON object"]}) from error
    if not isinstance(value, dict):
        raise InvalidRequest("the body is not a JSON object", {"body": ["write one JSON object"]})
    if not storable:
        raise InvalidRequest("the body holds a NUL or half a character", {"body": ["write whole characters"]})
    return value


def refusal(errors: Mapping[str, list[str]]) -> InvalidRequest:
    """Return the error that says what is wrong with which parameter."""
    detail = "; ".join(f"{name}: {texts[0]}" for name, texts in errors.items())
    return InvalidRequest(detail, errors)


def _named(schema: Schema) -> dict[str, fields.Field[Any]]:
    """Return the fields of a schema by the names that callers give them."""
    return {field.data_key or name: field for name, field in schema.fields.items()}


def _sentences(name: str, said: Any, schema: Schema) -> list[str]:
    if said == ["Unknown field."]:
        kind = "parameter" if isinstance(schema, Query) else "field"
        return [f'there is no {kind} "{name[:60]}"{nearest(name, _named(schema))}']
    inner = schema.fields.get(name)
    if isinstance(said, Mapping) and isinstance(inner, fields.Nested):
        told = ((key, text) for key, texts in said.items() for text in _sentences(str(key), texts, inner.schema))
        return [f"{key}: {text}" for key, text in told]
    if isinstance(said, Mapping):
        return [text for key, texts in said.items() for text in _sentences(str(key), texts, schema)]
    return [str(text) for text in said]


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return all(_is_storable(key) and _is_storable(item) for key, item in value.items())
    return all(_is_storable(item) for item in value) if isinstance(value, list) else True
