"""What a holder does with a wallet."""

from laurea.services.holding.choice import Choice
from laurea.services.holding.entry import Entry
from laurea.services.holding.holding import Holding

__all__ = ["Choice", "Entry", "Holding"]
