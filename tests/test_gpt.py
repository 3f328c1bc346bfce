"""The GPT of every later chapter: what it promises to the code that builds on it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.distributed.fsdp import fully_shard
from torch.utils.flop_counter import FlopCounterMode

from curriculum.gpt import (
    GPT,
    GPTConfig,
    configure_optimizer,
    explicit_attention,
    fused_attention,
    next_token_loss,
    parameter_count,
    training_flops_per_token,
)
from curriculum.sampling import filter_logits, generate, sample_token

SMALL = GPTConfig(vocab_size=11, context=16, n_layer=3, n_head=2, d_model=8)


def model_of(config: GPTConfig = SMALL, seed: int = 0) -> GPT:
    torch.manual_seed(seed)
    return GPT(config)


def some_tokens(config: GPTConfig = SMALL, batch: int = 2, time: int = 16, seed: int = 1) -> torch.Tensor:
    return torch.randint(config.vocab_size, (batch, time), generator=torch.Generator().manual_seed(seed))


shapes = st.builds(
    lambda vocab, context, layers, heads, head_dim: GPTConfig(vocab, context, layers, heads, heads * head_dim),
    *(st.integers(1, most) for most in (20, 12, 3, 3, 4)),
)


# --- the function that it computes


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-5), (torch.bfloat16, 0.05)]
)
def test_fused_and_explicit_attention_agree_in_values_and_gradients(dtype, tolerance):
    torch.manual_seed(0)
    results = []
    q, k, v, cotangent = torch.randn(4, 2, 3, 7, 4, dtype=dtype)
    for attend in (explicit_attention, fused_attention):
        leaves = [x.clone().requires_grad_() for x in (q, k, v)]
        output = attend(*leaves)
        results.append([output, *torch.autograd.grad(output, leaves, cotangent)])
    for ours, fused in zip(*results, strict=True):
        torch.testing.assert_close(ours, fused, atol=tolerance, rtol=tolerance)


@pytest.mark.parametrize("explicit", [False, True])
def test_nothing_flows_from_the_future_and_everything_from_the_past(explicit):
    model = model_of(replace(SMALL, explicit_attention=explicit)).double()
    tokens = some_tokens(batch=1)
    before = model(tokens)
    for place in range(tokens.shape[1]):
        changed = tokens.clone()
        changed[0, place] = (changed[0, place] + 1) % SMALL.vocab_size
        moved = (model(changed) - before).abs().amax(dim=-1)[0]
        assert (moved[:place] == 0).all()
        assert (moved[place:] > 1e-9).all()


@settings(deadline=None, max_examples=40)
@given(cuts=st.lists(st.integers(1, 6), min_size=1, max_size=8), explicit=st.booleans())
def test_a_sequence_read_in_pieces_with_a_cache_gives_the_logits_of_the_whole(cuts, explicit):
    model = model_of(replace(SMALL, context=48, explicit_attention=explicit)).double()
    tokens = some_tokens(time=sum(cuts))
    cache = model.new_cache(2)
    pieces = [model(piece, cache) for piece in tokens.split(cuts, dim=1)]
    torch.testing.assert_close(torch.cat(pieces, dim=1), model(tokens), atol=1e-12, rtol=0)


def test_a_sequence_longer_than_the_context_is_refused_whole_or_in_pieces():
    model = model_of()
    with pytest.raises(ValueError, match="17 tokens is longer than the context, 16"):
        model(some_tokens(time=17))
    cache = model.new_cache(2)
    model(some_tokens(time=16), cache)
    with pytest.raises(ValueError, match="longer than the context"):
        model(some_tokens(time=1), cache)


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match="d_model = 8 is not divisible by n_head = 3"):
        GPTConfig(n_head=3, d_model=8)


def test_dropout_acts_in_training_only():
    model = model_of(replace(SMALL, dropout=0.5))
    tokens = some_tokens()
    assert not torch.equal(model(tokens), model(tokens))
    model.eval()
    assert torch.equal(model(tokens), model(tokens))


def test_under_the_weights_of_gpt2_it_gives_the_logits_of_transformers_gpt2():
    transformers = pytest.importorskip("transformers")
    from curriculum.gpt2 import gpt_from_transformers

    torch.manual_seed(0)
    shape = transformers.GPT2Config(vocab_size=53, n_positions=24, n_embd=36, n_layer=3, n_head=3)
    theirs = transformers.GPT2LMHeadModel(shape).eval()
    with torch.no_grad():
        for parameter in theirs.parameters():  # biases and norms too, which begin at 0 and 1
            parameter.add_(0.3 * torch.randn_like(parameter))
    tokens = torch.randint(53, (2, 24))
    ours = gpt_from_transformers(theirs)
    torch.testing.assert_close(ours(tokens), theirs(tokens).logits, atol=1e-4, rtol=1e-4)
    loss = theirs(tokens, labels=tokens).loss
    torch.testing.assert_close(next_token_loss(ours(tokens), tokens), loss, atol=1e-5, rtol=1e-5)


# --- initialisation


@pytest.mark.parametrize("n_layer", [2, 12])
def test_what_writes_into_the_stream_starts_smaller_the_deeper_the_model(n_layer):
    model = model_of(GPTConfig(vocab_size=64, context=32, n_layer=n_layer, n_head=4, d_model=128))
    expected = 0.02 / math.sqrt(2 * n_layer)
    for name, parameter in model.named_parameters():
        if parameter.dim() == 1:
            assert torch.equal(parameter, torch.full_like(parameter, float(name.endswith("norm.weight"))))
        else:
            std = expected if name.endswith(("attention.out.weight", "mlp.down.weight")) else 0.02
            # 8 standard errors of a sample's standard deviation
            assert abs(parameter.std().item() / std - 1) < 8 / math.sqrt(2 * parameter.numel())


def test_a_new_model_knows_nothing():
    config = GPTConfig(vocab_size=50, context=32, n_layer=4, n_head=4, d_model=64)
    tokens = some_tokens(config, batch=8, time=32)
    assert abs(next_token_loss(model_of(config)(tokens), tokens).item() - math.log(50)) < 0.05


def test_a_model_can_be_laid_out_without_memory_and_initialised_where_it_is_to_live():
    with torch.device("meta"):
        model = GPT(GPTConfig())
    assert sum(parameter.numel() for parameter in model.parameters()) == 124_439_808
    with torch.device("meta"):
        model = GPT(SMALL)
    model.to_empty(device="cpu").initialize()
    assert torch.isfinite(model(some_tokens())).all()


# --- as part of larger programs


def test_it_compiles_as_one_graph_and_gives_the_same():
    model = model_of().double()
    tokens = some_tokens()
    compiled = torch.compile(model, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(tokens), model(tokens), atol=1e-12, rtol=0)


def test_it_trains_in_bfloat16_under_autocast_and_as_a_whole():
    tokens = some_tokens()
    model = model_of()
    exact = model(tokens)
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(tokens)
        next_token_loss(logits, tokens).backward()
        assert logits.dtype == torch.bfloat16
        torch.testing.assert_close(logits.float(), exact, atol=0.02, rtol=0.05)
        assert generate(model, tokens[:, :4], 3).shape == (2, 7)
    assert model.to(torch.bfloat16)(tokens).dtype == torch.bfloat16
    assert generate(model, tokens[:, :4], 3).shape == (2, 7)


def test_it_can_be_sharded_block_by_block(tmp_path):
    model, tokens = model_of(), some_tokens()
    expected = next_token_loss(model(tokens), tokens)
    expected.backward()
    gradients = [parameter.grad.clone() for parameter in model.parameters()]
    model.zero_grad()
    torch.distributed.init_process_group("gloo", init_method=f"file://{tmp_path}/store", rank=0, world_size=1)
    try:
        mesh = torch.distributed.init_device_mesh("cpu", (1,))
        for block in model.blocks:
            fully_shard(block, mesh=mesh)
        fully_shard(model, mesh=mesh)
        loss = next_token_loss(model(tokens), tokens)
        loss.backward()
        torch.testing.assert_close(loss, expected)
        for parameter, gradient in zip(model.parameters(), gradients, strict=True):
            torch.testing.assert_close(parameter.grad.full_tensor(), gradient)
    finally:
        torch.distributed.destroy_process_group()


# --- loss, optimizer, counts


def test_the_loss_is_the_mean_surprise_at_the_next_token_where_it_is_kept():
    logits, tokens = torch.randn(2, 5, 7, dtype=torch.float64), torch.randint(7, (2, 5))
    mask = torch.tensor([[True, False, True, True, False], [False, False, False, False, True]])
    surprises = [
        [-math.log(torch.softmax(logits[row, t], -1)[tokens[row, t + 1]].item()) for t in range(4)] for row in range(2)
    ]
    everything = next_token_loss(logits, tokens).item()
    assert everything == pytest.approx(sum(map(sum, surprises)) / 8, rel=1e-5)
    kept = next_token_loss(logits, tokens, mask).item()
    assert kept == pytest.approx((surprises[0][1] + surprises[0][2] + surprises[1][3]) / 3, rel=1e-5)
    assert next_token_loss(logits, tokens, torch.zeros_like(mask)) == 0


def test_on_random_tokens_no_training_gets_below_their_entropy():
    """The best loss on random tokens is ln V: below it, the shift or the mask is wrong."""
    config = replace(SMALL, n_layer=1)
    model = model_of(config)
    optimizer = configure_optimizer(model, 1e-2)
    for step in range(60):
        tokens = some_tokens(config, batch=16, seed=step)
        loss = next_token_loss(model(tokens), tokens)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    fresh = some_tokens(config, batch=64, seed=1000)
    assert next_token_loss(model(fresh), fresh).item() > math.log(11) - 0.05


def test_matrices_decay_and_biases_and_norms_do_not():
    model = model_of()
    model.tokens.weight.requires_grad_(False)
    before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    optimizer = configure_optimizer(model, learning_rate=0.1, weight_decay=0.5)
    for parameter in model.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    for name, parameter in model.named_parameters():
        shrinks = parameter.dim() >= 2 and name != "tokens.weight"
        torch.testing.assert_close(parameter.detach(), before[name] * (0.95 if shrinks else 1.0))


@settings(deadline=None, max_examples=25)
@given(config=shapes)
def test_counted_parameters_are_those_that_the_model_has(config):
    assert parameter_count(config) == sum(parameter.numel() for parameter in GPT(config).parameters())


@settings(deadline=None, max_examples=15)
@given(config=shapes, batch=st.integers(1, 3))
def test_counted_operations_are_those_of_the_matrix_products(config, batch):
    model = GPT(replace(config, explicit_attention=True))
    tokens = some_tokens(config, batch, config.context)
    with FlopCounterMode(display=False) as counter:
        model(tokens).sum().backward()
    assert counter.get_total_flops() == batch * config.context * training_flops_per_token(config, config.context)


# --- text


@pytest.mark.parametrize("way", [{"temperature": 0}, {"temperature": 0.7, "top_k": 5, "top_p": 0.9}])
def test_text_is_the_same_with_and_without_the_cache(way):
    model, prompt = model_of().double(), some_tokens(time=3)
    texts = [
        generate(model, prompt, 13, **way, generator=torch.Generator().manual_seed(2), use_cache=use_cache)
        for use_cache in (True, False)
    ]
    assert torch.equal(*texts)
    assert torch.equal(texts[0][:, :3], prompt)
    assert texts[0].shape == (2, 16)


@settings(deadline=None, max_examples=100)
@given(
    logits=st.lists(st.sampled_from([-2.0, -1.0, 0.0, 0.5, 1.0, 3.0]), min_size=1, max_size=8),
    top_k=st.none() | st.integers(1, 10),
    top_p=st.none() | st.sampled_from([0.05, 0.3, 0.5, 0.9, 0.99]),
)
def test_what_is_kept_is_the_likeliest_and_enough_of_it(logits, top_k, top_p):
    given_logits = torch.tensor(logits, dtype=torch.float64)
    kept = filter_logits(given_logits, top_k, top_p)
    stays = kept > -math.inf
    assert stays.any()
    assert torch.equal(kept[stays], given_logits[stays])
    if not stays.all():
        assert given_logits[stays].min() >= given_logits[~stays].max()
    if top_p is not None:
        among = given_logits if top_k is None else filter_logits(given_logits, top_k)
        probs = among.softmax(-1)
        assert probs[stays].sum() >= top_p - 1e-12
        assert probs[stays].sum() - probs[stays].min() < top_p + 1e-12
    elif top_k is not None:
        assert stays.sum() >= min(top_k, len(logits))
        assert (given_logits[stays] > given_logits[stays].min()).sum() < top_k


def test_tokens_are_drawn_as_often_as_their_probability_says():
    logits = torch.tensor([0.0, 1.0, 2.0, -math.inf])
    drawn = sample_token(logits.expand(40_000, 4), 0.5, generator=torch.Generator().manual_seed(0))
    shares = torch.bincount(drawn, minlength=4) / len(drawn)
    torch.testing.assert_close(shares, (logits / 0.5).softmax(-1), atol=0.015, rtol=0)
    assert sample_token(logits, 0) == 2


@pytest.mark.parametrize("wrong", [{"top_k": 0}, {"top_p": 0.0}, {"top_p": 1.5}])
def test_a_filter_that_keeps_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="top_"):
        filter_logits(torch.zeros(3), **wrong)


def test_blocks_are_a_list_of_modules_for_those_who_wrap_them():
    assert isinstance(model_of().blocks, nn.ModuleList)
