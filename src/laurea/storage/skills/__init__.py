"""The frameworks of skills that were imported: one SQLite file, made for looking up and searching, with nothing about a person."""

from laurea.storage.skills.file import SkillFile, Spoken

__all__ = ["SkillFile", "Spoken"]
