"""What does /ogc say of itself? Its conformance classes, its OpenAPI 3.0 document, the schema of its properties.

Everything that is declared here is true: what a parameter takes is described from the parser that reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema

from corridors import __version__, schema
from corridors.schema.flat import columns

OPENAPI_TYPE = "application/vnd.oai.openapi+json;version=3.0"

_CLASSES = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
CONFORMANCE = (f"{_CLASSES}/core", f"{_CLASSES}/geojson", f"{_CLASSES}/oas30")

# A logical schema, in which null is the same as absent (OGC API – Features, Part 5): GDAL takes no list of types.
_TYPES: Mapping[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
}

# Core, 7.15.2 to 7.15.4, say how these three are described.
_STANDARD: Mapping[str, dict[str, Any]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
    "bbox": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
    "datetime": {"type": "string"},
}


def property_schema(noun: str, id_: str) -> dict[str, Any]:
    """Return the JSON Schema of a feature whose properties are the columns of `noun`; each may be null or absent."""
    described = {column.name: _TYPES[column.type] | {"title": column.title} for column in columns(noun)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": id_,
        "type": "object",
        "title": noun,
        "properties": {
            "type": {"const": "Feature"},
            "id": {"type": "string"},
            "geometry": {"type": "object"},
            "properties": {"type": "object", "properties": described},
        },
    }


def described(installation: str, collections: Mapping[str, str], query: Schema) -> dict[str, Any]:
    """Return the OpenAPI 3.0 document. query: what may be asked of the items of a collection."""
    asked = [_parameter(name, field) for name, field in query.fields.items()]
    language = [each for each in asked if each["name"] == "lang"]
    paths: dict[str, Any] = {
        "/ogc": _get("landing", "Where everything is"),
        "/ogc/conformance": _get("conformance", "What this conforms to"),
        "/ogc/api": _get("api", "This description", OPENAPI_TYPE),
        "/ogc/collections": _get("collections", "The collections"),
    }
    for id_, title in collections.items():
        own, named = f"/ogc/collections/{id_}", f"{id_[0].upper()}{id_[1:]}"
        one = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
        paths |= {
            own: _get(f"describe{named}", title),
            f"{own}/schema": _get(f"schemaOf{named}", f"{title}: properties", "application/schema+json"),
            f"{own}/items": _get(f"get{named}", f"{title}: features", "application/geo+json", asked),
            f"{own}/items/{{featureId}}": _get(
                f"getOneOf{named}", f"{title}: one feature", "application/geo+json", [one, *language]
            ),
        }
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "corridors: OGC API - Features",
            "version": __version__,
            "description": schema.NOTICE,
            "license": {"name": "MIT"},
        },
        "servers": [{"url": installation}],
        "paths": paths,
    }


def _get(
    operation: str, summary: str, media_type: str = "application/json", parameters: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {"schema": {"type": "object"}}}}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "parameters": parameters or [],
            "responses": {
                "200": {"description": summary, "content": {media_type: {"schema": {"type": "object"}}}},
                "400": {"description": "A parameter is unknown or wrong"} | problem,
                "404": {"description": "There is no such thing"} | problem,
                "500": {"description": "Our fault"} | problem,
            },
        }
    }


def _parameter(name: str, field: Any) -> dict[str, Any]:
    told = dict(field.metadata)
    text = told.pop("description", "")
    made = {"name": field.data_key or name, "in": "query", "required": False, "description": text}
    if "example" in told:
        made["example"] = told.pop("example")
    return made | {"style": "form", "explode": False, "schema": _STANDARD.get(name) or _in_3_0(told)}


def _in_3_0(shape: dict[str, Any]) -> dict[str, Any]:
    """Return a schema as OpenAPI 3.0 writes it: there an exclusive bound is a flag beside the bound."""
    if "exclusiveMinimum" not in shape:
        return shape
    return shape | {"minimum": shape["exclusiveMinimum"], "exclusiveMinimum": True}
