"""Why does it stand so? One sentence for each rule that took part, for a tired person. Start at `Teller`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from corridors.model import Claim, Status, Verdict, Why
from corridors.status.lapse import Lapse
from corridors.status.voices import GOES, Word

_SAID = {
    Status.ANNOUNCED: "announced it",
    Status.OPEN: "reported it open",
    Status.SUSPENDED: "reported it suspended",
    Status.CLOSED: "reported it closed",
    Status.UNKNOWN: "mentioned it without saying what holds",
}


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells instants on the clocks of the corridor's own day."""

    day: date
    zone: str

    def when(self, at: datetime) -> str:
        """Return "09:12", with the day where it is another one."""
        local = at.astimezone(ZoneInfo(self.zone))
        clock = f"{local:%H:%M}"
        return clock if local.date() == self.day else f"{clock} on {local.day} {local:%B %Y}"

    def told(self, claim: Claim) -> str:
        """Return who said what and when: "The Ministry reported it suspended (violated) at 12:30"."""
        statement = claim.statement
        reason = f" ({statement.reason.replace('_', ' ')})" if statement.reason else ""
        return f"{claim.publisher} {_SAID[statement.status]}{reason} at {self.when(claim.said_at)}"

    def grounds(self, grounds: Sequence[Word], confirmed_by: Sequence[str]) -> Iterator[Why]:
        """Say what the status rests on."""
        if not grounds:
            yield Why("unknown", (), "Nothing has been announced or reported for this day by a source that counts.")
            return
        rule = "manual" if grounds[0].rests_on_the_desk else "reported"
        yield Why(rule, _ids(grounds[:1]), f"{self.told(grounds[0].claim)}.")
        if len(confirmed_by) > 1:
            yield Why("confirmed", _ids(grounds), f"Independent publishers say the same: {', '.join(confirmed_by)}.")

    def refused(self, grounds: Sequence[Word], refused: Sequence[Word]) -> Iterator[Why]:
        """Say why an opening or announcement that came later did not lift the stop."""
        if refused:
            text = (
                f"{self.told(refused[-1].claim)}, but the stop by {grounds[0].claim.publisher} stands: only its own "
                "side or a neutral voice can lift it, with equal authority or by two independent publishers."
            )
            yield Why("stop_stands", _ids(refused), text)

    def disagreement(self, contradiction: Sequence[Word], rejection: Sequence[Word]) -> Iterator[Why]:
        """Say which parties contradict each other."""
        if contradiction:
            told = "; ".join(f"{word.claim.party}: {self.told(word.claim)}" for word in contradiction)
            yield Why("parties_disagree", _ids(contradiction), f"The parties contradict each other. {told}.")
        if rejection:
            yield Why(
                "agreement_disputed", _ids(rejection), "One party rejects what another one wants or calls agreed."
            )

    def hours_differ(self, differing: Sequence[Word]) -> Iterator[Why]:
        """Say that parties plan different hours; both stand."""
        if differing:
            told = "; ".join(f"{word.claim.party}: {self.told(word.claim)}" for word in differing)
            yield Why(
                "windows_differ", _ids(differing), f"The parties plan different hours, and both are shown. {told}."
            )

    def clock(self, lapse: Lapse, now: datetime) -> Iterator[Why]:
        """Say what the clock alone has ended."""
        if lapse.ends_at and lapse.is_over(now):
            text = f"Nobody reported its end by {self.when(lapse.ends_at)}, so that it counts as closed."
            yield Why("expired", (), text)
        if lapse.stale_at and lapse.is_stale(now):
            text = f"It holds until further notice, but by {self.when(lapse.stale_at)} there was no fresh word of it."
            yield Why("stale", (), text)

    def vouched(self, claims: Iterable[Claim]) -> Iterator[Why]:
        """Say what counts because the desk stands behind it."""
        for claim in self._sorted(claims):
            if claim.corrects:
                yield Why("corrected", (claim.id, claim.corrects), f"The desk corrected it: {self.told(claim)}.")
            elif claim.verdict is Verdict.CONFIRMED:
                yield Why("confirmed_by_desk", (claim.id,), f"The desk confirmed it: {self.told(claim)}.")

    def set_aside(self, claims: Iterable[Claim]) -> Iterator[Why]:
        """Say what the desk rejected; what it corrected is told with what took its place."""
        for claim in self._sorted(claims):
            if claim.verdict is Verdict.REJECTED:
                yield Why("rejected", (claim.id,), f"The desk rejected a claim: {self.told(claim)}.")

    def noted(self, claims: Iterable[Claim]) -> Iterator[Why]:
        """Say what was heard from sources that change nothing by themselves."""
        for claim in self._sorted(claims):
            text = f"{self.told(claim)}; a source of reliability {claim.reliability} changes nothing by itself."
            yield Why("noted", (claim.id,), text)

    def _sorted(self, claims: Iterable[Claim]) -> list[Claim]:
        return sorted(claims, key=lambda claim: (claim.said_at, self.told(claim), claim.reliability, claim.id))


def refused_by(grounds: Sequence[Word], words: Sequence[Word]) -> tuple[Word, ...]:
    """Return the openings and announcements that came with or after the stop in `grounds` and did not lift it."""
    if not grounds or grounds[0].status in GOES:
        return ()
    stop = grounds[0]
    later = (word for word in words if word.status in GOES and word.said_at >= stop.said_at and word.ahead)
    return tuple(word for word in later if word.claim.publisher != stop.claim.publisher)


def _ids(words: Iterable[Word]) -> tuple[str, ...]:
    return tuple(word.claim.id for word in words)
