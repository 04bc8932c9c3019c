"""The page's modules judge as of the past as the library does, on a real chain that is ninety days old, also when nodes lie about its events."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.browser.node import Node, Refused
from tests.browser.test_same_chain import to_result
from tests.chain.http_node import relay
from tests.cli import test_verify_past as past
from tests.cli.test_verify_past import Story, on

story = past.story  # the fixture: one chain for all


def same(node: Node, story: Story, document: bytes, at: datetime | None, *urls: str) -> Any:
    """The report of both, which is one but for when it was made."""
    ours = story.verify(document, at, *urls).document()
    given = {} if at is None else {"at": at.isoformat()}
    theirs = node.ask("verify", document=document.decode(), rpc=list(urls or [story.chain.node.url]), trust=story.trust, **given)
    timeless = [
        {**each, "at": None, "facts": {**each["facts"], "readAt": None}} for each in (theirs, ours) if isinstance(each["facts"], dict)
    ]

    assert timeless[0] == timeless[1]
    return theirs


def test_every_moment_of_the_story_is_judged_alike(node: Node, story: Story) -> None:
    moments = [None, *(on(day) for day in (9, 11, 21, 31, 39, 41, 49, 51))]
    moments += [on(40) + timedelta(seconds=seconds) for seconds in (-1, 0)]
    for document in (story.old[0], story.old[1], story.young[0], story.gone[1]):
        for at in moments:
            same(node, story, document, at)
    assert same(node, story, story.old[0], on(39))["verdict"] == "valid"
    assert same(node, story, story.gone[1], on(51))["verdict"] == "invalid"


def events(changed: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return to_result(lambda question, true: changed(true) if question["method"] == "eth_getLogs" else true)


LIES: dict[str, Callable[[Any, Any], Any]] = {
    "hides events": events(lambda _: []),
    "names them twice": events(lambda true: true * 2),
    "names another block": events(lambda true: [{**each, "blockHash": "0x" + "12" * 32} for each in true]),
    "names a removed one": events(lambda true: [{**each, "removed": True} for each in true]),
    "names another root": events(lambda true: [{**each, "topics": [*each["topics"][:2], "0x" + "12" * 32]} for each in true]),
    "names another contract": events(lambda true: [{**each, "address": "0x" + "12" * 20} for each in true]),
    "names one that was not asked for": events(lambda true: [{**each, "blockNumber": "0x0"} for each in true]),
    "names no word": events(lambda true: [{**each, "data": "0x"} for each in true]),
    "names nothing": events(lambda _: None),
    "refuses": lambda question, answer: (
        {"jsonrpc": "2.0", "id": question["id"], "error": {"code": -32000, "message": "no events here"}}
        if question["method"] == "eth_getLogs"
        else answer
    ),
}


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "beside an honest node"])
@pytest.mark.parametrize("lie", LIES)
def test_a_node_that_lies_about_events_makes_nothing_good(node: Node, story: Story, lie: str, alone: bool) -> None:
    with relay(story.chain.node.url, answer=LIES[lie]) as bad:
        report = same(node, story, story.old[0], on(39), bad.url, *([] if alone else [story.chain.node.url]))
        assert report["verdict"] == "invalid"


def test_a_moment_in_the_future_is_refused(node: Node, story: Story) -> None:
    with pytest.raises(Refused, match="is in the future"):
        node.ask("verify", document=story.old[0].decode(), at=(datetime.now(UTC) + timedelta(minutes=2)).isoformat())
    assert json.loads(story.trust)["version"] == 1
