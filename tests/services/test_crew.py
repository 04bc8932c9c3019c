"""A crew gives every result, in the order of the pieces, whatever becomes of the helpers."""

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest

from laurea.errors import FormatError
from laurea.services.issuing import crew
from laurea.services.issuing.crew import Crew, gathered


class Failing(Executor):
    """Fails in a way of its own: as it takes the work, or as it does it, or never comes back."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.pieces = 0

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        self.pieces += 1
        future: Future[Any] = Future()
        if self.how == "takes none":
            raise RuntimeError("cannot schedule new futures after shutdown")
        if self.how == "is killed":
            future.set_exception(OSError("a worker is gone"))
        elif self.how == "cancels":
            future.cancel()
        return future


def double(piece: int) -> int:
    return piece * 2


def results(executor: Executor | None, work: Callable[[int], int] = double) -> list[int]:
    found: list[int] = []
    made = Crew(work, executor, is_right=lambda _, __: True)
    for piece in range(20):
        made.hand_out(piece)
        found += made.some()
    return [*found, *made.rest()]


EXPECTED = [2 * piece for piece in range(20)]


def test_results_come_in_the_order_of_the_pieces() -> None:
    def slow_first(piece: int) -> int:
        time.sleep(0.02 if piece % 5 == 0 else 0)
        return double(piece)

    with ThreadPoolExecutor(4) as executor:
        assert results(executor, slow_first) == EXPECTED
    assert results(None) == EXPECTED


@pytest.mark.parametrize("how", ["takes none", "is killed", "cancels"])
def test_what_helpers_lose_is_done_here(how: str) -> None:
    assert results(Failing(how)) == EXPECTED


def test_helpers_that_say_nothing_are_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "PATIENCE_SECONDS", 0.2)
    silent = Failing("never comes back")
    start = time.monotonic()

    assert results(silent) == EXPECTED
    assert time.monotonic() - start < 1
    assert silent.pieces < len(EXPECTED)


def test_what_a_helper_makes_and_we_would_not_is_made_here_and_it_is_asked_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "IN_FLIGHT", 2)

    class Odd(Failing):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            self.pieces += 1
            future: Future[Any] = Future()
            future.set_result(7)
            return future

    odd = Odd("answers wrongly")
    made = Crew(double, odd, is_right=lambda piece, result: result == double(piece))
    found: list[int] = []
    for piece in range(20):
        made.hand_out(piece)
        found += made.some()

    assert [*found, *made.rest()] == EXPECTED
    assert odd.pieces == 3


def test_what_is_wrong_with_the_work_itself_is_said() -> None:
    def wrong(piece: int) -> int:
        raise FormatError(f"piece {piece}")

    with ThreadPoolExecutor(1) as executor, pytest.raises(FormatError, match="piece 0"):
        results(executor, wrong)


def test_no_more_pieces_are_handed_out_than_memory_is_for() -> None:
    silent = Failing("is killed")
    made = Crew(double, silent, is_right=lambda _, __: True)
    for piece in range(crew.IN_FLIGHT):
        made.hand_out(piece)
        assert list(made.some()) == []
    made.hand_out(99)

    assert list(made.some()) == [0]


def test_helpers_come_where_it_is_worth_their_while() -> None:
    with ThreadPoolExecutor(1) as executor:
        with gathered(lambda: executor, crew.WORTH_HELP - 1) as few, gathered(None, crew.WORTH_HELP) as none:
            assert (few, none) == (None, None)
        with gathered(lambda: executor, crew.WORTH_HELP) as many:
            assert many is executor
