"""`scripts/chaos`: several seeds of chaos, and the counts; ends with 1 on a violation and on a failpoint that was never hit."""

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from tests.chaos.ablations import Ablation
from tests.chaos.harness import Harness, Outcome, failpoints


def main() -> int:
    """Run the seeds that the command line asks for."""
    parser = argparse.ArgumentParser(prog="scripts/chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds, one after the other")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seconds", type=float, default=60, help="how long the faults of each last")
    parser.add_argument("--ablate", choices=[each.value for each in Ablation], default="none", help="take one rule of the product away")
    parser.add_argument("--ablations", action="store_true", help="take each rule away in turn: every one must lead to a violation")
    parser.add_argument("--keep", type=Path, help="keep the files of every seed in this folder")
    options = parser.parse_args()
    if options.ablations:
        return ablations(options)
    outcomes = [seed(options, number, Ablation(options.ablate)) for number in range(options.first, options.first + options.seeds)]
    return summary(outcomes)


def seed(options: argparse.Namespace, number: int, ablation: Ablation) -> Outcome:
    """Run one seed and print what it did."""
    with tempfile.TemporaryDirectory(prefix="laurea-chaos-") as folder:
        place = Path(folder) if options.keep is None else options.keep / f"{ablation}-{number}"
        place.mkdir(parents=True, exist_ok=True)
        outcome = Harness(place, seed=number, seconds=options.seconds, ablation=ablation).run()
    faults = ", ".join(f"{count} {what}" for what, count in sorted(outcome.counts.items()) if not what.startswith("fault: "))
    print(f"seed {number}: {outcome.batches} batches, {outcome.credentials} credentials, {outcome.kills} kills; {faults}", flush=True)
    for violation in outcome.violations:
        print(f"  VIOLATION: {violation}", flush=True)
    return outcome


def summary(outcomes: list[Outcome]) -> int:
    """Print the sums of all seeds and return the exit code."""
    hits: Counter[str] = Counter()
    for outcome in outcomes:
        hits.update(outcome.hits)
    for name in failpoints():
        print(f"  {name:32} {hits[name]:6}")
    violations = sum(len(outcome.violations) for outcome in outcomes)
    missed = [name for name in failpoints() if not hits[name]]
    batches, kills = sum(outcome.batches for outcome in outcomes), sum(outcome.kills for outcome in outcomes)
    reorganisations = sum(outcome.counts.get("reorganisations", 0) for outcome in outcomes)
    print(f"{batches} batches, {kills} kills, {reorganisations} reorganisations, {violations} violations; never hit: {missed or 'none'}")
    return 1 if violations or missed else 0


def ablations(options: argparse.Namespace) -> int:
    """Take each rule away, with as many seeds as it takes up to the number given; return 1 if one of them leads to no violation."""
    blind = []
    for ablation in Ablation:
        if ablation is Ablation.NONE:
            continue
        print(f"without {ablation}:", flush=True)
        numbers = range(options.first, options.first + options.seeds)
        if not any(outcome.violations for outcome in (seed(options, number, ablation) for number in numbers)):
            blind.append(ablation.value)
    print(f"ablations that led to no violation: {blind or 'none'}")
    return 1 if blind else 0


if __name__ == "__main__":
    raise SystemExit(main())
