"""QR codes: what was drawn is read again, from a clean picture and from one as a phone takes it; hostile pictures are refused in time."""

import io
import random
import time
import tracemalloc
import warnings
import zlib

import pytest
from PIL import Image

from laurea.artefacts import qr
from laurea.core import qr_text
from laurea.errors import FormatError, InputError
from tests.shared_examples import everything, partial

TEXT = qr_text.to_text(partial(keep=everything))


def opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("L")


def saved(image: Image.Image, kind: str, **options: int) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def photographed(picture: bytes, *, angle: float, scale: float, noise: float, seed: int = 7) -> bytes:
    """Return a code as it lies on a desk: scaled, turned, on grey, in poor light, as a JPEG."""
    code = opened(picture)
    code = code.resize((int(code.width * scale), int(code.height * scale)), Image.Resampling.BICUBIC)
    desk = Image.new("L", (code.width + 400, code.height + 400), 190)
    desk.paste(code, (200, 200))
    desk = desk.rotate(angle, Image.Resampling.BICUBIC, fillcolor=170)
    grain = Image.frombytes("L", desk.size, random.Random(seed).randbytes(desk.width * desk.height))
    return saved(Image.blend(desk, grain, noise), "JPEG", quality=60)


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that asks for so many pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1 << 20), 9)) + chunk(b"IEND", b"")


def test_a_whole_credential_is_read_back_from_a_png_and_opened_again() -> None:
    (text,) = qr.read(qr.draw(TEXT, "png"))

    assert text == TEXT
    assert qr_text.to_text(qr_text.from_text(text)) == TEXT


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF"])
def test_other_kinds_of_pictures_are_read_too(kind: str) -> None:
    assert qr.read(saved(opened(qr.draw(TEXT, "png")), kind)) == [TEXT]


@pytest.mark.parametrize(("angle", "scale", "noise"), [(0, 0.8, 0.1), (17, 1.37, 0.25), (93, 1.1, 0.2), (181, 2.0, 0.3)])
def test_a_code_is_read_from_a_photograph(angle: float, scale: float, noise: float) -> None:
    assert qr.read(photographed(qr.draw(TEXT, "png"), angle=angle, scale=scale, noise=noise)) == [TEXT]


def test_two_codes_in_a_picture_are_two_texts_and_none_is_an_empty_list() -> None:
    codes = [opened(qr.draw(text, "png")) for text in ("https://one.example", "https://two.example")]
    both = Image.new("L", (sum(code.width for code in codes) + 60, max(code.height for code in codes)), 255)
    both.paste(codes[0], (0, 0))
    both.paste(codes[1], (codes[0].width + 60, 0))

    assert sorted(qr.read(saved(both, "PNG"))) == ["https://one.example", "https://two.example"]
    assert qr.read(saved(Image.new("L", (300, 300), 255), "PNG")) == []


def test_a_code_on_a_transparent_ground_is_read_as_if_on_paper() -> None:
    code = opened(qr.draw("https://one.example", "png"))
    clear = Image.new("RGBA", code.size, (0, 0, 0, 0))
    clear.putalpha(code.point(lambda grey: 255 - grey))

    assert qr.read(saved(clear, "PNG")) == ["https://one.example"]


def test_the_smallest_code_that_holds_the_text_is_drawn_with_all_the_correction_it_has_room_for() -> None:
    svg = qr.draw("HELLO", "svg").decode()

    assert svg.count("<svg") == 1
    assert 'width="116"' in svg, "a code of version 1 with its margin, four pixels a module"


def test_what_fits_fits_to_the_last_character() -> None:
    full = "A" * qr_text.MAX_CHARACTERS

    assert qr.read(qr.draw(full, "png")) == [full]
    with pytest.raises(InputError, match="the text has 4,297 characters, too many for a QR code: it holds 4,296") as caught:
        qr.draw(full + "A", "png")
    assert "hide some of the claims" in caught.value.hint


@pytest.mark.parametrize(("width", "height"), [(5_000, 5_000), (12_000, 12_000), (65_000, 65_000)])
def test_a_picture_that_would_decode_to_too_much_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    picture = bomb(width, height)
    tracemalloc.start()
    begin = time.perf_counter()

    with pytest.raises(InputError, match="more than 24,000,000 pixels") as caught:
        qr.read(picture)

    assert time.perf_counter() - begin < 0.5
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()
    assert caught.value.hint


def test_a_picture_of_too_many_bytes_is_refused_unseen() -> None:
    with pytest.raises(InputError, match="larger than 16,777,216 bytes"):
        qr.read(bytes(qr.MAX_PICTURE_BYTES + 1))


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"no picture",
        bomb(100, 100)[:60],
        qr.draw("x", "svg"),
        qr.draw("x", "png")[:80],
        b"BM" + bytes(100),
        b"GIF89a",
        b"RIFF\0\0\0\0WEBP",
    ],
)
def test_what_is_no_whole_picture_is_refused(picture: bytes) -> None:
    with pytest.raises(FormatError, match="the picture cannot be read"):
        qr.read(picture)


def test_a_damaged_picture_is_read_or_refused_and_nothing_else_happens() -> None:
    picture = qr.draw("https://one.example", "png")
    draw = random.Random(11)
    for _ in range(300):
        at = draw.randrange(len(picture))
        damaged = picture[:at] + bytes([draw.randrange(256)]) + picture[at + 1 :]
        try:
            assert qr.read(damaged) in ([], ["https://one.example"])
        except InputError:
            continue


def test_what_a_photograph_says_of_itself_and_is_wrong_is_not_complained_of() -> None:
    photograph = saved(opened(qr.draw("https://one.example", "png")), "JPEG")
    part = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff"
    broken = photograph[:2] + b"\xff\xe1" + (len(part) + 2).to_bytes(2, "big") + part + photograph[2:]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert qr.read(broken) == ["https://one.example"]
