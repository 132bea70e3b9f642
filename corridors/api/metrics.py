"""How is the installation doing, in figures? /metrics in the text format of Prometheus.

Everything is read from the store, so that any process answers for all of them. No label names an address, a source or
an owner. What happened "in the last five minutes" is a gauge, as the logs that it counts are pruned.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, groupby

from flask import Blueprint, Response
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from corridors import __version__
from corridors.api.access import require
from corridors.api.context import context
from corridors.api.traffic import BOUNDS_MS, SLOWER_MS
from corridors.store import Transaction
from corridors.store.pulse import COURIER_BEAT, POLLER_BEAT, WORKER_BEAT
from corridors.store.traffic import Answered, Spent

RECENT = timedelta(minutes=5)

_WAYS = ("due", "later", "sending", "held")
_STATES = ("pending", "ok", "late", "failing", "silent", "blocked")

metrics = Blueprint("metrics", __name__)


@metrics.get("/metrics")
def show_metrics() -> Response:
    """Show every figure."""
    here = context()
    if not here.settings.api.open_metrics:
        require("admin")
    here.traffic.write()
    with here.store.read() as tx:
        text = generate_latest(_Figures(tx, here.now().real_at))
    return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class _Figures(Collector):
    """Every figure at one instant, of one state of the store."""

    tx: Transaction
    now: datetime

    def collect(self) -> Iterator[Metric]:
        """Yield the figures: sources, deliveries, workers, what is kept, requests."""
        pulse = self.tx.pulse
        yield _labelled("build_info", "Always 1; the release is in the label.", "version", {__version__: 1})
        yield _labelled("sources", "Configured sources by state.", "state", dict.fromkeys(_STATES, 0) | pulse.sources())
        yield _labelled(
            "polls_recent", "Polls in the last five minutes.", "outcome", pulse.polls_since(self.now - RECENT)
        )
        yield self._age(
            "source_oldest_due_seconds",
            "For how long the source that waits longest could have been polled.",
            self.tx.sources.oldest_due_at(self.now),
        )
        yield _labelled(
            "deliveries_pending",
            "Webhooks that are owed: due, later (their next attempt), sending, held (no active subscription).",
            "state",
            dict.fromkeys(_WAYS, 0) | pulse.owed(self.now),
        )
        yield self._age(
            "delivery_oldest_due_seconds",
            "For how long the webhook that waits longest is due, or being sent.",
            pulse.oldest_due_at(self.now),
        )
        yield _labelled(
            "delivery_attempts_recent",
            "Attempts to deliver in the last five minutes.",
            "result",
            pulse.attempts_since(self.now - RECENT),
        )
        yield _labelled("leases", "Sources, deliveries and jobs in a worker's hands.", "kind", pulse.leased(self.now))
        for name, mark in (("worker", WORKER_BEAT), ("poller", POLLER_BEAT), ("courier", COURIER_BEAT)):
            said = self.tx.leases.mark(mark)
            if said:  # without a worker there is no age; absent() tells
                beat_at = datetime.fromisoformat(said)
                yield self._age(f"{name}_beat_age_seconds", f"Since when no {name} has been heard.", beat_at)
        for kind, count in pulse.kept().items():
            if kind in {"events", "documents", "claims"}:  # these are only ever added
                yield CounterMetricFamily(f"corridors_{kind}", f"All {kind} ever kept.", value=count)
            else:
                yield GaugeMetricFamily(f"corridors_{kind}", f"The {kind} there are.", value=count)
        yield from _requests(self.tx.traffic.all())

    def _age(self, name: str, help_: str, since: datetime | None) -> Metric:
        age = max(0.0, (self.now - since).total_seconds()) if since else 0.0
        return GaugeMetricFamily(f"corridors_{name}", help_, value=age)


def _labelled(name: str, help_: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(f"corridors_{name}", help_, labels=[label])
    for word, count in counts.items():
        family.add_metric([word], count)
    return family


def _requests(traffic: Mapping[Answered, Spent]) -> Iterator[Metric]:
    """Yield the count of answers by address pattern, method and status, and their times by pattern and method."""
    counts = CounterMetricFamily(
        "corridors_http_requests", "Answers of all web processes.", labels=["route", "method", "status"]
    )
    times = HistogramMetricFamily(
        "corridors_http_request_seconds", "Time until an answer began.", labels=["route", "method"]
    )
    for (route, method), kinds in groupby(traffic.items(), key=lambda item: item[0][:2]):
        within = dict.fromkeys(BOUNDS_MS, 0)
        by_status: dict[int, int] = {}
        seconds = 0.0
        for answered, spent in kinds:
            within[answered.within_ms] += spent.requests
            by_status[answered.status] = by_status.get(answered.status, 0) + spent.requests
            seconds += spent.seconds
        for status, count in by_status.items():
            counts.add_metric([route, method, str(status)], count)
        bounds = ["+Inf" if bound == SLOWER_MS else str(bound / 1000) for bound in within]
        times.add_metric([route, method], list(zip(bounds, accumulate(within.values()), strict=True)), seconds)
    yield counts
    yield times
