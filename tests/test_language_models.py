"""Language models of other people's classes: the same interface, the same trainers, and LoRA."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest
import torch

from curriculum.gpt import GPT
from curriculum.language_models import ModelOptions, language_model
from curriculum.sampling import generate
from curriculum.text_ppo import frozen_copy
from curriculum.text_rl import completion_mask
from curriculum.text_tasks import EOS, PAD, TASKS
from curriculum.tiny_models import FAMILIES, save_tiny_model
from curriculum.train_reinforce import ReinforceConfig, Training
from curriculum.train_text_ppo import TextPPO, TextPPOConfig
from curriculum.trainer import run

transformers = pytest.importorskip("transformers", reason="the extra [transformers] is not installed")
VOCAB, CONTEXT = 60, 24


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    return {family: str(save_tiny_model(root / family, family)) for family in FAMILIES}


@pytest.fixture
def llama(folders):
    return ModelOptions(model=folders["Llama"])


def some_tokens(batch: int = 3, time: int = 10, seed: int = 0) -> torch.Tensor:
    return torch.randint(3, VOCAB, (batch, time), generator=torch.Generator().manual_seed(seed))


def close(one: torch.Tensor, other: torch.Tensor, tolerance: float = 1e-5) -> None:
    torch.testing.assert_close(one, other, rtol=tolerance, atol=tolerance)


# --- the interface


def test_our_gpt_is_the_default():
    model = language_model(ModelOptions(n_layer=1, n_head=2, d_model=16), VOCAB, CONTEXT)
    assert isinstance(model, GPT) and not model.training
    assert (model.config.vocab_size, model.config.context, model.config.d_model) == (VOCAB, CONTEXT, 16)


@pytest.mark.parametrize("family", FAMILIES)
def test_logits_are_those_of_transformers_for_the_rows_that_are_kept(folders, family):
    published = transformers.AutoModelForCausalLM.from_pretrained(folders[family]).eval()
    rows = torch.randperm(published.config.vocab_size, generator=torch.Generator().manual_seed(1))[:VOCAB].tolist()
    model = language_model(ModelOptions(model=folders[family]), VOCAB, CONTEXT, rows)
    tokens = some_tokens()
    with torch.no_grad():
        expected = published(input_ids=torch.tensor(rows)[tokens]).logits[..., rows]
        close(model(tokens), expected)
        close(model.hidden(tokens) @ model.tokens.weight.T, expected)
    assert (model.config.vocab_size, model.config.d_model) == tuple(model.tokens.weight.shape)


@pytest.mark.parametrize("family", FAMILIES)
def test_with_a_cache_it_says_the_same(folders, family):
    model, tokens = language_model(ModelOptions(model=folders[family]), VOCAB, CONTEXT), some_tokens()
    cache = model.new_cache(3)
    with torch.no_grad():
        parts = [model(part, cache) for part in tokens.split([4, 1, 1, 4], dim=1)]
        close(torch.cat(parts, dim=1), model(tokens))


@pytest.mark.parametrize("family", FAMILIES)
def test_pads_in_front_change_nothing_with_a_cache_or_without(folders, family):
    model, tokens = language_model(ModelOptions(model=folders[family]), VOCAB, CONTEXT), some_tokens()
    padded = torch.cat([torch.full((3, 5), PAD), tokens], dim=1)
    padded[2, :5] = tokens[2, :5]  # the third text has none, and 15 tokens
    cache = model.new_cache(3)
    with torch.no_grad():
        alone, third = model(tokens[:2]), model(padded[2:])
        for found in (model(padded), torch.cat([model(part, cache) for part in padded.split([7, 1, 7], dim=1)], dim=1)):
            close(found[:2, 5:], alone)
            close(found[2:], third)


def test_pads_behind_a_text_change_nothing_before_them(llama):
    model, tokens = language_model(llama, VOCAB, CONTEXT), some_tokens()
    padded = torch.cat([tokens, torch.full((3, 5), PAD)], dim=1)
    with torch.no_grad():
        close(model(padded)[:, :10], model(tokens))


@pytest.mark.parametrize("family", FAMILIES)
def test_greedy_text_is_that_of_transformers(folders, family):
    model = language_model(ModelOptions(model=folders[family]), VOCAB, CONTEXT, range(3, 3 + VOCAB))
    published = transformers.AutoModelForCausalLM.from_pretrained(folders[family]).eval()
    others = [token for token in range(published.config.vocab_size) if not 3 <= token < 3 + VOCAB]
    settings = dict(max_new_tokens=8, do_sample=False, suppress_tokens=others, eos_token_id=None, pad_token_id=0)
    tokens = some_tokens()
    expected = published.generate(tokens + 3, attention_mask=torch.ones_like(tokens), **settings) - 3
    assert torch.equal(generate(model, tokens, 8, temperature=0.0), expected)
    assert torch.equal(generate(model, tokens, 8, temperature=0.0, use_cache=False), expected)


def test_a_text_longer_than_the_context_is_refused(llama):
    with pytest.raises(ValueError, match="a sequence of 25 tokens is longer than the context, 24"):
        language_model(llama, VOCAB, CONTEXT)(some_tokens(time=25))


def test_its_dtype_is_that_of_the_options(llama):
    exact, coarse = (language_model(replace(llama, dtype=dtype), VOCAB, CONTEXT) for dtype in ("float32", "bfloat16"))
    tokens = some_tokens()
    with torch.no_grad():
        assert coarse(tokens).dtype == coarse.hidden(tokens).dtype == torch.bfloat16
        close(coarse(tokens).float(), exact(tokens), 0.05)


@pytest.mark.parametrize(
    ("options", "sizes", "words"),
    [
        ({"model": "nowhere"}, (VOCAB, CONTEXT), "there is no model 'nowhere': neither gpt, nor a folder, nor OWNER/NAME"),
        ({"model": "./no/where"}, (VOCAB, CONTEXT), "there is no model './no/where'"),
        ({}, (100_000, CONTEXT), "the model has 80 tokens, and token 99999 is asked for"),
        ({}, (VOCAB, 1000), "the model reads texts of 512 tokens at most, and 1000 are asked for"),
    ],
)
def test_what_does_not_fit_gets_one_sentence(llama, options, sizes, words):
    with pytest.raises(ValueError) as found:
        language_model(replace(llama, **options), *sizes)
    assert str(found.value).startswith(words) and "\n" not in str(found.value)


def test_a_model_that_cannot_be_had_gets_one_sentence(monkeypatch, tmp_path):
    def refused(name, **options):
        assert not options["local_files_only"]
        raise OSError("You are trying to access a gated repo.\nMake sure to have access to it at …")

    monkeypatch.setattr(transformers.AutoModelForCausalLM, "from_pretrained", refused)
    with pytest.raises(ValueError, match=r"^the model meta/llama cannot be had: You are .* a gated repo\.$"):
        language_model(ModelOptions(model="meta/llama"), VOCAB, CONTEXT)
    monkeypatch.undo()
    with pytest.raises(ValueError, match=r"^the model .* cannot be had: [^\n]*$"):
        language_model(ModelOptions(model=str(tmp_path)), VOCAB, CONTEXT)


def test_a_model_whose_logits_are_no_plain_product_is_refused(tmp_path):
    shape = dict(vocab_size=40, hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2)
    config = transformers.Gemma2Config(**shape, num_key_value_heads=1, head_dim=8, final_logit_softcapping=0.01)
    transformers.Gemma2ForCausalLM(config).save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="Gemma2ForCausalLM does more to its logits than a product with one matrix"):
        language_model(ModelOptions(model=str(tmp_path)), 40, 8)


@pytest.mark.parametrize("options", [{"dtype": "float8"}, {"lora_rank": 4}, {"model": "a/b", "lora_rank": -1}])
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(ValueError, match="there is no dtype 'float8'|lora_rank is a positive number"):
        ModelOptions(**options)


# --- LoRA


@pytest.fixture
def adapted(llama):
    pytest.importorskip("peft", reason="peft, of the extra [transformers], is not installed")
    return replace(llama, lora_rank=4)


def trained(model, steps: int = 3):
    """Make some tokens likelier."""
    tokens = some_tokens()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(steps):
        loss = -model(tokens)[:, :-1].log_softmax(-1).gather(-1, tokens[:, 1:, None]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def test_with_lora_a_model_begins_as_it_was_and_little_of_it_learns(llama, adapted):
    torch.manual_seed(0)
    plain, model = language_model(llama, VOCAB, CONTEXT), language_model(adapted, VOCAB, CONTEXT)
    with torch.no_grad():
        close(model(some_tokens()), plain(some_tokens()))
    shapes = [tuple(parameter.shape) for parameter in model.parameters()]
    assert len(shapes) == 2 * 7 * 2  # A and B, for the seven matrices of each of two blocks
    assert all(4 in shape for shape in shapes)
    trained(model)
    with torch.no_grad():
        assert (model(some_tokens()) - plain(some_tokens())).abs().max() > 1e-2


def test_a_frozen_copy_shares_what_does_not_learn_and_stays_where_it_was(adapted):
    model = language_model(adapted, VOCAB, CONTEXT)
    trained(model)
    with torch.no_grad():
        before = model(some_tokens())
    reference, storage = frozen_copy(model), {buffer.data_ptr() for buffer in model.buffers()}
    assert {buffer.data_ptr() for buffer in reference.buffers()} == storage
    assert not {parameter.data_ptr() for parameter in reference.parameters()} & {
        parameter.data_ptr() for parameter in model.parameters()
    }
    trained(model)
    with torch.no_grad():
        close(reference(some_tokens()), before, 0.0)
        assert (model(some_tokens()) - before).abs().max() > 1e-2


def test_a_copy_that_is_to_learn_leaves_the_shared_weights_alone(adapted):
    model = language_model(adapted, VOCAB, CONTEXT)
    with torch.no_grad():
        before = model(some_tokens())
    twin = copy.deepcopy(model).requires_grad_(True)
    trained(twin)
    with torch.no_grad():
        close(model(some_tokens()), before, 0.0)


def test_a_copy_of_a_model_all_of_which_learns_shares_no_parameter(llama):
    model = language_model(llama, VOCAB, CONTEXT)
    twin = frozen_copy(model)
    assert not {one.data_ptr() for one in model.parameters()} & {other.data_ptr() for other in twin.parameters()}
    assert twin.tokens.weight is twin.model.get_input_embeddings().weight


def test_a_checkpoint_of_lora_holds_what_learned_and_nothing_else(adapted):
    model, fresh = trained(language_model(adapted, VOCAB, CONTEXT)), language_model(adapted, VOCAB, CONTEXT)
    state = model.state_dict()
    assert sum(value.numel() for value in state.values()) == sum(value.numel() for value in model.parameters())
    fresh.load_state_dict(state)
    with torch.no_grad():
        close(fresh(some_tokens()), model(some_tokens()))


def test_corrections_are_float32_where_the_model_is_not(adapted):
    model = language_model(replace(adapted, dtype="bfloat16"), VOCAB, CONTEXT)
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    assert model.tokens.weight.dtype == model(some_tokens()).dtype == torch.bfloat16
    trained(model)


def test_what_lora_learned_can_be_taken_to_transformers_again(adapted, tmp_path):
    model = trained(language_model(adapted, VOCAB, CONTEXT))
    model.model.save_pretrained(tmp_path)
    published = transformers.AutoModelForCausalLM.from_pretrained(adapted.model).eval()
    published.load_adapter(str(tmp_path))
    with torch.no_grad():
        close(published(input_ids=some_tokens()).logits[..., :VOCAB], model(some_tokens()))


# --- the trainers


def test_reinforce_takes_it_by_config(llama):
    config = ReinforceConfig("even", imitated=2, updates=2, batch=16, every=2, model=llama.model)
    records: list[dict[str, float]] = []
    training = Training(config)
    training.begin()
    training.train(records.append)
    assert type(training.model).__name__ == "TransformersModel" and records[-1]["update"] == 2


@pytest.mark.parametrize("lora_rank", [0, 4])
def test_ppo_learns_with_it_and_goes_on_after_a_stop(llama, lora_rank, tmp_path):
    if lora_rank:
        pytest.importorskip("peft", reason="peft, of the extra [transformers], is not installed")
    config = TextPPOConfig(
        "even", imitated=0, updates=6, batch=32, every=3, partial_credit=1.0, learning_rate=1e-2, kl_coef=0.0,
        model=llama.model, lora_rank=lora_rank,
    )  # fmt: skip
    whole, stopped, resumed = TextPPO(config), TextPPO(replace(config, updates=3)), TextPPO(config)
    run(whole, tmp_path / "whole", False, "even")
    run(stopped, tmp_path / "stopped", False, "even")
    run(resumed, tmp_path / "stopped", True, "even")
    for one, other in zip(whole.model.parameters(), resumed.model.parameters(), strict=True):
        close(one, other, 0.0)
    records = [json.loads(line) for line in (tmp_path / "whole" / "log.jsonl").open()]
    assert records[0]["kl"] == 0.0 and records[-1]["kl"] > 0.0
    assert records[-1]["reward"] > records[0]["reward"] + 0.05
    tokens = whole.written(16, purpose=2)
    kept = completion_mask(tokens, TASKS["even"].prompt_length, EOS)
    assert (tokens[:, 1:][~kept] == PAD).all()
