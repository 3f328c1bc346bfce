"""Our losses are TRL's, to float precision, on the same model and the same texts."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import torch

pytest.importorskip("trl", reason="TRL, of the extra [compare], is not installed")
pytest.importorskip("transformers", reason="the extra [transformers] is not installed")


def load():
    path = Path(__file__).parent.parent / "benchmarks" / "trl_parity.py"
    specification = importlib.util.spec_from_file_location("trl_parity", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


trl_parity = load()


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield trl_parity.Sides(tmp_path_factory.mktemp("models"))
    torch.set_num_threads(threads)


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("compared", trl_parity.COMPARISONS)
def test_values_and_gradients_agree_to_float_precision(sides, compared):
    for row in trl_parity.COMPARISONS[compared](sides):
        assert row["value"] < 1e-4, row  # a loss adds up terms of both signs, so it is smaller than they are
        assert row.get("gradient", 0.0) < 1e-4, row
