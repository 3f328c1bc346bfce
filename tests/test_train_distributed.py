"""Training on several ranks: the same numbers as one process, checkpoints for another world size, how a job ends.

Two processes with gloo do all that is to be judged in one job; see `training_on_ranks.py`. What they wrote is judged,
and not torchrun's exit code: gloo's teardown sometimes fails after a job that was right.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist
from torch.nn import functional as F
from training_on_ranks import CONTEXT, RLHF_TINY, TEXT, TINY, corpus, untrained

from curriculum.distributed_trainer import checkpoints, how_to_resume, shares
from curriculum.gpt import GPT, GPTConfig, configure_optimizer
from curriculum.launched import Board, launched
from curriculum.rlhf import rlhf_step
from curriculum.strategy_configs import strategy_named
from curriculum.text_data import corpus_named
from curriculum.text_tasks import EOS
from curriculum.train_distributed import DistributedConfig, DistributedGPT
from curriculum.train_gpt import Place, learning_rate
from curriculum.zero3 import deepspeed_config

ROOT = Path(__file__).parent.parent
WITHOUT_DEEPSPEED = importlib.util.find_spec("deepspeed") is None
STRATEGIES = [
    "ddp",
    "fsdp2",
    pytest.param("zero3", marks=pytest.mark.skipif(WITHOUT_DEEPSPEED, reason="the extra deepspeed is not installed")),
]
strategies = pytest.mark.parametrize("strategy", STRATEGIES)
Found = dict[str, Any]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "DS_ACCELERATOR": "cpu"}


def torchrun(*arguments: str, ranks: int = 2) -> list[str]:
    return [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={ranks}", *arguments]


def lone_place() -> Place:
    """This process as the only rank, in a group of one."""
    if not dist.is_initialized():
        dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    return Place(0, 1, torch.device("cpu"))


@pytest.fixture(scope="module", autouse=True)
def closed_group() -> Any:
    yield
    if dist.is_initialized():
        dist.destroy_process_group()


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What two ranks saw by a strategy: for each rank, of the GPT and of RLHF. Under "folder", their checkpoints."""
    out = tmp_path_factory.mktemp("ranks")

    @cache
    def ran(*strategies: str) -> str:
        command = torchrun(str(ROOT / "tests" / "training_on_ranks.py"), str(out), *strategies)
        return subprocess.run(command, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False).stderr

    def by(strategy: str) -> list[Found]:
        said = ran("zero3") if strategy == "zero3" else ran("ddp", "fsdp2")
        path = out / f"{strategy}.json"
        assert path.exists(), said
        return [{**found, "folder": out / strategy} for found in json.loads(path.read_text())]

    return by


# --- the GPT


@cache
def by_one_process() -> Found:
    """The same training as a plain loop: no ranks, no shares, no strategy."""
    text = corpus()
    torch.manual_seed(TINY.seed)
    shape = (TINY.context, TINY.n_layer, TINY.n_head, TINY.d_model, TINY.dropout)
    model = GPT(GPTConfig(len(text.vocabulary), *shape))
    optimizer = configure_optimizer(model, TINY.learning_rate, TINY.weight_decay)
    windows = text.train[: 11 * CONTEXT].view(11, CONTEXT)
    losses, norms, rows = [], [], []
    for step in range(TINY.steps):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(TINY, step)
        generator = torch.Generator().manual_seed(TINY.seed * 1_000_003 + step // 3)
        read = torch.randperm(11, generator=generator).split(TINY.batch)[step % 3]
        rows.append(read)
        logits = model(windows[read])[:, :-1]
        loss = F.cross_entropy(logits.flatten(0, 1), windows[read][:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), TINY.clip).item())
        losses.append(loss.item())
        optimizer.step()
    weights = [weight.detach().flatten() for weight in model.parameters()]
    return {"losses": losses, "norms": norms, "rows": rows, "weights": weights}


@strategies
def test_losses_and_gradients_on_two_ranks_are_those_of_one_process(seen, strategy):
    alone = by_one_process()
    assert [len(rows) for rows in alone["rows"]] == [5, 5, 1] * 2, "the last batch is smaller than the world"
    for found in seen(strategy):
        updates = found["gpt"]["updates"]
        assert [update["train_loss"] for update in updates] == pytest.approx(alone["losses"], rel=2e-5)
        assert [update["gradient_norm"] for update in updates] == pytest.approx(alone["norms"], rel=1e-4)


