"""What a holder does with a wallet."""

from laurea.services.holding.checking import LastCheck
from laurea.services.holding.choice import Choice
from laurea.services.holding.entry import Entry, Remark
from laurea.services.holding.holding import Holding
from laurea.services.holding.receiving import Offer, Preview
from laurea.services.holding.search import Filter, Status

__all__ = ["Choice", "Entry", "Filter", "Holding", "LastCheck", "Offer", "Preview", "Remark", "Status"]
