"""Links that strangers gave: followed within bounds, and a host that is away is not asked for ever."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from laurea.errors import InputError
from laurea.fetch.guard import PUBLIC
from laurea.services import sharing
from laurea.services.following import MOST_FAILURES, Following
from tests.web.share_host import ShareHost, share_host

AWAY = "http://127.0.0.1:9/s/" + "A" * 22 + "#k=" + "A" * 43


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShareHost]:
    with share_host(tmp_path_factory.mktemp("share")) as running:
        yield running


def clock(step: float = 0.0) -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += step


def said(following: Following, link: str) -> str:
    with pytest.raises(InputError) as caught:
        following.fetch(link)
    return str(caught.value)


def test_what_is_shared_is_fetched_and_too_many_are_not(host: ShareHost, tmp_path: Path) -> None:
    link = sharing.share(b"{}", host.url).url
    following = Following(clock().__next__, most=1)

    assert following.fetch(link) == b"{}"
    assert "too many were" in said(following, link)


def test_links_take_no_longer_together_than_they_may(host: ShareHost) -> None:
    link = sharing.share(b"{}", host.url).url
    following = Following(clock(step=10).__next__, seconds=15)

    assert [following.fetch(link), following.fetch(link)] == [b"{}", b"{}"]
    assert "too long" in said(following, link)


def test_a_host_that_is_away_is_not_asked_again_and_others_are(host: ShareHost) -> None:
    following = Following(clock().__next__)

    assert [said(following, AWAY) for _ in range(MOST_FAILURES)] == ["127.0.0.1:9 cannot be reached"] * MOST_FAILURES
    assert said(following, AWAY) == "127.0.0.1:9 was not asked: it has not answered 3 times before"
    assert following.fetch(sharing.share(b"{}", host.url).url) == b"{}"


def test_a_link_that_is_never_followed_is_not_to_be_tried_again() -> None:
    following = Following(clock().__next__, fetch=partial(sharing.fetch, policy=PUBLIC))

    with pytest.raises(InputError, match="is not fetched") as caught:
        following.fetch(AWAY.replace("http:", "https:"))

    assert caught.value.hint == ""


def test_any_other_link_is_refused() -> None:
    assert said(Following(clock().__next__), "https://example.org/") == "the link leads to nothing that is shared, or is cut off"
