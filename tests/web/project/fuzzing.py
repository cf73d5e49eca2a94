"""Fuzzing: calls of the API made up from its own description, answered by the application in this process."""

import warnings
from collections.abc import Callable
from itertools import islice
from typing import Any

import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from schemathesis import Case, Response
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode

from steelyard.web.project.api import api

Answered = Callable[[str, str, int, str, str], None]
"""Told of each call: method, address, status, text, and how the answer is not as the API describes it."""


def fuzz(
    client: Client, known: dict[str, list[str]], *, examples: int, answered: Answered, share: tuple[int, int] = (0, 1)
) -> int:
    """Ask every operation with made-up parameters and bodies, some of which name things that exist.

    Args:
        client: Somebody signed in.
        known: Words that exist, by the name of a parameter.
        examples: How many calls each operation gets.
        answered: Is told of each answer.
        share: Which of how many shares of the operations is asked.

    Returns:
        How many calls were made.
    """
    told = api.get_openapi_schema(path_prefix="/api")
    schema = schemathesis.openapi.from_dict(dict(told))
    calls = 0
    for result in islice(schema.get_all_operations(), share[0], None, share[1]):
        operation = result.ok()

        @seed(20260105)
        @hypothesis_settings(
            max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def ask(case: Case) -> None:
            nonlocal calls
            calls += 1
            _named(case, known, calls)
            _sent(client, case, answered)

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ask()
    return calls


def _named(case: Case, known: dict[str, list[str]], number: int) -> None:
    """Let most calls name things that exist; made-up names alone never get past the door."""
    if number % 4 == 0:
        return
    for asked in (case.path_parameters, case.query):
        for name in set(asked or {}) & known.keys():
            asked[name] = known[name][number % len(known[name])]


def _sent(client: Client, case: Case, answered: Answered) -> None:
    call = case.as_transport_kwargs(base_url="http://testserver")
    address = call["url"].removeprefix("http://testserver")
    method = case.method.lower()
    query = {name: value for name, value in (call.get("params") or {}).items() if value is not None}
    data = {} if method == "get" else {"data": call.get("json") or {}, "content_type": "application/json"}
    answer = getattr(client, method)(address, query_params=query, **data)
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    fault = _unlike_described(case, answer, text)
    answered(method, f"{address}?{query} {data}", answer.status_code, text.decode("utf-8", "replace"), fault)


def _unlike_described(case: Case, answer: Any, text: bytes) -> str:
    """How an answer differs from the description of its operation; nothing where it is as described."""
    head = {name.lower(): [value] for name, value in answer.items()}
    asked = requests.Request(case.method, "http://testserver/").prepare()
    told = Response(
        status_code=answer.status_code, headers=head, content=text, request=asked, elapsed=0.0, verify=False
    )
    try:
        case.operation.validate_response(told)
    except (Failure, FailureGroup) as fault:
        return f"not as described: {str(fault)[:500]}"
    return ""
