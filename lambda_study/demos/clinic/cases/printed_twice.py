"""A queue that shows a message again while the function still works on it."""

from __future__ import annotations

from collections.abc import Iterator

from lambda_study.demos.clinic.case import Case
from lambda_study.demos.clinic.evidence import Evidence, Lines
from lambda_study.demos.sending import send_all

_TIMEOUT_S, _VISIBILITY_S, _TIMES = 10, 2, 6


class PrintedTwice(Case):
    name = "printed-twice"
    title = "Every order is printed twice"
    complaint = (
        "Since the new printer is here, each enlargement comes out twice, and sometimes three times. It is "
        "slower than the old one, some four seconds a print, but nothing fails: no errors, no dead letters."
    )
    parts = (
        "queue orders: one message an enlargement",
        "function printer: reads the queue, feeds the paper",
    )
    causes = (
        "a member who clicks twice",
        "a message that is visible again too soon",
        "a failure after printing, and a retry",
    )
    cause = causes[1]
    hints = (
        "The trace says that the message was *received 2 times*. The member sent it once.",
        "Compare three times: of a print, the function's timeout, the queue's visibility timeout.",
        "AWS's rule: a visibility timeout of at least six times the function's timeout. The queue has it as "
        "an attribute: `set_queue_attributes` of boto3's sqs client.",
    )
    checks = (
        "A message stays hidden while the function may run",
        "An order is printed once",
    )
    functions = ("printer",)
    clock = "x10"  # the function takes real time, of which the queue must not see too little

    def admit(self) -> None:
        function = self.given("printer", timeout_s=_TIMEOUT_S)
        self._orders = self.account.queue("orders")
        self.account.read(function, self._orders)
        self._hide_for(_VISIBILITY_S)
        self._order("order 1")

    def evidence(self) -> Evidence:
        triggers = [f"{each.source} -> {each.target}: {each.detail}" for each in self.trace.of("trigger")]
        logs = [line.strip() for run in self.runs() for line in run.logs if line.startswith("print")]
        return Evidence(
            {
                "The first two events": Lines(*triggers[:2]),
                "What printer wrote, in two runs": Lines(*logs[:4]),
                "Settings": Lines(
                    f"printer: timeout {self.function().configuration.timeout_s} s",
                    f"orders:  visibility timeout {self._hidden_s()} s",
                ),
            }
        )

    def examine(self) -> Iterator[str]:
        told = self._too_short()
        yield told
        if told:
            return
        order = f"check {self.looks}"
        self._order(order)
        printed = sum(line.strip() == f"printed {order}" for run in self.runs() for line in run.logs)
        yield "" if printed == 1 else f"The order was printed {printed} times."

    def _too_short(self) -> str:
        hidden, timeout = self._hidden_s(), self.function().configuration.timeout_s
        if hidden < timeout:
            return f"It is hidden for {hidden} s, and the function may run for {timeout} s."
        if hidden < _TIMES * timeout:
            return (
                f"{hidden} s leave no room for a throttled or repeated batch. AWS's rule is six times the "
                f"timeout of {timeout} s."
            )
        return ""

    def _hidden_s(self) -> int:
        answer = self.account.sqs.get_queue_attributes(
            QueueUrl=self._orders, AttributeNames=["VisibilityTimeout"]
        )
        return int(answer["Attributes"]["VisibilityTimeout"])

    def _hide_for(self, seconds: int) -> None:
        self.account.sqs.set_queue_attributes(
            QueueUrl=self._orders, Attributes={"VisibilityTimeout": str(seconds)}
        )

    def _order(self, body: str) -> None:
        send_all(self._orders, [body])
        self.cloud.settle()
