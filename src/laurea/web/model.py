"""What every answer of a service of ours has in common, whichever service it is: names in camel case, and the form of an error."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    """An answer, or a part of one."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    problems: list[str] | None = Field(None, description="every single thing that is wrong, with where it is and the fix")
