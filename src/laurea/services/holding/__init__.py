"""What a holder does with a wallet."""

from laurea.services.holding.attaching import Filed
from laurea.services.holding.checking import LastCheck
from laurea.services.holding.choice import Choice
from laurea.services.holding.entry import Entry, Remark
from laurea.services.holding.holding import Holding
from laurea.services.holding.portion import Portion
from laurea.services.holding.presenting import Composed, Showing, Wanted
from laurea.services.holding.receiving import Offer, Preview
from laurea.services.holding.search import Filter, Status

__all__ = [
    "Choice",
    "Composed",
    "Entry",
    "Filed",
    "Filter",
    "Holding",
    "LastCheck",
    "Offer",
    "Portion",
    "Preview",
    "Remark",
    "Showing",
    "Status",
    "Wanted",
]
