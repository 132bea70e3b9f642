"""How are subscribers told? Sign, deliver, back off, give up: Standard Webhooks 1.0.0.

The queue is the delivery table, written in the transaction of the change itself (ledger.py). A `Courier` leases what
is due, sends it, and writes the result; what it dies with comes back when the lease ends, with the same id and the
same bytes. Decides who is told: audience.py; what follows from a result: patience.py. Speaks HTTP: outbound.
"""

from corridors.webhooks.courier import Courier, Pace, Sender
from corridors.webhooks.upkeep import Upkeep

__all__ = ["Courier", "Pace", "Sender", "Upkeep"]
