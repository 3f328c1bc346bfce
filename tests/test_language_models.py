"""Language models of other people's classes: the same interface, the same trainers, and LoRA."""

from __future__ import annotations

import copy
import json
import math
from dataclasses import replace

import pytest
import torch
from click.testing import CliRunner

from curriculum import train_chat, train_reward_model, train_rlhf
from curriculum.chat_task import ChatTask, questions_in, rows_of
from curriculum.gpt import GPT
from curriculum.language_models import ModelOptions, language_model
from curriculum.model_memory import PUBLISHED, DecoderShape, memory
from curriculum.preference_world import PreferenceWorld
from curriculum.sampling import generate
from curriculum.text_ppo import frozen_copy
from curriculum.text_rl import completion_mask
from curriculum.text_tasks import BOS, EOS, PAD, TASKS
from curriculum.tiny_models import FAMILIES, save_tiny_model
from curriculum.train_dpo import DPO, DPOConfig
from curriculum.train_grpo import RLVRConfig, rlvr
from curriculum.train_reinforce import ReinforceConfig, Training
from curriculum.train_reward_model import RewardModelConfig, comparisons
from curriculum.train_rlhf import PipelineConfig, pipeline
from curriculum.train_sft import SFTConfig, sft_model
from curriculum.train_text_ppo import TextPPO, TextPPOConfig
from curriculum.trainer import run
from curriculum.transformers_model import tokenizer_of

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
        (
            {"model": "nowhere"},
            (VOCAB, CONTEXT),
            "there is no model 'nowhere': neither gpt, nor a folder, nor OWNER/N",
        ),
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
    with pytest.raises(ValueError, match=r"there is no dtype 'float8'|lora_rank is a positive number"):
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


@pytest.fixture
def world():
    return PreferenceWorld()


@pytest.mark.parametrize("lora_rank", [0, 4])
def test_the_whole_of_rlhf_takes_it_by_config(llama, lora_rank, tmp_path, monkeypatch):
    """Imitation, reward model, four models, one update; with LoRA all four share what was published."""
    if lora_rank:
        pytest.importorskip("peft", reason="peft, of the extra [transformers], is not installed")
    options = {"model": llama.model, "lora_rank": lora_rank}
    sft = SFTConfig(updates=2, batch=8, **options)
    scored = RewardModelConfig(updates=2, pairs=16, held_out=16, batch=8, **options)
    monkeypatch.setattr(train_rlhf, "SFTConfig", lambda **given: replace(sft, **given))
    monkeypatch.setattr(train_reward_model, "SFTConfig", lambda **given: replace(sft, **given))
    monkeypatch.setattr(train_rlhf, "RewardModelConfig", lambda **given: replace(scored, **given))
    config = PipelineConfig(updates=2, batch=8, measured=16, every=1, **options)
    training = pipeline(config, tmp_path)
    records: list[dict[str, float]] = []
    training.train(records.append)
    assert records[0]["kl"] == 0.0 and records[-1]["update"] == 2
    assert records[-1]["first_clip_fraction"] == 0.0
    models = (training.policy, training.reference, training.reward_model.model, training.value_model.model)
    published = [{buffer.data_ptr() for buffer in model.buffers()} for model in models]
    own = [{parameter.data_ptr() for parameter in model.parameters()} for model in models]
    for one in range(4):
        for other in range(one):
            assert not own[one] & own[other]
    if lora_rank:
        assert published[0] == published[1] == published[2] == published[3]


def test_dpo_takes_it_by_config(llama, world, tmp_path, monkeypatch):
    sft = SFTConfig(updates=1, batch=8, model=llama.model)
    start = sft_model(world, 0, tmp_path, sft)
    told = comparisons(world, start, 24)
    config = DPOConfig(updates=2, batch=8, measured=16, every=1)
    records: list[dict[str, float]] = []
    DPO(config, start, told[:16], told[16:], world, lambda tokens: {}).train(records.append)
    assert records[0]["held_out_loss"] == pytest.approx(math.log(2), abs=1e-4)
    assert records[-1]["kl"] != 0.0


@pytest.mark.parametrize("method", ["grpo", "rloo"])
def test_groups_take_it_by_config(llama, method):
    config = RLVRConfig(
        task="even", imitated=0, method=method, updates=2, prompts=4, group=4, measured=16, every=1, kl_coef=0.1,
        partial_credit=1.0, model=llama.model,
    )  # fmt: skip
    records: list[dict[str, float]] = []
    rlvr(config, say=lambda finding: None).train(records.append)
    assert records[0]["kl"] == 0.0 and records[-1]["update"] == 2


# --- questions through a chat template


@pytest.fixture
def task(llama):
    return ChatTask(tokenizer_of(llama.model), [("3 + 4?", "7"), ("38 + 17?", "55")], 8)


def test_prompts_are_the_template_padded_in_front(task):
    short, long = (task.decode(row) for row in task.asked)
    assert long == "<|begin|><|user|>38 + 17?<|end|><|assistant|>"
    assert short == "<|begin|><|user|>3 + 4?<|end|><|assistant|>"
    assert task.asked[0].tolist()[:3] == [PAD, PAD, BOS] and (task.asked[1] != PAD).all()
    assert (task.asked == BOS).sum(1).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("reply", "reward"),
    [("55", 1.0), ("= 55.", 1.0), ("5 55", 1.0), ("55 5", 0.0), ("-55", 0.0), ("7", 0.0), ("", 0.0), ("fifty", 0.0)],
)
def test_the_last_number_of_a_reply_is_its_answer(task, reply, reward):
    places = {row: place for place, row in enumerate(task.rows)}
    said = [places[token] for token in task.tokenizer(reply, add_special_tokens=False)["input_ids"]]
    room = [*said, EOS, *[places[task.tokenizer.convert_tokens_to_ids("9")]] * 8][: task.completion_length]
    tokens = torch.cat([task.asked[1], torch.tensor(room)])[None]
    assert task.rewards(tokens).tolist() == [reward]


