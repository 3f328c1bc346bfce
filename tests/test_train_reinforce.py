"""The REINFORCE trainer: what its weights are made of, that it learns, and that a stopped run goes on."""

from dataclasses import replace

import pytest
import torch
from click.testing import CliRunner

from curriculum.progressive.logs import read
from curriculum.reinforce import leave_one_out, train
from curriculum.text_tasks import EOS, PAD, TASKS
from curriculum.train_reinforce import BASELINES, ReinforceConfig, Training, main, rewards_to_go, token_rewards

SMALL = ReinforceConfig("even", imitated=0, updates=4, batch=16, n_layer=1, n_head=2, d_model=16, every=2)


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def some_texts(task, batch=6, seed=0):
    torch.manual_seed(seed)
    tokens = task.demonstrations(task.prompts(batch))
    wrong = torch.rand(tokens[:, task.prompt_length :].shape) < 0.3
    tokens[:, task.prompt_length :][wrong] = torch.randint(0, len(task.vocabulary), (int(wrong.sum()),))
    return tokens


@pytest.mark.parametrize("name", TASKS)
def test_what_the_tokens_gain_adds_up_to_the_reward(name):
    task = replace(TASKS[name], partial_credit=0.5)
    tokens = some_texts(task)
    gained = token_rewards(task, tokens)
    assert gained.shape == (6, tokens.shape[1] - 1)
    torch.testing.assert_close(gained.sum(1), task.rewards(tokens))
    assert not gained[:, : task.prompt_length - 1].any()


def test_a_token_gains_what_it_adds():
    task = TASKS["even"]
    even, odd = task.vocabulary.index("4"), task.vocabulary.index("5")
    tokens = torch.tensor([[1, *[even] * 5, *[odd] * 10], [1, *[even, odd] * 7, even]])
    gained = token_rewards(task, tokens)
    torch.testing.assert_close(gained[0], torch.tensor([1 / 15] * 5 + [0.0] * 10))
    torch.testing.assert_close(gained[1], torch.tensor([1 / 15, 0.0] * 7 + [1 / 15]))


def test_rewards_to_go_leave_out_what_is_past():
    torch.testing.assert_close(rewards_to_go(torch.tensor([[1.0, 2.0, 4.0]])), torch.tensor([[7.0, 6.0, 4.0]]))


def test_the_weights_of_each_baseline():
    task = TASKS["even"]
    tokens = some_texts(task)
    rewards = task.rewards(tokens)
    found = {name: weights(task, tokens, rewards) for name, weights in BASELINES.items()}
    torch.testing.assert_close(found["none"], rewards)
    torch.testing.assert_close(found["sequence"].sum(), torch.tensor(0.0), atol=1e-6, rtol=0)
    torch.testing.assert_close(found["to_go"][:, 0], rewards)
    torch.testing.assert_close(found["per_position"].sum(0), torch.zeros(tokens.shape[1] - 1), atol=1e-5, rtol=0)
    torch.testing.assert_close(found["per_position"][:, 0], leave_one_out(rewards))


def test_a_stopped_run_goes_on_as_if_it_had_not_been(tmp_path):
    whole, records = Training(SMALL), []
    whole.train(records.append)
    first = Training(SMALL)
    first.train(lambda record: None, until=2)
    first.save(tmp_path / "checkpoint.pt")
    second, later = Training(replace(SMALL, updates=4)), []
    second.load(tmp_path / "checkpoint.pt")
    second.train(later.append)
    for name, value in whole.model.state_dict().items():
        assert torch.equal(value, second.model.state_dict()[name]), name
    assert {**later[-1], "seconds": 0} == {**records[-1], "seconds": 0}


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    Training(SMALL).save(tmp_path / "checkpoint.pt")
    with pytest.raises(ValueError, match="another seed"):
        Training(replace(SMALL, seed=1)).load(tmp_path / "checkpoint.pt")


@pytest.mark.parametrize("seed", range(3))
def test_it_learns_what_is_paid_for_and_nothing_is_wrong(seed):
    config = replace(SMALL, updates=40, batch=48, d_model=32, learning_rate=4e-3, partial_credit=1.0, seed=seed)
    training, records = Training(config), []
    training.train(records.append)
    assert records[0]["reward"] < 0.5 < 0.8 < records[-1]["reward"]
    assert training.checklist.findings == []


def test_imitation_is_a_start():
    training = Training(replace(SMALL, task="brackets", imitated=30, batch=64, d_model=32))
    before = training.measured([])
    training.begin()
    assert before["solved"] < 0.05 < training.measured([])["solved"]


def test_the_plain_loop_learns_too():
    torch.manual_seed(0)
    training = Training(replace(SMALL, d_model=32))
    adam = torch.optim.Adam(training.model.parameters(), lr=4e-3)
    log = train(training.model, adam, TASKS["even"], 40, 48, 15, EOS)
    assert log[0]["reward"] < 0.5 < 0.8 < log[-1]["reward"]


def test_the_command_logs_where_it_is_told_and_goes_on(tmp_path):
    options = ["--task", "even", "--imitated", "0", "--batch", "8", "--d-model", "16", "--n-layer", "1", "--every", "1"]
    out = ["--out", str(tmp_path)]
    first = CliRunner().invoke(main, [*options, *out, "--updates", "2"])
    assert first.exit_code == 0 and "after 2 updates" in first.stdout
    again = CliRunner().invoke(main, [*options, *out, "--updates", "3", "--resume"])
    assert again.exit_code == 0 and "after 3 updates" in again.stdout
    assert [record["update"] for record in read(tmp_path / "log.jsonl")] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "options, sentence",
    [
        (["--task", "sudoku"], "there is no task 'sudoku'"),
        (["--baseline", "luck"], "there is no baseline 'luck'"),
        (["--batch", "1"], "no others to be compared with"),
    ],
)
def test_bad_input_is_told_in_one_sentence(tmp_path, options, sentence):
    result = CliRunner().invoke(main, [*options, "--out", str(tmp_path)])
    assert result.exit_code == 1 and sentence in str(result.output)
    assert "Traceback" not in result.output


def test_a_text_is_shown_up_to_its_end():
    task = TASKS["copy"]
    training = Training(replace(SMALL, task="copy"))
    shown = training.measured([])["sample"]
    assert shown.split().count("<eos>") <= 1 and task.vocabulary[PAD] not in shown