@strategies
def test_the_weights_at_the_end_are_those_of_one_process(seen, strategy):
    # Adam divides a gradient by its own size, so where the gradient is 0 but for rounding, as that of the keys' bias,
    # the weight is rounding too: a mean, and not the largest difference.
    for got, expected in zip(seen(strategy)[0]["gpt"]["weights"], by_one_process()["weights"], strict=True):
        assert (torch.tensor(got) - expected).abs().mean() < 1e-4


@strategies
def test_small_pieces_give_the_loss_of_large_ones(seen, strategy):
    for found in seen(strategy):
        assert found["gpt"]["small"] == pytest.approx(by_one_process()["losses"][:2], rel=2e-5)


@strategies
def test_a_resumed_run_goes_on_as_if_it_had_not_been_stopped(seen, strategy):
    for found in seen(strategy):
        assert found["gpt"]["resumed_at"] == 3
        for resumed, update in zip(found["gpt"]["resumed"], found["gpt"]["updates"][3:], strict=True):
            assert resumed == pytest.approx(update, rel=1e-5)


@strategies
def test_a_checkpoint_of_two_ranks_resumes_on_one(seen, strategy):
    for other in ("ddp", "fsdp2"):
        training = DistributedGPT(replace(TINY, strategy=other), corpus(), lone_place())
        training.load(checkpoints(seen(strategy)[0]["folder"] / "gpt")[-1])
        for update in seen(strategy)[0]["gpt"]["updates"][3:]:
            assert training.update() == pytest.approx(update, rel=1e-4)
            training.done += 1


def test_a_checkpoint_of_one_rank_resumes_on_two_under_each_strategy(tmp_path):
    text = corpus_in(tmp_path)
    training = DistributedGPT(replace(TINY, data=text.name), text, lone_place())
    training.train(lambda record: training.save(tmp_path / "out"), until=3)
    tail = [training.update()["train_loss"]]
    for strategy in ("ddp", "fsdp2", *([] if WITHOUT_DEEPSPEED else ["zero3"])):
        records = command(tmp_path, "--resume", f"--strategy={strategy}", "--steps=4", "--every=1")
        assert [record["update"] for record in records] == [4]
        assert records[0]["train_loss"] == pytest.approx(tail[0], abs=2e-4)
        (tmp_path / "out" / "log.jsonl").unlink()
        for folder in checkpoints(tmp_path / "out")[1:]:
            (folder / ".metadata").unlink()


@strategies
def test_what_is_sharded_is_kept_by_one_rank_only(seen, strategy):
    weights = by_one_process()["weights"]
    whole = sum(weight.numel() * 4 for weight in weights)
    share = whole if strategy == "ddp" else whole / 2
    odd_row = 4 * TINY.d_model  # of 13 tokens' embeddings, one rank keeps 7
    for found in seen(strategy):
        kept = found["gpt"]["bytes"]
        assert kept["parameters"] == pytest.approx(share, abs=odd_row)
        assert kept["moments"] == 2 * kept["parameters"]
        assert kept["copies"] == (kept["parameters"] if strategy == "zero3" else 0)
        assert found["gpt"]["gradient_bytes"] == kept["parameters"]


@strategies
def test_one_rank_writes_the_sample(seen, strategy):
    first, second = seen(strategy)
    assert len(first["gpt"]["sample"]) > 0
    assert second["gpt"]["sample"] is None


# --- RLHF


@strategies
def test_rlhf_on_two_ranks_learns_what_chapter_5s_step_learns_from_the_same_texts(seen, strategy):
    first, second = (found["rlhf"] for found in seen(strategy))
    assert first["tokens"] == second["tokens"], "all ranks know the whole batch"
    alone = untrained()
    for update, found in enumerate(first["updates"]):
        torch.manual_seed((RLHF_TINY.seed * 1_000_003 + update) * 65_537)
        minibatches = [
            rows
            for _ in range(RLHF_TINY.epochs)
            for rows in torch.randperm(RLHF_TINY.batch).tensor_split(RLHF_TINY.minibatches)
        ]
        expected = rlhf_step(
            alone.policy,
            alone.reference,
            alone.reward_model,
            alone.value_model,
            torch.tensor(first["tokens"][update]),
            alone.world.prompt_length,
            EOS,
            alone.optimizer,
            minibatches,
            alone.price.value,
            lam=RLHF_TINY.gae_lambda,
            clip=RLHF_TINY.clip,
        )
        assert found["batch_score"] == pytest.approx(expected["score"], rel=1e-4, abs=1e-5)
        assert found["batch_kl"] == pytest.approx(expected["kl"], rel=1e-2, abs=1e-4)
        for name in ("value_loss", "first_clip_fraction", "step_kl", "clip_fraction"):
            assert found[name] == pytest.approx(expected[name], rel=1e-2, abs=1e-4), name
    assert first["updates"] == second["updates"]
    model = torch.nn.ModuleList([alone.policy, alone.value_model])
    for got, weight in zip(first["weights"], model.parameters(), strict=True):
        assert (torch.tensor(got) - weight.detach().flatten()).abs().mean() < 1e-4


