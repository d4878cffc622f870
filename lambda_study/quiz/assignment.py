"""Which domain of an exam each question counts for, where a question has several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lambda_study.quiz.question import Question


def domains_in(exam: str, question: Question) -> list[int]:
    """The domains of EXAM that QUESTION is tagged with."""
    return [number for each, number in question.domains if each == exam]


def assign(exam: str, places: Mapping[int, int], questions: Iterable[Question]) -> dict[str, int]:
    """The domain for which each question counts, by its id, so that as many PLACES as possible are filled.

    PLACES says how many questions each domain of EXAM has room for; what finds no place is left out. A
    question of two domains takes the place that others cannot: whoever holds a place may move to another of
    its domains to make room (augmenting paths, so that no order of the questions leaves a place empty).
    """
    held: dict[str, int] = {}
    free = dict(places)
    by_id = {question.id: question for question in questions}

    def make_room(question: Question, tried: set[int]) -> bool:
        for domain in domains_in(exam, question):
            if domain not in tried:
                tried.add(domain)
                if free.get(domain, 0):
                    free[domain] -= 1
                    held[question.id] = domain
                    return True
                for other in [id for id, its in held.items() if its == domain]:
                    if make_room(by_id[other], tried):
                        held[question.id] = domain
                        return True
        return False

    for question in by_id.values():
        make_room(question, set())
    return held
