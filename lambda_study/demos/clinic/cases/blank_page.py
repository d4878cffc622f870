"""An answer that API Gateway cannot turn into HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Log, happened
from lambda_study.demos.web import WebAnswer, api_url, ask, put_proxy

_PHOTOS = ["swan.jpg", "owl.jpg", "heron.jpg"]


class BlankPage(Case):
    name = "blank-page"
    title = "The album page stays blank"
    complaint = (
        "The new album page shows nothing. The browser says 502. Grace looked into the function's log: it "
        "runs, it finds the year, there is no error, and it takes two milliseconds."
    )
    parts = (
        "REST API club: GET /album?year=2026",
        "function album: returns the photos of the year (Lambda proxy integration)",
    )
    causes = (
        "a permission that API Gateway lacks",
        "a function that fails for some years",
        "an answer that API Gateway cannot read",
    )
    cause = causes[2]
    hints = (
        "502 is not 403 and not 504: somebody was invoked, and answered in time.",
        "Look at the answer of the function: which of its fields has the wrong type?",
        "The body of a proxy answer is a text. `json.dumps` makes one.",
    )
    checks = ("GET /album answers with 200", "The body is the list of the photos as JSON")
    functions = ("album",)

    def admit(self) -> None:
        function = self.given("album_page")
        self._api: str = self.account.apigateway.create_rest_api(name="club")["id"]
        put_proxy(self._api, "album", function)
        self.account.apigateway.create_deployment(restApiId=self._api, stageName="prod")
        self._answer = self._ask()

    def evidence(self) -> Evidence:
        return Evidence(
            {
                "What the browser gets": self._answer,
                "Log and answer of album": Log(self.runs()[0]),
                "Trace": happened(self.trace[:3]),
            }
        )

    def examine(self) -> Iterator[str]:
        answer = self._ask()
        if answer.status != 200:
            yield f"It answers with {answer}. {self._hint_on_answer()}"
            return
        yield ""
        try:
            shown = json.loads(answer.text)
        except ValueError:
            yield f"The body is no JSON: {answer.text}. JSON has double quotes."
        else:
            yield "" if shown == _PHOTOS else f"It is {answer.text}, and not the three photos of 2026."

    def _ask(self) -> WebAnswer:
        answer = ask(f"{api_url(self._api, 'prod')}/album?year=2026")
        self.cloud.settle()
        return answer

    def _hint_on_answer(self) -> str:
        run = self.runs()[-1]
        if not run.ok or not isinstance(run.payload, dict):
            return f"The function returned {run.payload!r}."
        kinds = " and ".join(f"{name} is {type(value).__name__}" for name, value in run.payload.items())
        return f"In the function's answer {kinds}."