def test_texts_do_not_depend_on_the_strategy(seen):
    assert seen("ddp")[0]["rlhf"]["tokens"][0] == seen("fsdp2")[0]["rlhf"]["tokens"][0]
    assert seen("ddp")[0]["rlhf"]["kl"] == 0 == seen("fsdp2")[0]["rlhf"]["kl"]


# --- shares and configurations


@pytest.mark.parametrize(("rows", "ranks", "largest"), [(5, 2, 0), (5, 2, 1), (1, 3, 2), (12, 3, 2), (7, 4, 0)])
def test_shares_have_each_row_once_and_as_many_pieces_on_every_rank(rows, ranks, largest):
    batch = torch.arange(100, 100 + rows)
    places = [Place(rank, ranks, torch.device("cpu")) for rank in range(ranks)]
    found = [shares(batch, place, largest) for place in places]
    counted = [row for share in found for piece, counts in share if counts for row in piece.tolist()]
    assert sorted(counted) == batch.tolist()
    assert len({len(share) for share in found}) == 1
    assert all(len(piece) for share in found for piece, _ in share), "every call of the model has something to read"
    if largest:
        assert max(len(piece) for share in found for piece, _ in share) <= largest


def test_every_window_is_read_once_in_an_epoch_in_an_order_of_its_own(tmp_path):
    training = DistributedGPT(TINY, corpus(), lone_place())
    orders = []
    for _ in range(2):
        rows = []
        for _ in range(training.epoch):
            rows += training.rows().tolist()
            training.done += 1
        orders.append(rows)
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(11))
    assert orders[0] != orders[1]


