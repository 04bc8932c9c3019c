"""Numbers of things in English: 1 candidate, 2 candidates, 1,000 candidates, 1.5 hours."""


def counted(number: float, one: str, many: str = "") -> str:
    """Return a number and its noun; `many` is the plural where it is not the noun and an s."""
    figure = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    return f"{figure} {one if number == 1 else many or one + 's'}"
