"""Whose TLS certificates do we believe? The system's roots and one optional file; there is no way to skip the check."""

from __future__ import annotations

import ssl
from pathlib import Path

import certifi


def tls_context(ca_file: str | None, kind: type[ssl.SSLContext] = ssl.SSLContext) -> ssl.SSLContext:
    """Return a context that trusts the system's roots and `ca_file`, checks names, and speaks TLS 1.2 or newer.

    A machine without any roots of its own (a bare container) gets certifi's. Raises OSError for an unusable `ca_file`.
    """
    context = kind(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_default_certs()
    if not _system_has_roots():
        context.load_verify_locations(certifi.where())
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


def _system_has_roots() -> bool:
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile) or bool(paths.capath and any(Path(paths.capath).iterdir()))
