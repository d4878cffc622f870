"""The lessons keep their form: short, predicted before run, dated, and as long as their title says."""

from __future__ import annotations

import ast
import json
import math
import re
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from lambda_study import lesson
from lambda_study.facts import fact

ROOT = Path(__file__).parents[1]
LESSONS = {path.stem: path for path in sorted((ROOT / "notebooks").glob("*.ipynb"))}
# The proofs of the bank, a cell a topic: a record to look things up in, with the keys, and no lesson.
RECORD = "99-how-we-know"
NUMBERED = [name for name in LESSONS if not name.startswith("00") and name != RECORD]
# Cases to take one by one: no loops, no quiz and no half hour, but a few minutes a case.
CLINIC, MINUTES_A_CASE = "70-clinic", 6
TOPICS = [name for name in NUMBERED if name != CLINIC]
WORDS_A_MINUTE, MINUTES_A_CELL, MINUTES_A_QUESTION = 150, 0.75, 1.5
REST = "## If you have time"
# Used every week: an exam, or what is due, stands where the other lessons have the quiz of their topic.
IN_PLACE_OF_THE_QUIZ = {"90-mock-exam": "## Sit a sprint", "91-review": "## Your review"}
SECTIONS = [
    "## You will be able to", "## Recall", "## The smallest thing that works", "## 1. ", "## 2. ", "## 3. ",
    "## Exam traps", "## Quiz", "## Recap", REST, "<summary>Unlike AWS", "<summary>Sources",
]  # fmt: skip
HANDLER = re.compile(r"^def \w+\(event, context\):", re.M)


def notebook(name: str) -> dict[str, Any]:
    return json.loads(LESSONS[name].read_text(encoding="utf-8"))


def cells(name: str) -> list[tuple[str, str]]:
    """The lesson's cells as (kind, source)."""
    return [(cell["cell_type"], "".join(cell["source"])) for cell in notebook(name)["cells"]]


def code(name: str) -> list[str]:
    return [source for kind, source in cells(name) if kind == "code"]


def prose(name: str) -> str:
    return "\n\n".join(source for kind, source in cells(name) if kind == "markdown")


def core(name: str) -> list[tuple[str, str]]:
    """The cells before the part for those who have time."""
    found = cells(name)
    rest = [index for index, (_, source) in enumerate(found) if source.startswith(REST)]
    return found[: rest[0]] if rest else found


def words(markdown: str) -> int:
    """What is read on the way: no link target, no table rule, and of the folded parts only a loop's Why."""
    kept = re.sub(r"<details[^>]*>\s*<summary>(?!Why).*?</details>", " ", markdown, flags=re.S)
    return len(re.sub(r"\]\([^)]*\)|</?\w+[^>]*>|[|*`#-]+", " ", kept).split())


def questions(source: str) -> int:
    """The questions that a cell asks: one a prediction, COUNT a quiz."""
    counts = re.findall(r"\bquiz\(.*count=(\d+)", source)
    return len(re.findall(r"\bpredict\(", source)) + sum(map(int, counts))


def minutes(name: str) -> int:
    return math.ceil(minutes_of(core(name)))


def minutes_of(cells: list[tuple[str, str]]) -> float:
    total = 0.0
    for kind, source in cells:
        if kind == "markdown":
            total += words(source) / WORDS_A_MINUTE
        elif not source.startswith("prove_topic("):  # all of them run together, to be looked up in
            total += questions(source) * MINUTES_A_QUESTION or MINUTES_A_CELL
    return total


