"""How does a person read the description of the API? /docs: Swagger UI, served from here alone."""

from __future__ import annotations

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, send_from_directory

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Swagger UI's own icons
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

_OWN = Path(__file__).parent / "static"
_SWAGGER = Path(flask_swagger_ui.__file__).parent / "dist"
_FILES = {"docs.js": _OWN, "swagger-ui.css": _SWAGGER, "swagger-ui-bundle.js": _SWAGGER}

docs = Blueprint("docs", __name__)


@docs.get("/docs")
def show_docs() -> Response:
    """Show the page."""
    return send_from_directory(_OWN, "docs.html")


@docs.get("/docs/<name>")
def docs_file(name: str) -> Response:
    """Return a file of the page."""
    return send_from_directory(_FILES.get(name, _OWN / "nowhere"), name)


@docs.after_request
def secure(answer: Response) -> Response:
    """Keep the page to itself."""
    answer.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
