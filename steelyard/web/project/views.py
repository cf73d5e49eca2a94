"""Error pages and the sign of life."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from steelyard.web.project.faults import fault_page

API = "/api/"
"""Where the addresses of the interface begin."""


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404; programs get it as they get all faults."""
    words = "This address leads nowhere; it may be an old link."
    if request.path.startswith(API):
        return JsonResponse({"detail": words}, status=404)
    return fault_page(request, 404, words)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    return fault_page(request, 403, str(exception))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return fault_page(request, 400)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return fault_page(request, 500, "The server's log tells more. Nothing you entered before is lost.")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that came without its token."""
    return fault_page(request, 403, "The form was too old or came from elsewhere. Go back, reload the page, try again.")


@login_not_required
def alive(request: HttpRequest) -> JsonResponse:
    """Say that the server and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"alive": True})
