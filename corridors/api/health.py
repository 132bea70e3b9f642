"""What time is it here, is this process alive, and does the whole service work?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint as PlainBlueprint
from flask import Response

from corridors import schema
from corridors.api.answer import fresh
from corridors.api.blueprint import Blueprint
from corridors.api.context import context
from corridors.errors import StoreError
from corridors.localtime import zone_of
from corridors.schema import instant_text
from corridors.store import Transaction

OLDEST_BEAT = timedelta(seconds=30)
LONGEST_DELAY = timedelta(seconds=60)

clock = Blueprint("now", "The clock of this installation.")
health = PlainBlueprint("health", __name__)


@clock.reads("/now", schema.NowSchema)
def show_now(_query: dict[str, Any]) -> Response:
    """Show the instant here (a demo's clock runs faster) and the local day of every country that has corridors."""
    here = context()
    now = here.now()
    with here.store.read() as tx:
        countries, today = tx.corridors.countries(), here.today(tx)
    days = [
        {"country": country or None, "date": today[country].isoformat(), "zone": zone_of(country)}
        for country in sorted(countries, key=lambda code: (code == "", code))
    ]
    return fresh(
        {
            "now_at": instant_text(now.at),
            "real_at": instant_text(now.real_at),
            "speed": here.settings.clock.pace_at(now.real_at),
            "today": days,
        }
    )


@health.get("/healthz")
def alive() -> Response:
    """Answer; a process that cannot should be started again."""
    return fresh({"alive": True})


@health.get("/readyz")
def ready() -> Response:
    """Say whether the whole service works; 503 with what does not."""
    problems = _problems()
    return fresh({"ready": not problems, "problems": problems}, 503 if problems else 200)


def _problems() -> list[str]:
    here = context()
    now = here.now().real_at
    try:
        if missing := here.store.missing_migrations():
            return [f"the database lacks {', '.join(missing)}; run `corridors migrate`"]
        with here.store.read() as tx:
            return [problem for problem in (_silent_worker(tx, now), _stuck_delivery(tx, now)) if problem]
    except StoreError:
        return ["the database cannot be read"]


def _silent_worker(tx: Transaction, now: datetime) -> str | None:
    said = tx.leases.mark("worker.beat_at")
    if said is None:
        return "no worker has ever run on this database; start `corridors work`"
    age = now - datetime.fromisoformat(said)
    return f"no worker has been heard for {age.total_seconds():.0f} s" if age > OLDEST_BEAT else None


def _stuck_delivery(tx: Transaction, now: datetime) -> str | None:
    since = tx.deliveries.stuck_since(now)
    if since is None or now - since <= LONGEST_DELAY:
        return None
    return f"a webhook has been due for {(now - since).total_seconds():.0f} s and nobody sends it"
