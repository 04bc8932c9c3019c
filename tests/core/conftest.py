"""How hypothesis runs here: no deadline, since two slow cores are enough; under CI its own profile draws the same examples every time.

`scripts/fuzz` says by LAUREA_EXAMPLES how many it draws of each.
"""

import os

from hypothesis import settings

settings.register_profile("core", parent=settings.default, deadline=None)
settings.load_profile("core")
if "LAUREA_EXAMPLES" in os.environ:
    settings.register_profile("fuzz", parent=settings.get_profile("core"), max_examples=int(os.environ["LAUREA_EXAMPLES"]))
    settings.load_profile("fuzz")
