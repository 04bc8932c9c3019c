"""Looking into files of strangers: the same answers as the carrier gives, and a file that takes too long or crashes harms no other."""

import io
import os
import signal

import pytest
from PIL import Image

from laurea.artefacts import png, qr
from laurea.artefacts.carrier import carried
from laurea.artefacts.looking import Looking
from laurea.errors import InputError
from tests.artefacts.samples import CREDENTIAL, PNG, SVG

LINK = "https://share.example/s/AAAA"


def noise() -> bytes:
    """A photograph of nothing, the largest that is taken: a second and more of work."""
    picture = io.BytesIO()
    Image.effect_noise((6000, 4000), 120).save(picture, "JPEG")
    return picture.getvalue()


def said(looking: Looking, data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        looking.look(data)
    return str(caught.value)


def test_the_answers_are_those_of_the_carrier() -> None:
    with Looking() as looking:
        assert looking.look(png.bake(PNG, CREDENTIAL)).data == CREDENTIAL
        assert looking.look(qr.draw(LINK, "png")).link == LINK
        for refused in (PNG, SVG, b"%PDF-1.7 nothing", b"\xff\xd8\xff nothing"):
            with pytest.raises(InputError) as caught:
                carried(refused)
            assert said(looking, refused) == str(caught.value)


@pytest.mark.slow
def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_looked_into() -> None:
    slow, good = noise(), qr.draw(LINK, "png")

    with Looking(seconds=0.3) as looking:
        assert looking.look(good).link == LINK
        assert said(looking, slow) == "it takes more than 0.3 seconds to look into"
        assert looking.look(good).link == LINK


def test_a_file_that_ends_its_reader_is_unreadable_and_the_next_is_looked_into() -> None:
    good = qr.draw(LINK, "png")

    with Looking() as looking:
        assert looking.look(good).link == LINK
        assert looking._helper is not None
        looking._helper.kill()
        looking._helper.join()
        assert said(looking, good) == "it cannot be looked into: what reads it gave up"
        assert looking.look(good).link == LINK


def test_whoever_uses_up_the_patience_leaves_a_second_for_each() -> None:
    with Looking(patience=0) as looking:
        assert looking.look(qr.draw(LINK, "png")).link == LINK
        looking._seconds = 0.0
        assert looking._helper is not None
        os.kill(looking._helper.pid or 0, signal.SIGSTOP)  # or its answer might be there already
        assert said(looking, qr.draw(LINK, "png")) == "it takes more than 0 seconds to look into"
