"""How many verdicts a second feed a policy that learns from the judge: the first time, and when they are remembered.

    python benchmarks/verdict_rate.py [--updates 60] [--jobs 2] [--seed 0]

Both sides are the same run of `autograder.grader_reward.experiment`, which writes the same texts twice: once with no
verdict known, and once with those of the first run. A verdict is counted for each text, repeats included; within a run
a program is judged once.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import replace
from pathlib import Path

import torch

from autograder.grader_reward.blank import LEARNED
from autograder.grader_reward.blanks import blanks_of
from autograder.grader_reward.experiment import LEARNING, Learning
from autograder.grader_reward.verdicts import Judge
from curriculum.provenance import provenance


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--updates", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes that judge")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    config = replace(LEARNING, updates=options.updates, every=options.updates, seed=options.seed)
    rates = []
    print(f"{provenance()['machine']}, {options.jobs} processes that judge, {options.updates} updates")
    with tempfile.TemporaryDirectory() as folder:
        for known in ("nothing", "everything"):
            with Judge(Path(folder, "verdicts.jsonl"), options.jobs) as judge:
                run = Learning(config, blanks_of(LEARNED), [], judge).run()
            rates.append(run["asked"] / run["rewarding_seconds"])
            judging = f"{run['judged'] / run['judging_seconds']:.0f} a second" if run["judged"] else "none"
            print(
                f"{known} known before: {run['asked']:,} verdicts on {run['verdicts']:,} programs, {rates[-1]:,.0f} a "
                f"second; programs judged: {run['judged']:,}, {judging}"
            )
    print(f"ratio {rates[1] / rates[0]:.1f}")


if __name__ == "__main__":
    main()
