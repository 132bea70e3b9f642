"""Which time the domain lives in: the real one, or a story's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Clock:
    """The domain clock: real time, or in a demo a story's time that runs `speed` times faster and stops at `until_at`.

    Assessments, lapses and `known_at` use it; leases, retries, signatures and keys live on real time.
    """

    started_at: datetime | None = None
    epoch_at: datetime | None = None
    speed: float = 1.0
    until_at: datetime | None = None

    def at(self, real: datetime) -> datetime:
        """Return the domain's instant at the `real` one, in UTC."""
        if self.started_at is None or self.epoch_at is None:
            return real.astimezone(UTC)
        told = self.epoch_at + max(real - self.started_at, timedelta(0)) * self.speed
        return min(told, self.until_at).astimezone(UTC) if self.until_at else told.astimezone(UTC)

    def pace_at(self, real: datetime) -> float:
        """Return how many times faster than real time the domain runs at the `real` instant; 0 once it has stopped."""
        return 0.0 if self.until_at and self.at(real) >= self.until_at else self.speed


@dataclass(frozen=True, slots=True)
class Now:
    """One moment on both clocks: `at` is the domain's instant, `real_at` the real one."""

    at: datetime
    real_at: datetime
