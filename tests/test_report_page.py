"""The page of a report shows every transcript, and nothing that a model or its code wrote can break it or run in it."""

import html
import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_attempts import PROBLEM, records, transcript

from autograder.agents.report import summary
from autograder.agents.report_page import page
from autograder.agents.transcript_page import BEGINNING, ENDING
from autograder.verdict import Verdict

RATES = {"attention.softmax": 0.6, "attention.causal_mask": 0.3}
VOID = {"meta"}
SVG = {"svg", "rect", "line", "circle", "text", "g"}
ALLOWED = SVG | set("html head meta title style body h1 h2 p b i a code pre div span details summary br".split())
ALLOWED |= set("table thead tbody tr th td".split())
HOSTILE = (
    "</pre></div></details></body><script>document.title = 'owned'</script>"
    "<img src=x onerror=\"document.title='owned'\"><style>body { display: none }</style><!-- "
    "\" onmouseover=\"document.title='owned' ' \x00\x1b[31m\r \u202e \ud800 \uffff &lt;b&gt;"
)


class Reader(HTMLParser):
    """Holds the page to the tags and attributes that are its own, each closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.ids, self.targets = [], [], [], []

    def handle_starttag(self, tag, attributes):
        assert tag in ALLOWED, tag
        for name, value in attributes:
            assert not name.startswith("on")
            assert name != "src"
            if name == "href":
                assert value.startswith("#")
                self.targets.append(value[1:])
            if name == "id":
                self.ids.append(value)
        if tag not in VOID | {"br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag in SVG, tag

    def handle_endtag(self, tag):
        if tag != "br":
            assert self.open.pop() == tag

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_data(self, data):
        self.text.append(data)


def read(made):
    """What a browser shows of the page, held to its form."""
    made.encode("utf-8")
    reader = Reader()
    reader.feed(made)
    reader.close()
    assert reader.open == []
    assert len(set(reader.ids)) == len(reader.ids)
    assert set(reader.targets) <= set(reader.ids)
    return "".join(reader.text)


def shown(attempts, transcripts=None):
    if transcripts is None:
        transcripts = {one["id"]: transcript(one) for one in attempts}
    return page(attempts, transcripts, summary(attempts))


@pytest.fixture(scope="module")
def attempts():
    return [
        *records(RATES, runs=6, seed=1, infrastructure=1),
        *records(RATES, runs=6, seed=2, shape="repair", k=2, cost=None),
        *records({"attention.softmax": 0.5}, runs=6, seed=3, twin=True),
    ]


@pytest.fixture(scope="module")
def whole(attempts):
    return shown(attempts)


def one_attempt(passed=False):
    return records({"attention.softmax": float(passed)}, runs=1, seed=4)


def test_it_is_one_page_that_asks_for_nothing_else(whole):
    assert read(whole)
    assert "Content-Security-Policy\" content=\"default-src 'none'" in whole
    style = re.search(r"<style>(.*?)</style>", whole, re.DOTALL)[1]
    assert not re.search(r"url\(|@import", style)
    assert "prefers-color-scheme: dark" in style


def test_every_attempt_is_there_with_its_transcript_and_folded(attempts, whole):
    assert whole.count('<details class="attempt">') == len(attempts)
    text = read(whole)
    assert text.count("Subtract the maximum first.") == len(attempts)
    for one in attempts:
        assert one["id"] in text


def test_what_the_model_said_thought_and_called_and_what_came_back_are_told_apart():
    made = shown(one_attempt())
    for kind, label, inside in [
        ("said", "the model", "I start with the file."),
        ("thought", "thinking", "Subtract the maximum first."),
        ("call", "calls str_replace_based_edit_tool", "import numpy"),
        ("result", "result of str_replace_based_edit_tool", "The file was written."),
        ("result error", "error of bash", "NameError"),
        ("given", "prompt", "Write softmax"),
        ("given", "file solution.py", "def softmax"),
    ]:
        block = rf'<div class="{kind}"><div class="label">{label}</div>(?:(?!class="label").)*{inside}'
        assert re.search(block, made, re.DOTALL), kind
    assert "the tools were started anew" in made


def test_a_transcript_ends_with_what_was_submitted_and_the_verdict():
    [one] = attempt = one_attempt()
    one |= {"outcome": "submitted", "submission": "def softmax(): ..."}
    one["verdict"] = records({"attention.softmax": 1.0}, runs=1)[0]["verdict"]
    one["verdict"]["checks"][0] |= {"passed": False, "message": "the sum is 2"}
    text = read(shown(attempt))
    assert text.index("It ended") < text.rindex("def softmax(): ...") < text.rindex("the sum is 2")


def test_a_verdict_of_another_version_is_shown_as_it_is():
    [one] = attempt = one_attempt(passed=True)
    one["verdict"] = {**one["verdict"], "a_new_field": "seen all the same"}
    assert "seen all the same" in read(shown(attempt))


def test_a_verdict_is_the_same_after_json():
    recorded = one_attempt(passed=True)[0]["verdict"]
    assert Verdict.from_json(Verdict.from_json(recorded).to_json()) == Verdict.from_json(recorded)


def test_numbers_failures_and_what_is_not_counted_are_on_it(attempts, whole):
    text = read(whole)
    report = summary(attempts)
    assert report["overall"]["meaning"] in text
    assert report["cheating"]["meaning"] in text
    for row in report["failures"]["by_misconception"]:
        assert row["misconception"].replace("_", " ") in text
    assert PROBLEM in text
    assert "unknown" in text


def test_each_interval_is_drawn_where_it_lies():
    attempts = [{**one, "passed": number < 4} for number, one in enumerate(records({"attention.softmax": 1.0}))]
    made = shown(attempts)
    assert 'x1="10.90%" x2="51.95%"' in made  # Wilson
    assert 'x1="9.74%" x2="51.66%"' in made  # Jeffreys
    assert 'cx="26.67%"' in made
    assert '<rect class="band" x="10%" width="30%"' in made


def test_failures_lead_to_their_transcripts(attempts, whole):
    failed = next(one for one in attempts if not one["passed"] and one["outcome"] == "submitted" and not one["twin"])
    [anchor] = set(re.findall(rf'href="#([\w-]+)" title="{re.escape(failed["id"])}"', whole))
    after = whole[whole.index(f'id="{anchor}"') - 600 :]
    assert failed["id"] in after[:700]


def test_no_attempts_make_a_page_too():
    assert "Attempts that count: 0." in read(shown([]))


# --- hostile content


def spoilt(value, leaf):
    """The same structure with every text, key or value, replaced by the hostile one; types stay so that it is read."""
    if isinstance(value, dict):
        return {
            key: item if key in ("type", "role") and isinstance(item, str) else spoilt(item, leaf)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [spoilt(item, leaf) for item in value]
    return leaf if isinstance(value, str) else value


def hostile_attempt(problem=""):
    attempt = one_attempt()
    [one] = attempt
    events = spoilt(transcript(one), HOSTILE)
    events[0]["files"] = {HOSTILE: HOSTILE}
    events[1]["message"]["content"][2]["input"] = {HOSTILE: HOSTILE, "other": [HOSTILE]}
    events.append({"type": HOSTILE, HOSTILE: HOSTILE})
    verdict = spoilt(records({"attention.softmax": 1.0}, runs=1)[0]["verdict"], HOSTILE)
    verdict["checks"][0]["passed"] = False
    verdict["problem"] = problem
    verdict["diagnosis"] = [{"id": HOSTILE, "message": HOSTILE, "question": HOSTILE, "explains": [HOSTILE]}]
    one |= {"outcome": "submitted", "submission": HOSTILE, "verdict": verdict, "model": HOSTILE, "passed": False}
    return attempt, {one["id"]: events}


@pytest.mark.parametrize("problem", ["", HOSTILE], ids=["ran", "could not run"])
def test_hostile_text_is_shown_as_text_wherever_it_stands(problem):
    attempt, transcripts = hostile_attempt(problem)
    text = read(shown(attempt, transcripts))
    assert text.count("<script>document.title = 'owned'</script>") > 20


def test_characters_that_act_on_a_reader_are_made_visible():
    attempt, transcripts = hostile_attempt()
    made = shown(attempt, transcripts)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e\ud800\uffff]", made)
    for sign in ("␀", "␛[31m", "␍", "[U+202E]", "[U+D800]"):
        assert sign in made


@pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium")
def test_a_browser_runs_nothing_of_it(tmp_path):
    attempt, transcripts = hostile_attempt()
    path = tmp_path / "report.html"
    path.write_text(shown(attempt, transcripts), encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--dump-dom", path.as_uri()]
    dom = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    title = html.unescape(re.search(r"<title>(.*?)</title>", dom, re.DOTALL)[1])
    assert title.startswith("Attempts by")
    assert "<script" not in dom


def test_a_huge_output_is_cut_in_its_middle_and_says_so():
    attempt = one_attempt()
    events = transcript(attempt[0])
    events[2]["content"][0]["content"] = "begin" + "<" * 5_000_000 + "end"
    made = shown(attempt, {attempt[0]["id"]: events})
    assert len(made) < 200_000
    text = read(made)
    assert "begin<" in text
    assert "<end" in text
    assert f"{5_000_008 - BEGINNING - ENDING:,} characters are left out here" in text


def test_what_is_nested_without_end_does_not_stop_the_page():
    attempt = one_attempt()
    events = transcript(attempt[0])
    nested = []
    for _ in range(100_000):
        nested = [nested]
    events[1]["message"]["content"][2]["input"] = {"command": nested}
    assert "nested too deeply" in read(shown(attempt, {attempt[0]["id"]: events}))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
blocks = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "thinking", "tool_use", "tool_result", "image", "new"])},
    optional={name: json_values for name in ("text", "thinking", "name", "id", "input", "content", "tool_use_id")},
)
events = st.one_of(
    json_values,
    st.fixed_dictionaries(
        {"type": st.sampled_from(["start", "response", "tool_results", "restart", "end", "new"])},
        optional={
            "message": json_values | st.fixed_dictionaries({"content": st.lists(blocks | json_values, max_size=3)}),
            "content": json_values | st.lists(blocks | json_values, max_size=3),
            "files": json_values,
            "prompt": json_values,
            "outcome": json_values,
        },
    ),
)


@settings(deadline=None)
@given(st.lists(events, max_size=4))
def test_no_transcript_of_whatever_form_breaks_the_page(drawn):
    attempt = one_attempt()
    read(shown(attempt, {attempt[0]["id"]: drawn}))
