"""What is said of a GPT in use: its cache changes nothing, and its size and cost are what torch counts."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from autograder.exercises.gpt.counts import operations
from curriculum.gpt import GPT, GPTConfig, parameter_count, training_flops_per_token
from curriculum.sampling import generate

SIZES = {"vocab_size": 11, "context": 12, "n_layer": 2, "n_head": 2, "d_model": 8}


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_the_cache_does_not_change_the_text(temperature):
    torch.manual_seed(0)
    model = GPT(GPTConfig(**SIZES)).double()
    prompt = torch.randint(0, 11, (3, 4))

    def text(use_cache):
        generator = torch.Generator().manual_seed(1)
        return generate(model, prompt, 8, temperature, generator=generator, use_cache=use_cache)

    assert torch.equal(text(True), text(False))


def test_parameters_are_those_of_the_model():
    model = GPT(GPTConfig(**SIZES))
    assert parameter_count(vars(model.config)) == sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize("time", [1, 7, 12])
def test_operations_are_those_that_torch_counts(time):
    model = GPT(GPTConfig(**SIZES, explicit_attention=True))
    with FlopCounterMode(display=False) as counter:
        model(torch.zeros(3, time, dtype=torch.int64)).sum().backward()
    assert counter.get_total_flops() == 3 * time * training_flops_per_token(SIZES, time)
    assert operations(SIZES, time) == training_flops_per_token(SIZES, time)
