"""Pages and REST wait no longer than they should: a page's answer that is not there becomes a part that asks again."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from steelyard.web.answers.desk import still_working
from steelyard.web.answers.once import looking_up_once
from steelyard.web.answers.patience import BeingWorkedOut, Patience, patience, patient

AGAIN = "X-Answer-Again"
"""Header of a call that a page makes because it shows no answer yet, or one of the plan before."""
NUMBERS = "X-Answer-Of"
"""Header of such a call: the numbers of the tasks that it waits for."""
BEFORE, WHOLE = ("before", "page-before"), ("page", "page-before")
REFRESH = {"HX-Refresh": "true"}


class WaitsNoLonger:
    """Serves pages with patience, REST with more; calls that change something wait for what they need."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and mark what is of the plan before."""
        if request.method != "GET":
            return self._get_response(request)
        with looking_up_once():
            return self._read(request)

    def _read(self, request: HttpRequest) -> HttpResponseBase:
        seconds: float | None = settings.PAGE_PATIENCE_SECONDS
        if seconds is None:
            return self._get_response(request)
        if request.path.startswith("/api/"):
            with patient(settings.API_PATIENCE_SECONDS, exact=True):
                return self._get_response(request)
        with patient(0.0 if AGAIN in request.headers else seconds) as given:
            return _answered(request, self._get_response(request), given)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Say at once whether what is asked for again is still being worked out; no page is made for that."""
        again, numbers = request.headers.get(AGAIN), request.headers.get(NUMBERS, "").split(",")
        asked = [int(number) for number in numbers if number.isdecimal()]
        if again is None or not asked or patience() is None:
            return None
        task = next(filter(None, map(still_working, asked)), None)
        if task is not None:
            return _coming(request, BeingWorkedOut(task.what, task.seconds, task.number))
        return HttpResponse(headers=REFRESH) if again in WHOLE else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer with a part, or a page, that asks again in a while."""
        return _coming(request, error) if isinstance(error, BeingWorkedOut) and patience() is not None else None


def _coming(request: HttpRequest, answer: BeingWorkedOut) -> HttpResponse:
    again = request.headers.get(AGAIN)
    if again in BEFORE:
        return HttpResponse(status=204)
    part = again == "page" or getattr(request, "htmx", False)
    context = {
        "what": answer.what, "seconds": round(answer.seconds), "wait": _wait(answer.seconds), "number": answer.number,
        "again": "part" if part and again != "page" else "page", "url": request.get_full_path(),
    }  # fmt: skip
    return render(request, f"ui/{'_' if part else ''}being_worked_out.html", context, status=202)


def _answered(request: HttpRequest, response: HttpResponseBase, given: Patience) -> HttpResponseBase:
    if response.status_code != 200 or not isinstance(response, HttpResponse):
        return response
    again, of_before = request.headers.get(AGAIN), given.of_before
    if again in BEFORE and of_before:
        return HttpResponse(status=204)
    if again in WHOLE:
        return HttpResponse(headers=REFRESH)
    if of_before and response.headers.get("Content-Type", "").startswith("text/html"):
        _mark(request, response, of_before)
    return response


def _mark(request: HttpRequest, response: HttpResponse, of_before: Mapping[int, str]) -> None:
    """Put a line before a part, or at the head of a page, that says it is of the plan before, and asks again."""
    numbers, what = ",".join(map(str, of_before)), ", ".join(dict.fromkeys(of_before.values()))
    context = {"what": what, "numbers": numbers, "url": request.get_full_path()}
    if getattr(request, "htmx", False):
        mark = render(request, "ui/_of_the_plan_before.html", context | {"target": "closest .of-the-plan-before"})
        said = b'<div class="card-body">' + mark.content + b"</div>"
        response.content = b'<div class="of-the-plan-before">' + said + response.content + b"</div>"
    elif HEAD in response.content:
        mark = render(request, "ui/_of_the_plan_before.html", context)
        response.content = response.content.replace(HEAD, HEAD + mark.content, 1)


HEAD = b'<main class="page" id="content" tabindex="-1">'


def _wait(seconds: float) -> int:
    """How long until a page asks again: the longer it takes, the longer [seconds]."""
    return 1 if seconds < 5 else 2 if seconds < 20 else 5
