"""`python -m benchmarks.recall [FOLDER]`: get ESCO's skills, import them, and print the figures of docs/skills.md."""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.recall import material
from benchmarks.recall.measure import answer, pace, queries, table
from benchmarks.recall.reading import read
from laurea.core.frameworks import READERS, Given, Source
from laurea.services.skills import Skills


def measure(folder: Path, *, missed: bool = False) -> None:
    """Measure with the packages of a folder, and what is made of them there."""
    if not list(folder.glob("*.whl")):
        material.download(folder)
    made = folder / "skills_en.csv"
    if not made.exists():
        made.write_bytes(material.skills(folder))
        right, known = material.accuracy(folder)
        print(f"the first label was guessed right for {right} of {known} skills whose labels are known")
    skills = Skills(folder / "skills.db")
    begin = time.perf_counter()
    kept = skills.file.put(READERS["esco"]([Source(made.name, made.read_bytes())], Given(version="1")))
    print(f"{kept.concepts:,} concepts with {kept.labels:,} labels, imported in {time.perf_counter() - begin:.1f} s")
    answers = answer(skills, queries())
    print("\n".join(table(answers)))
    print(pace(answers))
    reading = read(skills)
    print(reading)
    if missed:
        print("\n".join(reading.wrong + reading.missed))
    for each in answers if missed else ():
        if each.query.half == "development" and each.place != 1:
            print(each.place, each.query.kind, each.query.text)


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--missed"]
    if arguments:
        measure(Path(arguments[0]), missed="--missed" in sys.argv)
    else:
        with TemporaryDirectory() as place:
            measure(Path(place))
