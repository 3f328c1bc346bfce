"""The progressive transformers: what the tasks ask, what the models can see, and what is kept of a run."""

import importlib.util
import json
import shutil
import signal
import struct
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from curriculum.progressive import experiment, figures, metrics, models, tasks, training
from curriculum.progressive.logs import JsonLines, LogError, WeightsAndBiases, prefixed, read
from curriculum.progressive.models import MODELS
from curriculum.progressive.tasks import TASKS, draw

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "results" / "progressive.json"
TINY = experiment.Size(
    time=4,
    train_examples=2048,
    test_examples=1024,
    budget=training.Budget(steps=300, batch_size=64, log_every=20, evaluate_every=100),
)
ORDER_FREE = ("sum_is_positive", "any_positive", "sign_of_winner", "majority_positive", "has_pos_and_neg")
REVERSED_BY_TIME = ("trend_sign", "last_above_first", "max_before_min")
BLIND_TO_SIGN = (
    "has_pos_and_neg",
    "xor_of_endpoints",
    "parity_of_sign_changes",
    "many_sign_changes",
    "parity_of_positives",
)
WITHOUT_POSITIONS = ("attention_pooling", "self_attention", "encoder")

untimed = settings(deadline=None)
by_task = pytest.mark.parametrize("task", TASKS)
by_model = pytest.mark.parametrize("model", MODELS)


