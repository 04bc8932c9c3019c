"""A working life on one page: three institutions, an accreditor, a learner with five credentials, an employer, a registrar."""

from collections.abc import Iterator

import pytest

from tests.anvil import Anvil
from tests.journey.story import Story, told

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with Anvil() as node:
        yield told(tmp_path_factory.mktemp("life"), node)


def test_print(story: Story) -> None:
    for name, said in story.seen.items():
        print(f"=== {name}: {said.code}\n{said.out}\n--- {said.err}")