def test_a_configuration_that_is_none_is_refused_in_one_sentence(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text('{"strategy": "magic"}')
    with pytest.raises(ValueError, match="there is no strategy 'magic'; there are ddp, fsdp2, zero3"):
        strategy_named(str(path))
    path.write_text('{"strategy": "ddp", "buckets": 1}')
    with pytest.raises(ValueError, match="ddp is configured by bucket_megabytes, and by nothing else"):
        strategy_named(str(path))
    with pytest.raises(FileNotFoundError):
        strategy_named("no_such_file.json")


def test_deepspeeds_configuration_is_made_from_ours():
    made = deepspeed_config(strategy_named("zero3"), 8, 1.0, True)
    assert made["zero_optimization"]["stage"] == 3
    assert made["train_batch_size"] == 8 * made["train_micro_batch_size_per_gpu"]
    assert made["bf16"] == {"enabled": True}


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    training = DistributedGPT(TINY, corpus(), lone_place())
    training.save(tmp_path)
    with pytest.raises(ValueError, match="was made with another seed"):
        DistributedGPT(replace(TINY, seed=1), corpus(), lone_place()).load(checkpoints(tmp_path)[-1])


def test_an_unfinished_checkpoint_is_not_resumed_from(tmp_path):
    assert how_to_resume(tmp_path) == "there is no checkpoint yet"
    training = DistributedGPT(TINY, corpus(), lone_place())
    for training.done in (3, 20, 100):
        training.save(tmp_path)
    assert [folder.name for folder in checkpoints(tmp_path)] == ["update-20", "update-100"], "the last two are kept"
    (tmp_path / "update-100" / ".metadata").unlink()
    assert "goes on from update 20" in how_to_resume(tmp_path)


# --- the command, and how it ends


def corpus_in(folder: Path) -> Any:
    """The tests' text as a file, and the corpus that the command makes of it."""
    path = folder / "text.txt"
    path.write_text(TEXT)
    return corpus_named(str(path))


def options(folder: Path, config: DistributedConfig = TINY) -> list[str]:
    given = {**vars(config), "data": str(folder / "text.txt")}
    names = ("data", "batch", "context", "n_layer", "n_head", "d_model", "learning_rate", "warmup")
    return ["gpt", f"--out={folder / 'out'}", *(f"--{name.replace('_', '-')}={given[name]}" for name in names)]


def command(folder: Path, *more: str) -> list[dict[str, Any]]:
    """The records that two ranks have logged."""
    run = torchrun("-m", "curriculum.train_distributed", *options(folder), *more)
    job = subprocess.run(run, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False)
    path = folder / "out" / "log.jsonl"
    assert path.exists(), job.stderr
    return [json.loads(line) for line in path.read_text().splitlines()]


def children(process: int) -> dict[int, int]:
    """Of the process of a torchrun: each rank's process."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == process:
                    pairs = (entry / "environ").read_bytes().split(b"\0")
                    said = dict(pair.split(b"=", 1) for pair in pairs if b"=" in pair)
                    if b"RANK" in said:
                        found[int(said[b"RANK"])] = int(entry.name)
            except OSError:
                continue  # it has ended
    return found


def ended_by(folder: Path, number: int, of_rank: int | None, strategy: str) -> str:
    """What a long job said when a signal was sent to a rank, or to all."""
    corpus_in(folder)
    more = (f"--strategy={strategy}", "--steps=1000000", "--every=20", "--timeout=60")
    run = torchrun("-m", "curriculum.train_distributed", *options(folder), *more)
    job = subprocess.Popen(
        run, env=environment(), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        while not checkpoints(folder / "out")[1:] and job.poll() is None:
            time.sleep(0.2)
        if of_rank is None:
            os.killpg(job.pid, number)
        else:
            os.kill(children(job.pid)[of_rank], number)
        _, said = job.communicate(timeout=600)  # it must not hang
        return said
    finally:
        if job.poll() is None:
            os.killpg(job.pid, signal.SIGKILL)
            job.wait()


ends = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds the ranks' processes in /proc")


@ends
@pytest.mark.parametrize("rank", [0, 1])
def test_a_killed_rank_ends_the_job_with_one_sentence_that_says_which_and_how_to_go_on(tmp_path, rank):
    said = ended_by(tmp_path, signal.SIGKILL, rank, "fsdp2" if rank else "ddp")
    [sentence] = [line for line in said.splitlines() if "goes on from update" in line]
    assert f"rank {rank} (process " in sentence
    assert f"--resume --out {tmp_path / 'out'}" in sentence
    assert said.count("Traceback") <= 1, "torchrun's own"
    corpus = corpus_in(tmp_path)
    training = DistributedGPT(replace(TINY, data=corpus.name), corpus, lone_place())
    training.load(checkpoints(tmp_path / "out")[-1])
    assert training.done >= 20


@ends
def test_ctrl_c_ends_the_job_with_one_sentence(tmp_path):
    said = ended_by(tmp_path, signal.SIGINT, None, "ddp")
    [sentence] = [line for line in said.splitlines() if "goes on from update" in line]
    assert sentence.startswith("stopped")


def test_a_mistake_is_one_sentence_of_one_rank(tmp_path):
    (tmp_path / "text.txt").write_text("too short")
    run = torchrun("-m", "curriculum.train_distributed", *options(tmp_path))
    job = subprocess.run(run, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False)
    assert job.returncode != 0
    assert job.stderr.count("use more text or less context") == 1


def test_the_same_command_runs_without_torchrun(tmp_path):
    corpus_in(tmp_path)
    run = [sys.executable, "-m", "curriculum.train_distributed", *options(tmp_path), "--steps=2", "--strategy=fsdp2"]
    job = subprocess.run(run, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False)
    assert job.returncode == 0, job.stderr
    assert "fsdp2, 1 ranks: validation loss" in job.stdout


def test_an_error_alone_is_one_sentence_with_how_to_go_on(capsys, monkeypatch):
    for name in ("RANK", "WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    if dist.is_initialized():
        dist.destroy_process_group()
    with pytest.raises(SystemExit), launched("cpu", 10.0, lambda: "go on so"):
        raise FloatingPointError("the loss is nan")
    assert capsys.readouterr().err == "the loss is nan; go on so\n"
    assert not dist.is_initialized()


def test_one_rank_speaks_for_all(capsys):
    first, second = (Board(0, 1, lambda: "") for _ in range(2))
    second.notes = first.notes
    first.say("it was me")
    second.say("the connection was lost")
    assert capsys.readouterr().err == "it was me\n"
    assert math.isfinite(first.notes.add("spoken", 0))
