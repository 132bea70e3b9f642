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
from corridors.store.pulse import COURIER_BEAT, POLLER_BEAT, WORKER_BEAT

# A worker that works is heard every five seconds; what stalls has to be seen within thirty.
LONGEST_SILENCE = timedelta(seconds=25)

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
    """Return what does not work, each with what to do about it."""
    here = context()
    now = here.now().real_at
    try:
        if missing := here.store.missing_migrations():
            return [f"the database lacks {', '.join(missing)}; run `corridors migrate`"]
        with here.store.read() as tx:
            if silent := _silent_worker(tx, now):
                return [silent]  # everything else would follow from it
            checks = (_silent_poller, _silent_courier, _stalled_polling, _stuck_delivery)
            return [problem for problem in (check(tx, now) for check in checks) if problem]
    except StoreError:
        return ["the database cannot be read; see whether it runs, and what the log says"]


def _silent_worker(tx: Transaction, now: datetime) -> str | None:
    seconds = _since_mark(tx, WORKER_BEAT, now)
    if seconds is None:
        return "no worker has ever run on this database; start `corridors work`"
    if seconds <= LONGEST_SILENCE.total_seconds():
        return None
    return f"no worker has been heard for {seconds:.0f} s; see whether `corridors work` runs, and start it again"


def _silent_poller(tx: Transaction, now: datetime) -> str | None:
    return _blind(_since_mark(tx, POLLER_BEAT, now), "sources")


def _silent_courier(tx: Transaction, now: datetime) -> str | None:
    return _blind(_since_mark(tx, COURIER_BEAT, now), "webhooks")


def _blind(seconds: float | None, what: str) -> str | None:
    if seconds is None or seconds <= LONGEST_SILENCE.total_seconds():
        return None
    return f"the worker has not looked for due {what} for {seconds:.0f} s; see its log, and start it again"


def _stalled_polling(tx: Transaction, now: datetime) -> str | None:
    """Say when a source is due and nothing is polled; a source that waits for its turn among others is none."""
    since, last = tx.sources.oldest_due_at(now), tx.pulse.last_poll_at()
    waited = min(now - since, now - (last or since)) if since else timedelta(0)
    if waited <= LONGEST_SILENCE or tx.pulse.leased(now)["source"]:
        return None
    return (
        f"a source has been due for {waited.total_seconds():.0f} s and nobody polls; "
        "see the worker's log, and start it again"
    )


def _stuck_delivery(tx: Transaction, now: datetime) -> str | None:
    since = tx.deliveries.stuck_since(now)
    if since is None or now - since <= LONGEST_SILENCE:
        return None
    return (
        f"a webhook has been due for {(now - since).total_seconds():.0f} s and nobody sends it; "
        "see the worker's log, and start it again"
    )


def _since_mark(tx: Transaction, name: str, now: datetime) -> float | None:
    said = tx.leases.mark(name)
    return (now - datetime.fromisoformat(said)).total_seconds() if said else None
