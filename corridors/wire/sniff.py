"""What is this really, when a server sends something else with status 200?

Content-Type is only a hint; pages that keep robots out call themselves anything. Pure.
"""

from __future__ import annotations

import re

_HTML = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)*(?:<\?xml[^>]{0,200}\?>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
# Cloudflare's and Radware's names for their challenge pages, and words that captchas cannot do without.
_CHALLENGE = re.compile(
    r"cdn-cgi/challenge-platform|cf_chl_opt|cf-browser-verification|perfdrive\.com|g-recaptcha|h-captcha|hcaptcha\.com",
    re.I,
)


def is_html(text: str) -> bool:
    """Return whether `text` begins like an HTML page."""
    return _HTML.match(text[:8192]) is not None


def is_challenge(text: str) -> bool:
    """Return whether `text` is a page that asks the visitor to prove that they are human."""
    return _CHALLENGE.search(text[:262_144]) is not None
