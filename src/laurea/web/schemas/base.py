"""What all requests share: strictness."""

from pydantic import ConfigDict
from pydantic.alias_generators import to_camel

from laurea.web.model import Model


class Requested(Model):
    """A request, or a part of one: nothing is converted, and nothing unknown is taken."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=False, strict=True, extra="forbid")
