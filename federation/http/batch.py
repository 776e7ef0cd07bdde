"""Answer several operations that came in one request: each for itself, all at the same time."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from federation.request import ClientAnswer, ClientRequest


class Answers(Protocol):
    """What a batch needs of the gateway."""

    async def answer(self, request: ClientRequest) -> ClientAnswer:
        """Answer one request; never raises but for cancellation."""


async def answer_batch(gateway: Answers, requests: Sequence[ClientRequest]) -> ClientAnswer:
    """The list of the answers, in the order of the requests.

    It counts as refused only where all are. Of headers that several answers have, the first is kept.
    """
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(gateway.answer(request)) for request in requests]
    answers = [task.result() for task in tasks]
    headers: dict[bytes, bytes] = {}
    for answer in answers:
        for name, value in answer.headers:
            headers.setdefault(name, value)
    body = b"[" + b",".join(answer.body for answer in answers) + b"]"
    if all(answer.refused for answer in answers):
        return answers[0]._replace(body=body, headers=tuple(headers.items()))
    return ClientAnswer(body, headers=tuple(headers.items()))