@pytest.fixture(autouse=True)
def one_thread():
    """On a busy machine two threads wait for each other longer than these small models take."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def sequence(*sums):
    """One example of two features per step, whose sums are these."""
    s = np.array(sums, dtype=np.float64)
    return np.stack([s + 1.0, np.full_like(s, -1.0)], axis=-1)[None]


def fresh(model, time=4, features=3):
    torch.manual_seed(0)
    return MODELS[model].make(time, features)


# --- tasks


@pytest.mark.parametrize(
    ("task", "sums", "expected"),
    [
        ("sum_is_positive", (3, -1, -1), True),
        ("sum_is_positive", (2, -1, -1), False),
        ("any_positive", (-1, 0, -2), False),
        ("any_positive", (-1, 1, -2), True),
        ("sign_of_winner", (2, -3, 2), False),
        ("sign_of_winner", (2, -3, 4), True),
        ("sign_of_winner", (-2, 2, 1), False),
        ("sign_of_winner", (2, -2, 1), True),
        ("sign_of_winner", (0, 0, 0), False),
        ("majority_positive", (1, 1, -9, -9), False),
        ("majority_positive", (1, 1, 1, -9), True),
        ("has_pos_and_neg", (1, 2, 3), False),
        ("has_pos_and_neg", (1, 0, 3), False),
        ("has_pos_and_neg", (0, 0, -1), False),
        ("has_pos_and_neg", (1, 0, -1), True),
        ("trend_sign", (0, 5, 1), True),
        ("trend_sign", (1, 5, 1), False),
        ("trend_sign", (3, 2, 1, 2), False),
        ("last_above_first", (1, 5, 1), False),
        ("last_above_first", (1, -5, 2), True),
        ("xor_of_endpoints", (1, -1, 1), False),
        ("xor_of_endpoints", (0, 1, 1), True),
        ("xor_of_endpoints", (0, 1, -1), False),
        ("parity_of_sign_changes", (1, -1, 1, -1), True),
        ("parity_of_sign_changes", (1, -1, -1, 1), False),
        ("max_before_min", (1, 5, -2, 5), True),
        ("max_before_min", (-2, 5, -2, 1), False),
        ("max_before_min", (1, 1, 1), False),
        ("many_sign_changes", (1, -1, 1, 1), True),
        ("many_sign_changes", (1, -1, 1, 1, 1), False),
        ("positive_after_max", (1, 5, -2), False),
        ("positive_after_max", (1, 2, 5), True),
        ("positive_after_max", (-1, 2, 5), False),
        ("positive_after_max", (5, -1, 5, 1), False),
        ("parity_of_positives", (1, 2, 0, -1), False),
        ("parity_of_positives", (1, 2, 3, -1), True),
    ],
)
def test_labels_of_examples_made_by_hand(task, sums, expected):
    label = TASKS[task].label(sequence(*sums))
    assert label.dtype == bool
    assert label.tolist() == [expected]


sums = st.lists(st.integers(-3, 3), min_size=1, max_size=9)


@untimed
@given(sums)
def test_the_parity_of_sign_changes_is_the_xor_of_the_endpoints(values):
    x = sequence(*values)
    assert tasks.parity_of_sign_changes(x) == tasks.xor_of_endpoints(x)


@untimed
@given(sums)
def test_the_winner_is_positive_where_the_extremes_sum_to_more_than_nothing(values):
    if max(values) + min(values) != 0:
        assert tasks.sign_of_winner(sequence(*values)) == [max(values) + min(values) > 0]


@untimed
@given(st.sampled_from([*ORDER_FREE, "parity_of_positives"]), sums, st.randoms(use_true_random=False))
def test_what_steps_hold_does_not_depend_on_their_order(task, values, random):
    shuffled = random.sample(values, len(values))
    if task == "sign_of_winner" and max(values) + min(values) == 0:
        return  # a tie, which the earliest step decides
    assert TASKS[task].label(sequence(*values)) == TASKS[task].label(sequence(*shuffled))


@by_task
def test_symmetries_that_the_book_argues_from(task):
    x, labels = draw(task, 500, 8, 3, seed=1)
    rule = TASKS[task].label
    assert (np.array_equal(rule(x[:, ::-1]), ~labels)) == (task in REVERSED_BY_TIME)
    assert (np.array_equal(rule(-x), labels)) == (task in BLIND_TO_SIGN)


@by_task
def test_examples_are_balanced_labelled_by_the_rule_and_made_by_the_seed(task):
    x, labels = draw(task, 301, 6, 3, seed=[4, 2])
    assert x.shape == (301, 6, 3)
    assert x.dtype == np.float32
    assert labels.sum() == 150
    assert np.array_equal(labels, TASKS[task].label(x))
    again, other = draw(task, 301, 6, 3, seed=[4, 2])[0], draw(task, 301, 6, 3, seed=[4, 3])[0]
    assert np.array_equal(x, again)
    assert not np.array_equal(x, other)
    assert abs(labels[:150].mean() - 0.5) < 0.25, "the labels are shuffled"


def test_a_task_that_has_one_label_only_says_so():
    with pytest.raises(ValueError, match="has_pos_and_neg has only one label at time = 1"):
        draw("has_pos_and_neg", 10, 1, 3, seed=0)


# --- models


@by_model
def test_a_model_gives_one_logit_for_each_example(model):
    made = fresh(model)
    x = torch.randn(5, 4, 3)
    logits = made(x)
    assert logits.shape == (5,)
    torch.testing.assert_close(made(x[1:2]), logits[1:2])


@by_model
def test_only_a_model_with_positions_sees_the_order_of_steps(model):
    made = fresh(model).double()
    x = torch.randn(64, 4, 3, dtype=torch.float64)
    difference = (made(x) - made(x[:, [2, 0, 3, 1]])).abs().max()
    if model in WITHOUT_POSITIONS:
        assert difference < 1e-12
    else:
        assert difference > 1e-3


@by_model
def test_every_parameter_learns(model):
    made = fresh(model)
    made(torch.randn(32, 4, 3)).square().sum().backward()
    dead = [name for name, parameter in made.named_parameters() if not parameter.grad.abs().sum() > 0]
    # A softmax cancels what is the same for all keys, so the keys' bias has no say; rounding decides its gradient.
    assert [name for name in dead if not name.startswith("key")] == []


def test_logistic_regression_is_linear_and_the_others_are_not():
    x, y = torch.randn(2, 16, 4, 3, dtype=torch.float64)
    for model in MODELS:
        made = fresh(model).double()
        bent = (made((x + y) / 2) - (made(x) + made(y)) / 2).abs().max()
        assert (bent < 1e-12) == (model == "logistic_regression"), model


def test_attention_weights_are_averages():
    x = torch.randn(7, 4, 3)
    pooling, attention = fresh("attention_pooling").weights(x), fresh("self_attention_positions").weights(x)
    assert pooling.shape == (7, 4)
    assert attention.shape == (7, 4, 4)
    for weights in (pooling, attention):
        assert weights.min() > 0
        torch.testing.assert_close(weights.sum(-1), torch.ones(weights.shape[:-1]))


def test_the_heads_of_an_encoder_block_are_those_of_torch():
    torch.manual_seed(0)
    block = models.EncoderBlock(16, 2)
    oracle = torch.nn.MultiheadAttention(16, 2, batch_first=True)
    with torch.no_grad():
        oracle.in_proj_weight.copy_(block.qkv.weight)
        oracle.in_proj_bias.copy_(block.qkv.bias)
        oracle.out_proj.load_state_dict(block.out.state_dict())
    x = torch.randn(3, 5, 16)
    torch.testing.assert_close(block.attend(x), oracle(x, x, x, need_weights=False)[0])


def test_parameters_are_counted():
    assert models.parameter_count(fresh("logistic_regression", 8, 4)) == 33
    assert models.parameter_count(models.EncoderBlock(16, 2)) == 12 * 16**2 + 13 * 16


# --- training


def short(**changes):
    return replace(TINY.budget, **{"steps": 20, "log_every": 1, "evaluate_every": 10, **changes})


def events_of(model="encoder_positions", seed=0, budget=None):
    events = []
    size = replace(TINY, budget=budget or short())
    made = experiment.fit(model, experiment.make_data("trend_sign", 0, size), seed, size, events.append)
    return made, events


def test_the_same_seed_gives_the_same_model_whatever_is_logged():
    first, events = events_of()
    second, _ = events_of(budget=short(log_every=7, evaluate_every=3))
    third, _ = events_of(seed=1)
    one, two, three = (torch.nn.utils.parameters_to_vector(made.parameters()) for made in (first, second, third))
    assert torch.equal(one, two)
    assert not torch.equal(one, three)
    assert events == events_of()[1]


def test_the_log_is_told_what_happens():
    made, events = events_of()
    steps = [event for event in events if "loss" in event]
    assert [event["step"] for event in steps] == list(range(1, 21))
    assert all({"accuracy", "gradient_norm", "weight_norm"} <= set(event) for event in steps)
    tests = [event for event in events if "test_accuracy" in event]
    assert [event["step"] for event in tests] == [10, 20]
    for name in ("probabilities", "logits"):
        assert sum(tests[-1][name]["counts"]) == TINY.test_examples
        assert len(tests[-1][name]["edges"]) == len(tests[-1][name]["counts"]) + 1
    data = experiment.make_data("trend_sign", 0, TINY)
    right = (made(data.test_x) > 0) == (data.test_labels > 0)
    assert tests[-1]["test_accuracy"] == pytest.approx(right.float().mean().item())


def test_norms_are_those_of_all_weights_and_gradients_as_one_vector():
    made = fresh("self_attention")
    made(torch.randn(8, 4, 3)).sum().backward()
    flat = np.concatenate([parameter.detach().numpy().ravel() for parameter in made.parameters()])
    slopes = np.concatenate([parameter.grad.numpy().ravel() for parameter in made.parameters()])
    found = training.norms(made)
    assert found["weight_norm"] == pytest.approx(np.sqrt(np.sum(flat**2)), rel=1e-5)
    assert found["gradient_norm"] == pytest.approx(np.sqrt(np.sum(slopes**2)), rel=1e-5)


def test_the_model_is_evaluated_without_gradient_in_evaluation_mode_and_trained_in_training_mode():
    made, modes = fresh("logistic_regression"), []
    made.register_forward_hook(lambda model, *_: modes.append((model.training, torch.is_grad_enabled())))
    made.eval()
    x, labels = torch.randn(6, 4, 3), torch.ones(6)
    optimizer = torch.optim.SGD(made.parameters())
    batches = [(x, labels)] * 3
    training.train(made, optimizer, batches, lambda model: {"mean": model(x).mean().item()}, training.ignore, 9, 2)
    learning, evaluating = (True, True), (False, False)
    assert modes == [learning, learning, evaluating, learning, evaluating]


def test_the_rate_warms_up_and_ends_near_nothing():
    budget = training.Budget(steps=100, learning_rate=1.0, warmup=10)
    rates = [budget.rate(step) for step in range(1, 101)]
    assert np.argmax(rates) == 9
    assert rates[0] == pytest.approx(0.1)
    assert rates[-1] < 1e-3


# --- the claims of the ladder, small enough to be made here


@pytest.mark.parametrize(
    ("task", "model", "least", "most"),
    [
        ("last_above_first", "logistic_regression", 0.9, 1.0),
        ("last_above_first", "attention_pooling", 0.4, 0.6),
        ("last_above_first", "self_attention", 0.4, 0.6),
        ("last_above_first", "encoder", 0.4, 0.6),
        ("last_above_first", "encoder_positions", 0.9, 1.0),
        ("any_positive", "logistic_regression", 0.5, 0.85),
        ("any_positive", "attention_pooling", 0.9, 1.0),
        ("xor_of_endpoints", "logistic_regression", 0.4, 0.6),
        ("xor_of_endpoints", "encoder_positions", 0.9, 1.0),
    ],
)
def test_a_model_solves_what_it_can_and_no_more(task, model, least, most):
    data = experiment.make_data(task, 0, TINY)
    found, _ = experiment.run(task, model, 0, data, TINY)
    assert least <= found.accuracy <= most


@pytest.mark.parametrize("task", BLIND_TO_SIGN)
def test_where_labels_are_blind_to_sign_the_best_plane_is_none(task):
    # The loss is convex, so a vanishing gradient at weights 0 makes them the best: it is the difference of class means.
    x, labels = draw(task, 40_000, 8, 2, seed=0)
    difference = x[labels].mean(axis=0) - x[~labels].mean(axis=0)
    assert np.abs(difference).max() < 6 * np.sqrt(4 / 40_000)


# --- metrics: brute force over every threshold and every pair

labelled_scores = st.lists(
    st.tuples(st.booleans(), st.sampled_from([-2.0, -0.5, 0.0, 0.25, 0.5, 3.0])), min_size=2, max_size=30
)


def arrays(pairs):
    return np.array([label for label, _ in pairs]), np.array([score for _, score in pairs])


@untimed
@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=20))
def test_a_confusion_matrix_counts_each_pair_of_label_and_prediction(pairs):
    labels, predictions = np.array(pairs, dtype=bool).reshape(-1, 2).T
    counted = [[pairs.count((row, column)) for column in (False, True)] for row in (False, True)]
    assert metrics.confusion_matrix(labels, predictions).tolist() == counted


@untimed
@given(labelled_scores)
def test_curves_have_a_point_for_each_different_score(pairs):
    labels, scores = arrays(pairs)
    positives, negatives = labels.sum(), (~labels).sum()
    thresholds = [np.inf, *sorted(set(scores), reverse=True)]
    hits = np.array([np.sum(labels & (scores >= c)) for c in thresholds])
    alarms = np.array([np.sum(~labels & (scores >= c)) for c in thresholds])
    if positives and negatives:
        false_rate, true_rate, at = metrics.roc_curve(labels, scores)
        assert at.tolist() == thresholds
        np.testing.assert_allclose(true_rate, hits / positives)
        np.testing.assert_allclose(false_rate, alarms / negatives)
    if positives:
        precision, recall, at = metrics.precision_recall_curve(labels, scores)
        assert at.tolist() == thresholds
        np.testing.assert_allclose(recall, hits / positives)
        np.testing.assert_allclose(precision[1:], hits[1:] / (hits + alarms)[1:])
        assert precision[0] == 1


@untimed
@given(labelled_scores)
def test_the_area_is_the_share_of_pairs_in_the_right_order(pairs):
    labels, scores = arrays(pairs)
    if labels.any() and not labels.all():
        won = [(a > b) + (a == b) / 2 for a in scores[labels] for b in scores[~labels]]
        assert metrics.area_under_roc(labels, scores) == pytest.approx(np.mean(won))


@untimed
@given(labelled_scores, st.randoms(use_true_random=False))
def test_no_curve_depends_on_the_order_of_the_examples(pairs, random):
    labels, scores = arrays(pairs)
    other_labels, other_scores = arrays(random.sample(pairs, len(pairs)))
    if labels.any() and not labels.all():
        for curve in (metrics.roc_curve, metrics.precision_recall_curve):
            for one, other in zip(curve(labels, scores), curve(other_labels, other_scores), strict=True):
                np.testing.assert_array_equal(one, other)


def test_average_precision_of_an_example_worked_by_hand():
    labels = np.array([True, False, True, True, False])
    scores = np.array([0.9, 0.8, 0.7, 0.7, 0.1])
    # Recall goes 0 → 1/3 at precision 1, stays at the false alarm, and goes to 1 at precision 3/4, the tie as one step.
    assert metrics.average_precision(labels, scores) == pytest.approx(1 / 3 + 2 / 3 * 3 / 4)


def test_a_curve_of_one_label_only_is_refused():
    for labels in (np.ones(3, bool), np.zeros(3, bool), np.zeros(0, bool)):
        with pytest.raises(ValueError, match="both labels"):
            metrics.roc_curve(labels, np.zeros(len(labels)))
    with pytest.raises(ValueError, match="label is True"):
        metrics.precision_recall_curve(np.zeros(3, bool), np.zeros(3))


@untimed
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 20)), min_size=1, max_size=30), st.integers(1, 7))
def test_calibration_compares_within_bins(pairs, bins):
    labels, twentieths = arrays(pairs)
    probabilities = twentieths / 20
    edges = np.linspace(0, 1, bins + 1)
    expected = []
    for number in range(bins):
        low, high = edges[number], edges[number + 1]
        inside = (probabilities >= low) & ((probabilities < high) | (number == bins - 1))
        if inside.any():
            expected.append((probabilities[inside].mean(), labels[inside].mean(), inside.sum()))
    found = metrics.calibration(labels, probabilities, bins)
    np.testing.assert_allclose(np.array(expected).T, [found.predicted, found.observed, found.counts])
    gaps = [count * abs(observed - predicted) for predicted, observed, count in expected]
    assert found.error == pytest.approx(sum(gaps) / len(labels))


# --- logs


def test_a_log_can_be_read_while_it_grows_and_after_a_kill(tmp_path):
    path = tmp_path / "new" / "log.jsonl"
    log = JsonLines(path)
    prefixed(log, "encoder", task="any_positive", seed=3)({"step": 1, "loss": 0.5})
    [event] = read(path)  # before it is closed
    assert event.pop("time") > 0
    assert event == {"task": "any_positive", "seed": 3, "encoder/step": 1, "encoder/loss": 0.5}
    log.close()
    path.write_text(path.read_text() + '{"torn')
    again = JsonLines(path)
    again({"step": 2})
    again.close()
    assert [event.get("step") for event in read(path)] == [None, 2]


def test_without_wandb_one_sentence_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(LogError, match="wandb is not installed: pip install wandb"):
        WeightsAndBiases("offline", tmp_path, ["encoder"])


def wandb_records(data):
    """The records of an offline run: protocol buffers in the log format of LevelDB, after a head of 7 bytes."""
    from wandb.proto.wandb_internal_pb2 import Record

    at, parts = 7, b""
    while at < len(data):
        left = 32768 - at % 32768
        if left < 7:
            at += left
            continue
        _, length, kind = struct.unpack("<IHB", data[at : at + 7])
        parts += data[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (1, 4):  # whole, or the last part
            yield Record.FromString(parts)
            parts = b""


@pytest.mark.skipif(importlib.util.find_spec("wandb") is None, reason="wandb, an extra, is not installed")
def test_wandb_offline_keeps_each_model_under_its_own_name_and_step(tmp_path):
    command("--task", "trend_sign", *TWO, "--seeds", 2, "--wandb", "offline", "--out", tmp_path)
    files = sorted(tmp_path.glob("wandb/offline-run-*/*.wandb"))
    assert len(files) == 2, "one for each seed"
    records = list(wandb_records(files[0].read_bytes()))
    steps = {item.metric.glob_name: item.metric.step_metric for item in records if item.metric.glob_name}
    assert steps == {f"{model}/*": f"{model}/step" for model in ("logistic_regression", "attention_pooling")}
    history = [
        {".".join(entry.nested_key) or entry.key: entry.value_json for entry in item.history.item}
        for item in records
        if item.HasField("history")
    ]
    losses = [json.loads(row["attention_pooling/loss"]) for row in history if "attention_pooling/loss" in row]
    logged = [event for event in read(tmp_path / "log.jsonl") if event["seed"] == 0]
    assert losses == pytest.approx([e["attention_pooling/loss"] for e in logged if "attention_pooling/loss" in e])
    shapes = [value for row in history for name, value in row.items() if name.startswith("attention_pooling/logits")]
    assert any('"histogram"' in value for value in shapes)


# --- the command

TWO = ("--model", "logistic_regression", "--model", "attention_pooling", "--steps", 20)


def start(*arguments, **more):
    line = [sys.executable, "-m", "curriculum.progressive", *map(str, arguments)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, **more)


def command(*arguments):
    process = start(*arguments)
    out, err = process.communicate()
    return process.returncode, out, err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--task", "xor"), "there is no task 'xor'; there are sum_is_positive, any_positive"),
        (("--model", "transformer"), "there is no model 'transformer'; there are logistic_regression"),
        (("--experiment", "--task", "trend_sign"), "--experiment runs the whole ladder"),
        (("--steps", "0"), "--steps"),
        (("--out", "/dev/null/here", "--task", "trend_sign"), "/dev/null"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(arguments, words):
    code, out, err = command(*arguments)
    assert code == 2
    assert out == ""
    assert words in err
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


def test_the_command_lists_its_tasks_and_models():
    code, out, _ = command("--list")
    assert code == 0
    assert all(name in out for name in (*TASKS, *MODELS))


def test_a_ladder_prints_a_table_keeps_a_log_and_writes_a_report(tmp_path):
    code, out, err = command("--task", "trend_sign", "--task", "any_positive", *TWO, "--out", tmp_path)
    assert code == 0, err
    rows = [line.split()[0] for line in out.splitlines() if line[:1].islower()]
    assert [row for row in rows if row in TASKS] == ["any_positive", "trend_sign"]
    events = list(read(tmp_path / "log.jsonl"))
    assert {(event["task"], event["seed"]) for event in events} == {("any_positive", 0), ("trend_sign", 0)}
    keys = {key for event in events for key in event}
    for model in ("logistic_regression", "attention_pooling"):
        assert {f"{model}/{name}" for name in ("step", "loss", "gradient_norm", "test_accuracy", "logits")} <= keys
    page = (tmp_path / "report.html").read_text()
    assert page.count('class="picture"') == 1 + 2 * 3


def test_a_stopped_ladder_goes_on_where_it_stood(tmp_path):
    chosen = list(TASKS)[:4]
    arguments = (*(word for task in chosen for word in ("--task", task)), *TWO, "--steps", 60, "--out", tmp_path)
    # A shell that starts tests in the background may have SIGINT ignored, and children inherit that.
    process = start(*arguments, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    assert process.stdout.readline()  # the head of the table
    while process.poll() is None and len(list(read(tmp_path / "runs.jsonl"))) < 3:
        time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert "the same command goes on from there" in err
    assert "Traceback" not in err
    kept = list(read(tmp_path / "runs.jsonl"))
    assert 3 <= len(kept) < 2 * len(chosen)
    code, out, _ = command(*arguments)
    assert code == 0
    assert f"{2 * len(chosen)} runs" in out
    assert list(read(tmp_path / "runs.jsonl"))[: len(kept)] == kept, "what was done is not done again"


def test_runs_of_another_size_are_not_taken_for_this_one(tmp_path):
    size = replace(TINY, budget=short())
    one = list(experiment.ladder(["trend_sign"], ["logistic_regression"], [0], size, tmp_path))
    assert [run for run, _ in experiment.kept(tmp_path, size)] == one
    assert list(experiment.kept(tmp_path, replace(size, features=5))) == []


def test_runs_of_other_code_are_not_taken_for_this_one(tmp_path, monkeypatch):
    size = replace(TINY, budget=short())
    list(experiment.ladder(["trend_sign"], ["logistic_regression"], [0], size, tmp_path))
    for name in ("tasks.py", "models.py", "training.py", "experiment.py"):
        shutil.copy(Path(experiment.__file__).with_name(name), tmp_path)
    monkeypatch.setattr(experiment, "__file__", str(tmp_path / "experiment.py"))
    assert len(list(experiment.kept(tmp_path, size))) == 1
    (tmp_path / "models.py").write_text(
        (tmp_path / "models.py").read_text().replace("N_HEAD = 16, 2", "N_HEAD = 16, 4")
    )
    assert list(experiment.kept(tmp_path, size)) == []


# --- results


def made_up(task, model, *accuracies):
    return [experiment.Run(task, model, seed, value, 0.5, 0.5, [], 0.0) for seed, value in enumerate(accuracies)]


def test_a_model_first_fails_at_the_first_task_that_most_of_its_seeds_do_not_solve():
    runs = [
        *made_up("trend_sign", "encoder", 0.5, 0.5, 0.5),
        *made_up("any_positive", "encoder", 0.96, 0.5, 0.5),
        *made_up("sum_is_positive", "encoder", 0.99, 0.5, 0.95),
        *made_up("sum_is_positive", "attention_pooling", 1.0),
    ]
    assert experiment.first_failure(runs, "encoder") == "any_positive"
    assert experiment.first_failure(runs, "attention_pooling") is None


def test_what_is_saved_is_read_back(tmp_path):
    runs = made_up("any_positive", "encoder", 0.9, 0.8)
    experiment.save(tmp_path / "a" / "b.json", runs, TINY)
    again, provenance = experiment.load(tmp_path / "a" / "b.json")
    assert again == runs
    assert provenance["seeds"] == [0, 1]
    assert set(provenance) >= {"command", "date", "machine", "size", "parameters"}


def test_the_results_of_the_book_are_complete_and_small():
    runs, provenance = experiment.load(RESULTS)
    expected = {(task, model, seed) for task in TASKS for model in MODELS for seed in range(5)}
    assert {(run.task, run.model, run.seed) for run in runs} == expected
    assert len(runs) == len(expected)
    assert provenance["size"] == json.loads(json.dumps(asdict(experiment.LARGE)))
    assert RESULTS.stat().st_size < 100_000


def test_a_result_of_the_book_can_be_made_again():
    recorded = next(
        run
        for run in experiment.load(RESULTS)[0]
        if (run.task, run.model, run.seed) == ("last_above_first", "logistic_regression", 0)
    )
    data = experiment.make_data(recorded.task, 0, experiment.LARGE)
    again, _ = experiment.run(recorded.task, recorded.model, 0, data, experiment.LARGE)
    assert again.accuracy == pytest.approx(recorded.accuracy, abs=0.005)


def test_pictures_say_where_each_model_first_fails():
    runs = [*made_up("sum_is_positive", "encoder", 0.99), *made_up("any_positive", "encoder", 0.6)]
    assert "encoder first fails at any positive" in figures.ladder_picture(runs).alt
