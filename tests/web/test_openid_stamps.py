"""Words that are good once and for a while."""

import pytest

from laurea.web.openid import stamps
from laurea.web.openid.stamps import Stamps
from laurea.web.problems import HttpProblem


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_word_is_taken_once_with_what_it_is_for() -> None:
    given = Stamps(Clock(), 60)
    word, other = given.give(b"link"), given.give(b"link")
    assert word != other
    assert (given.take(word), given.take(word), given.take(other)) == (b"link", None, b"link")


def test_a_word_ends_with_its_time_and_is_not_remembered_for_longer() -> None:
    clock = Clock()
    given = Stamps(clock, 60)
    first, second, third = given.give(), given.give(), given.give()
    assert given.take(first) == b""
    clock.seconds += 59.9
    assert (given.take(first), given.take(second)) == (None, b"")
    clock.seconds += 0.2
    assert given.take(third) is None
    assert len(given._taken) == 1
    clock.seconds += 60
    assert (given.take(first), given.take(second)) == (None, None)
    assert given._taken == {}


def test_nobody_else_makes_one() -> None:
    clock = Clock()
    given = Stamps(clock, 60)
    word = given.give(b"link")
    assert Stamps(clock, 60).take(word) is None, "a restart makes them void"
    for position in range(len(word)):
        changed = word[:position] + ("A" if word[position] != "A" else "B") + word[position + 1 :]
        assert given.take(changed) in (None, b"link"), "the last character has bits that say nothing"
    for wrong in ("", "x", "é", "=" * 8, "A" * 201, word + "A" * 200):
        assert given.take(wrong) is None


def test_there_is_an_end_to_what_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "MOST", 2)
    given = Stamps(Clock(), 60)
    words = [given.give() for _ in range(3)]
    assert [given.take(word) for word in words[:2]] == [b"", b""]
    with pytest.raises(HttpProblem) as refused:
        given.take(words[2])
    assert refused.value.status_code == 503
