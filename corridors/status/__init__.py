"""What do the claims about one corridor on one day add up to, when does that lapse, and which event is a change?

Nothing here reads a clock, a network or a store: `now` is an argument. Which claims belong together is decided in
identity.py. Start at `assess`; the rule that opens and stops a corridor is standing.py.
"""

from __future__ import annotations

from corridors.status.assessment import assess, nothing
from corridors.status.nearing import nearing, next_nearing_at, to_tell
from corridors.status.rivals import rival_routes
from corridors.status.transition import change

__all__ = ["assess", "change", "nearing", "next_nearing_at", "nothing", "rival_routes", "to_tell"]