def test_rows_put_pad_bos_and_eos_first_and_lose_nothing(task):
    tokenizer = task.tokenizer
    special = [tokenizer.pad_token_id, tokenizer.bos_token_id, tokenizer.eos_token_id]
    assert task.rows[:3] == special and sorted(task.rows) == list(range(len(tokenizer)))
    tokenizer.pad_token = tokenizer.eos_token
    lent = rows_of(tokenizer)
    assert lent[2] == tokenizer.eos_token_id != lent[0] and sorted(lent) == sorted(task.rows)
    tokenizer.eos_token = None
    with pytest.raises(ValueError, match="no token that ends a reply"):
        rows_of(tokenizer)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no question"),
        ('{"question": "1 + 1?"}', "line 1 is not"),
        ('{"question": "a", "answer": 1}\n[]', "line 2"),
    ],
)
def test_a_file_that_is_no_list_of_questions_gets_one_sentence(tmp_path, text, words):
    (tmp_path / "questions").write_text(text)
    with pytest.raises(ValueError, match=words):
        questions_in(tmp_path / "questions")


def test_the_command_trains_a_chat_model_and_leaves_its_adapter(llama, tmp_path):
    pytest.importorskip("peft", reason="peft, of the extra [transformers], is not installed")
    (tmp_path / "asked").write_text('{"question": "1 + 1?", "answer": 2}\n{"question": "10 + 12?", "answer": 22}\n')
    options = f"--model {llama.model} --lora-rank 2 --questions {tmp_path / 'asked'} --updates 2 --prompts 4 --group 2"
    options += f" --measured 8 --every 1 --completion-length 6 --minibatches 2 --out {tmp_path / 'out'}"
    found = CliRunner().invoke(train_chat.main, options.split())
    assert found.exit_code == 0, found.output
    assert "after 16 samples" in found.output and "<|assistant|>" in found.output
    assert (tmp_path / "out" / "adapter" / "adapter_config.json").exists()


def test_a_chat_without_a_model_is_refused(tmp_path):
    found = CliRunner().invoke(train_chat.main, ["--out", str(tmp_path)])
    assert found.exit_code == 1 and "a chat needs a model with a tokenizer" in str(found.exception)


# --- memory


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("tied", [True, False])
def test_parameters_are_counted_as_transformers_has_them(family, tied):
    shape = DecoderShape(48, 3, 16, 4, 2, 8, 40, tied, qkv_bias=family == "Qwen2", qk_norm=family == "Qwen3")
    config = getattr(transformers, f"{family}Config")(
        vocab_size=48, num_hidden_layers=3, hidden_size=16, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
        intermediate_size=40, tie_word_embeddings=tied,
    )  # fmt: skip
    model = getattr(transformers, f"{family}ForCausalLM")(config)
    assert shape.parameters == sum(parameter.numel() for parameter in model.parameters())


def test_the_published_ones_have_as_many_as_they_say():
    found = {name: shape.parameters for name, shape in PUBLISHED.items()}
    assert found["Llama-3.2-1B"] == 1_235_814_400 and found["Llama-3.2-3B"] == 3_212_749_824
    assert found["Qwen2.5-0.5B"] == 494_032_768 and found["Qwen3-8B"] == 8_190_735_360


def bytes_of(*modules: torch.nn.Module) -> int:
    """What several models take together, shared memory once."""
    found = {}
    for module in modules:
        for tensor in (*module.parameters(), *module.buffers()):
            if tensor.numel() > 16:  # the frequencies of rotary positions are not counted
                found[tensor.data_ptr()] = tensor.numel() * tensor.element_size()
    return sum(found.values())


@pytest.mark.parametrize(("dtype", "lora_rank"), [("float32", 0), ("bfloat16", 0), ("bfloat16", 4)])
def test_four_models_take_what_is_said(llama, dtype, lora_rank):
    if lora_rank:
        pytest.importorskip("peft", reason="peft, of the extra [transformers], is not installed")
    policy = language_model(replace(llama, dtype=dtype, lora_rank=lora_rank), 80, CONTEXT)
    value_model = copy.deepcopy(policy)
    models = [policy, frozen_copy(policy), frozen_copy(policy), value_model]
    learned = [parameter for model in (policy, value_model) for parameter in model.parameters()]
    optimizer = torch.optim.Adam(learned, lr=1e-3)
    for parameter in learned:
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    taken = bytes_of(*models) + sum(parameter.grad.numel() * parameter.element_size() for parameter in learned)
    moments = [x for state in optimizer.state.values() for x in state.values() if x.dim()]
    taken += sum(moment.numel() * moment.element_size() for moment in moments)
    shape = DecoderShape(80, 2, 32, 4, 2, 8, 64)
    assert taken == sum(memory(shape.parameters, dtype, shape.lora_parameters(lora_rank)).values())
