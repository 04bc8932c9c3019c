"""What status lists an issuer has: which purposes, where they are, and how long they can be relied on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from laurea.core.status_list import REVOCATION, SUSPENSION

PURPOSES = (REVOCATION, SUSPENSION)
# It stands in credentials for ever, and JSON-LD has to leave it as it is.
FOLDER = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class StatusPolicy:
    """What new credentials get entries for, and how lists are published.

    `url` is the folder that the lists are found in, which credentials name for ever; `purposes` are some of PURPOSES, none for no entries.
    A list can be relied on for `valid_for` after it was signed, and is to be fetched again after `ttl`.
    """

    url: str = ""
    purposes: Sequence[str] = ()
    valid_for: timedelta = timedelta(days=3)
    ttl: timedelta = timedelta(hours=1)


NO_STATUS = StatusPolicy()