def outside_functions(source: str) -> list[ast.AST]:
    """The nodes that run when the cell runs, without the bodies of functions."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        found.append(node)
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)
    return found


def sections_of_loops(name: str) -> list[str]:
    """The code of each numbered section, as one text."""
    loops: list[str] = []
    for kind, source in cells(name):
        headings = re.findall(r"^## (.*)", source, re.M) if kind == "markdown" else []
        if headings:
            loops.append("" if re.match(r"\d+\. ", headings[-1]) else "-")
        elif kind == "code" and loops and loops[-1] != "-":
            loops[-1] += source + "\n"
    return [loop for loop in loops if loop != "-"]


@pytest.mark.parametrize("name", LESSONS)
def test_the_title_says_how_many_minutes_the_lesson_takes(name):
    title = re.match(r"# (\d\d) · .+ \((\d+) minutes\)\n\n\*\*.+\*\*\n", prose(name))
    assert title, "a title with minutes, then one bold sentence"
    assert title[1] == name[:2]
    assert int(title[2]) == minutes(name)


@pytest.mark.parametrize("name", [name for name in LESSONS if name != CLINIC])
def test_a_lesson_takes_at_most_half_an_hour(name):
    assert minutes(name) <= 30


def cases_of_the_clinic() -> list[list[tuple[str, str]]]:
    """The cells of each case, which begins with its numbered heading."""
    found: list[list[tuple[str, str]]] = []
    for kind, source in cells(CLINIC):
        if source.startswith("## "):
            found.append([])
        if found:
            found[-1].append((kind, source))
    return [case for case in found if re.match(r"## \d+\. ", case[0][1])]


def test_every_case_of_the_clinic_is_guessed_repaired_and_checked_within_minutes():
    for case in cases_of_the_clinic():
        text = "\n".join(source for _, source in case)
        steps = [
            text.find(each) for each in ("clinic(", "case.evidence()", "predict(", ".reveal(case.cause)")
        ]
        steps += [text.find(each) for each in ("**Repair it.**", "case.check()", "<summary>Reference repair")]
        assert -1 not in steps and steps == sorted(steps), case[0][1]
        assert minutes_of(case) <= MINUTES_A_CASE, case[0][1]


def test_the_clinic_has_a_dozen_cases_or_more_and_ends_as_every_lesson():
    assert len(cases_of_the_clinic()) >= 12
    ends = [prose(CLINIC).find(each) for each in ("## Exam traps", "## Recap", *SECTIONS[-2:])]
    assert -1 not in ends and ends == sorted(ends)


@pytest.mark.parametrize("name", TOPICS)
def test_the_sections_of_a_lesson_come_in_order(name):
    text = prose(name)
    sections = [IN_PLACE_OF_THE_QUIZ.get(name, each) if each == "## Quiz" else each for each in SECTIONS]
    places = [text.find(section) for section in sections]
    assert -1 not in places, f"{sections[places.index(-1)]} is missing"
    assert places == sorted(places)


@pytest.mark.parametrize("name", TOPICS)
def test_every_loop_predicts_and_reveals(name):
    loops = sections_of_loops(name)
    assert 3 <= len(loops) <= 5
    for loop in loops:
        assert loop.count("predict(") == loop.count(".reveal(") == 1, loop


@pytest.mark.parametrize("name", [name for name in TOPICS if name not in IN_PLACE_OF_THE_QUIZ])
def test_the_quiz_has_five_to_eight_questions(name):
    asked = [questions(source) for source in code(name) if source.startswith("quiz(")]
    assert len(asked) == 1
    assert 5 <= asked[0] <= 8


@pytest.mark.parametrize("name", TOPICS)
def test_a_lesson_asks_something_of_an_earlier_one(name):
    recall = prose(name).split("## Recall\n")[1].split("\n## ")[0]
    earlier = re.search(r"\]\((\d\d)-[\w-]+\.ipynb\)", recall)
    assert earlier and earlier[1] < name[:2]


@pytest.mark.parametrize("name", LESSONS)
def test_code_cells_are_short(name):
    lines = [
        [line for line in source.splitlines() if line.strip() and not line.startswith("# Run this cell")]
        for source in code(name)
    ]
    assert median(map(len, lines)) <= 3
    long = [source for source, shown in zip(code(name), lines, strict=True) if len(shown) > 12]
    assert all(HANDLER.search(source) for source in long)


@pytest.mark.parametrize("name", LESSONS)
def test_no_line_of_code_has_to_be_scrolled(name):
    assert [line for source in code(name) for line in source.splitlines() if len(line) > 100] == []


@pytest.mark.parametrize("name", LESSONS)
def test_at_most_two_code_cells_follow_each_other(name):
    kinds = "".join(kind[0] for kind, _ in cells(name))
    assert "ccc" not in kinds


@pytest.mark.parametrize("name", LESSONS)
def test_a_notebook_holds_no_machinery(name):
    forbidden = (
        ast.For,
        ast.While,
        ast.If,
        ast.Try,
        ast.ListComp,
        ast.DictComp,
        ast.SetComp,
        ast.GeneratorExp,
    )
    for source in code(name):
        assert not re.search(r"^\s*[%!]", source, re.M), "no magics"
        assert not re.search(r"\b(exec|eval|compile)\(|matplotlib|ipywidgets|anywidget", source)
        assert not any(isinstance(node, forbidden) for node in outside_functions(source)), source


ANSWER_BELOW = "# Run this cell for the answer.\n"
FIRST_LINE = re.compile(
    rf"{re.escape(ANSWER_BELOW)}|# Run this cell: [A-Za-z0-9 ]{{1,40}}, and the answer\.\n"
)


def literal_reveals(source: str) -> list[str]:
    """The calls of reveal() in SOURCE whose answer stands there to be read."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    reveals = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "reveal"]
    return [ast.unparse(call) for call in reveals if isinstance(call.args[0], ast.Constant)]


