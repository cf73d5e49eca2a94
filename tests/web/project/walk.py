"""Walk: every page and every operation of the API, with its parts filled in, found from the addresses themselves."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from steelyard.web.project.api import api

NOT_OURS = ("/people/", "/api/")
"""Django's administration, and the API, which is walked by its own description."""
LEAVES = ("/account/sign-out/",)
"""Pages that end the walk."""
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Stop:
    """One address of the walk."""

    route: str
    """As the addresses declare it, such as `/scenario/<str:scenario>/`."""
    address: str


def routes(patterns: list[URLPattern | URLResolver] | None = None, before: str = "/") -> Iterator[str]:
    """Every page's route, as declared."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif not route.startswith(NOT_OURS) and route not in LEAVES:
            yield route


def parts_of(route: str) -> list[str]:
    """Names of the parts that an address leaves open."""
    return [name for _, name in _PART.findall(route)]


def stops(known: Mapping[str, str], special: Mapping[str, Mapping[str, str]]) -> list[Stop]:
    """Every page with its parts filled in.

    Args:
        known: What a part stands for, by its name.
        special: The same for single routes, where a name means something else; `?` is what the page is asked.
    """
    found = []
    for route in sorted(set(routes())):
        words = {**known, **special.get(route, {})}
        filled = _PART.sub(lambda part, words=words: words[part.group(2)], route)  # type: ignore[misc]
        found.append(Stop(route, filled + words.get("?", "")))
    return found


def operations() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Method, path and description of every operation of the API."""
    for path, item in api.get_openapi_schema(path_prefix="/api")["paths"].items():
        for method, operation in item.items():
            yield method, path.replace("//", "/"), operation


def ask(client: Client, method: str, path: str, operation: Mapping[str, Any], known: Mapping[str, str]) -> Any:
    """Ask an operation with its parts and required questions filled in; those that write get an empty body."""
    query = {}
    for one in operation.get("parameters", []):
        name = one["name"]
        if one["in"] == "path":
            path = path.replace(f"{{{name}}}", known[name])
        elif one.get("required"):
            query[name] = known[name]
    if method == "get":
        return client.get(path, query)
    return getattr(client, method)(path, data={}, content_type="application/json", query_params=query)


def text_of(answer: Any) -> str:
    """What an answer says, whether it came in one piece or in a stream."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return _sheets(content) if content.startswith(b"PK") else content.decode("utf-8", "replace")


def _sheets(workbook: bytes) -> str:
    with ZipFile(BytesIO(workbook)) as book:
        return "\n".join(book.read(name).decode() for name in sorted(book.namelist()) if name.startswith("xl/"))
