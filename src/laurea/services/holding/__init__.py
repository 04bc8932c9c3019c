"""What a holder does with a wallet."""

from laurea.services.holding.choice import Choice
from laurea.services.holding.entry import Entry, Remark
from laurea.services.holding.holding import Holding
from laurea.services.holding.receiving import Offer, Preview

__all__ = ["Choice", "Entry", "Holding", "Offer", "Preview", "Remark"]
