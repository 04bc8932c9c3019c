"""The moment that a credential is judged as of: now, or one in the past; of the future nobody knows."""

from datetime import UTC, datetime, timedelta

from laurea.core.credential import format_time
from laurea.errors import InputError

# What is younger counts as now: a verification takes a while, and no two clocks agree.
PRESENT = timedelta(minutes=1)


def judged_at(given: datetime | None, now: datetime) -> datetime:
    """Return the moment to judge as of: the one given, in UTC, else now; raises InputError for one without a time zone or in the future."""
    if given is None:
        return now
    if given.tzinfo is None:
        raise InputError("the moment to judge at has no time zone", hint="for example datetime.now(UTC)")
    try:
        given = given.astimezone(UTC)
    except OverflowError as error:
        raise InputError("the moment to judge at is in no year from 1 to 9999, by UTC") from error
    if given - now > PRESENT:
        raise InputError(f"the moment to judge at, {format_time(given)}, is in the future", hint="leave it out to judge as of now")
    return given


def is_past(at: datetime, read_at: datetime | None) -> bool:
    """Tell whether a moment is before the present, as it was when the chain was read."""
    return read_at is not None and read_at - at > PRESENT