@pytest.mark.parametrize("name", LESSONS)
def test_no_answer_stands_open_below_its_guess(name):
    """JupyterLab shows the first line of a cell whose source is hidden, so that line is a comment."""
    for cell in notebook(name)["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and literal_reveals(source):
            assert cell["metadata"].get("jupyter") == {"source_hidden": True}, source
            assert FIRST_LINE.match(source), source


@pytest.mark.parametrize("name", NUMBERED)
def test_the_line_above_a_hidden_answer_gives_nothing_away(name):
    """What is recalled comes from an earlier lesson, so nothing has to run for it, and nothing is said."""
    for source in code(name):
        first = source.splitlines(keepends=True)[0]
        reveals = "".join(literal_reveals(source))
        if "recall" in reveals:
            assert first == ANSWER_BELOW
        for answer in re.findall(r"\('([^']+)'", reveals):
            assert answer.lower() not in first.lower(), source


@pytest.mark.parametrize("name", LESSONS)
def test_every_revealed_answer_was_one_of_the_options(name):
    assert "none of the options" not in LESSONS[name].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LESSONS)
def test_a_folded_why_keeps_its_distance_from_what_follows(name):
    folded = re.findall(r"<details([^>]*)>\s*<summary>Why", prose(name))
    assert {*folded} <= {' style="margin-bottom: 1em"'}


@pytest.mark.parametrize("name", LESSONS)
def test_sources_say_when_they_were_read(name):
    folded = re.findall(r"<details>\s*<summary>[^<]*[Ss]ources.*?</details>", prose(name), re.S)
    assert len(folded) == 1
    assert re.search(r"[Rr]ead 20\d\d-\d\d-\d\d|as they stood in \w+ 20\d\d", folded[0])


@pytest.mark.parametrize("name", LESSONS)
def test_links_within_the_kit_lead_somewhere(name):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", prose(name))
    assert targets
    assert [target for target in targets if not (LESSONS[name].parent / target).exists()] == []


def test_the_map_lists_every_lesson_with_its_minutes():
    listed = dict(re.findall(r"\| \[[^\]]+\]\(([\w-]+)\.ipynb\) \|.*\| (\d+) \|", prose("00-start-here")))
    assert listed == {name: str(minutes(name)) for name in [*NUMBERED, RECORD]}


def test_every_name_that_lessons_may_import_is_there():
    assert [name for name in lesson.__all__ if getattr(lesson, name, None) is None] == []
    assert set(lesson.__all__) <= set(dir(lesson))


def test_a_name_that_is_not_there_is_told_as_in_any_module():
    with pytest.raises(AttributeError, match=r"'lambda_study.lesson' has no attribute 'deploi'"):
        _ = lesson.deploi


@pytest.mark.parametrize("name", LESSONS)
def test_no_cell_ends_in_an_error(name):
    recorded = [output for cell in notebook(name)["cells"] for output in cell.get("outputs", [])]
    assert [output for output in recorded if output["output_type"] == "error"] == []


