"""The practice page: what it holds, and that it holds nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from quiz_questions import QUESTIONS, SINGLE

from lambda_study.errors import BadInput
from lambda_study.show.quiz_page import HOLDS_ITS_KEY, practice_page


def test_a_practice_page_says_that_it_holds_its_answers_and_does():
    page = practice_page(QUESTIONS, title="Concurrency")
    assert HOLDS_ITS_KEY in page
    assert '"key": ["B"]' in page
    assert "One run and two retries." in page


def test_the_same_questions_give_the_same_bytes_and_ask_for_no_file():
    page = practice_page(QUESTIONS)
    assert page == practice_page(QUESTIONS)
    assert re.findall(r'(?:src|href)="(?!data:)[^"$]*"', page) == []


def test_no_text_of_a_question_ends_the_script():
    page = practice_page([replace(SINGLE, stem="`</script><script>alert(1)</script>`")])
    assert page.count("</script>") == 2


def test_a_page_without_questions_is_bad_input():
    with pytest.raises(BadInput, match="at least one question"):
        practice_page([])
