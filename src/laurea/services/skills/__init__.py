"""Frameworks of skills: imported once, looked up and searched offline, and found in postings."""

from laurea.services.skills.posting import posting_text, wanted_of
from laurea.services.skills.skills import Skills

__all__ = ["Skills", "posting_text", "wanted_of"]
