"""How hypothesis runs here: no deadline, since two slow cores are enough; under CI its own profile draws the same examples every time."""

from hypothesis import settings

settings.register_profile("core", parent=settings.default, deadline=None)
settings.load_profile("core")