@pytest.mark.parametrize(
    ("name", "fact_id", "written"),
    [
        ("00-start-here", "free_tier.gb_s", "{:,} GB-seconds"),
        ("11-first-function", "timeout.max", "{:,} s"),
        ("11-first-function", "concurrency.account_default", "{:,}"),
        ("14-configuration-and-secrets", "env.size", "together may have {} KB"),
        ("14-configuration-and-secrets", "ssm.value_max", "{0[standard]} KB, advanced {0[advanced]} KB"),
        ("14-configuration-and-secrets", "secret.price", "{[secret_month]} USD a month"),
        ("14-configuration-and-secrets", "secret.price", "{[calls_per_10000]} USD for 10,000 calls"),
        ("14-configuration-and-secrets", "secrets_extension.port", "localhost:{}"),
        ("14-configuration-and-secrets", "secrets_extension.ttl", "for {[default]} s unless"),
        ("16-vpc", "vpc.idle_reclaim", "After {} days without an invocation"),
        ("16-vpc", "vpc.role_policy", "create network interfaces: `{}`"),
        ("20-limits", "payload.sync_request", "may have {} MB"),
        ("20-limits", "payload.async", "may have {} MB"),
        ("20-limits", "fd.max", "{:,} file descriptors"),
        ("20-limits", "package.unzipped", "{} MB unzipped"),
        ("20-limits", "package.zip_direct_upload", "{} MB zipped"),
        ("20-limits", "network.bandwidth_per_environment", "{} Mbps"),
        ("20-limits", "network.bandwidth_raised_max", "{:,} Mbps"),
        ("20-limits", "memory.max", "128 to {:,} MB"),
        ("20-limits", "tmp.max", "512 to {:,} MB"),
        ("20-limits", "env.size", "have {} KB"),
        ("20-limits", "init.limit", "| init | {} s |"),
        ("21-concurrency", "concurrency.account_default", "{:,} in a Region"),
        ("21-concurrency", "concurrency.unreserved_minimum", "{} always stay"),
        ("21-concurrency", "concurrency.scaling_rate", "{:,} environments in 10 seconds"),
        ("12-runtimes", "deprecation.notice_days_min", "at least {} days"),
        ("12-runtimes", "cold_start.init_p50_ms.rust", "{} ms"),
        ("13-container-images", "package.image", "{} GB, uncompressed"),
        ("13-container-images", "package.unzipped", "{} MB"),
        ("13-container-images", "timeout.max", "{} s are 15 minutes"),
        ("31-api-gateway", "apigw.rest.timeout", "waits, which is {} s"),
        ("31-api-gateway", "apigw.http.timeout", "waits {} s and says 503"),
        ("31-api-gateway", "apigw.authorizer_ttl_default", "is kept for {} s"),
        ("33-sns-and-sqs", "esm.batch_size_max", "up to {:,} can be set"),
        ("33-sns-and-sqs", "sqs.visibility_default", "{} seconds later"),
        ("33-sns-and-sqs", "sqs.max_receive_count", "at least {}"),
        ("33-sns-and-sqs", "async.retries_default", "Lambda: {}"),
        ("34-kinesis", "kinesis.retention.default", "after {} hours by default"),
        ("34-kinesis", "kinesis.shard_writes.records_per_s", "takes {:,} records a second"),
        ("34-kinesis", "stream.batch_size", "up to {} records by default"),
        ("35-dynamodb", "ddb.stream_retention", "kept for {} hours"),
        ("36-eventbridge", "eventbridge.delivery_retry.attempts", "up to {} times"),
        ("40-thumbnail", "s3.requests", "{[put_copy_post_list_per_1000]} USD for a thousand writes"),
        ("40-thumbnail", "recursion.stop_after", "about {} runs"),
        ("36-eventbridge", "eventbridge.delivery_retry.hours", "for {} hours"),
        ("90-mock-exam", "exam.DVA-C03.unscored", "**{} are unscored**"),
        ("90-mock-exam", "exam.DVA-C03.pass", "{} of 1,000 points pass"),
        ("90-mock-exam", "exam.CLF-C02.pass", "{} for CLF-C02"),
        ("90-mock-exam", "exam.DVA-C03.weights.security", "2 Security | {} %"),
        ("38-cognito", "cognito.timeout", "Cognito waits for {} s"),
        ("39-cloudfront-edge", "edge.timeout", "at most {} s"),
        ("39-cloudfront-edge", "edge.memory.viewer", "events {} MB are safe"),
        ("30-integrations", "model.async.answer", "answered S3 with {}"),
        ("30-integrations", "sqs.visibility_default", "after {} seconds, the visibility timeout"),
        ("51-power-tuning", "vcpu.full_at", "one whole vCPU at {:,} MB"),
        ("51-power-tuning", "compute_optimizer.memory_max", "of at most {:,} MB"),
        ("50-pricing", "free_tier.gb_s", "{:,} GB-seconds"),
        ("50-pricing", "request", "{} USD per million"),
        ("50-pricing", "vcpu.full_at", "{:,} MB"),
        ("50-pricing", "duration.one_dollar", "One dollar buys {:,} GB-seconds"),
    ],
)
def test_a_figure_in_a_lesson_is_the_fact(name, fact_id, written):
    assert written.format(fact(fact_id).value) in prose(name)


def test_the_rate_in_the_lesson_is_the_first_tier():
    assert f"costs {fact('duration.x86.tiers').value[0]['usd']} USD" in prose("50-pricing")
