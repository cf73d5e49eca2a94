"""Single sign-on pages: to the provider, and back."""

from dataclasses import asdict
from secrets import compare_digest

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from steelyard.errors import NotAllowed, SteelyardError
from steelyard.web.accounts.oidc import Asked, Provider, claims_of, way_to_sign_in
from steelyard.web.accounts.services import address_of, pace_kept
from steelyard.web.accounts.single_sign_on import person_vouched_for, provider_of_company
from steelyard.web.audit.services import audit_record

KEPT, ON = "single_sign_on", "single_sign_on_next"


@login_not_required
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """Send a person to the provider."""
    provider, asked = _provider(), Asked.fresh()
    try:
        pace_kept(request)
        way = way_to_sign_in(provider, asked, back=_back(request))
    except SteelyardError as fault:
        return _refused(request, fault)
    request.session[KEPT], request.session[ON] = asdict(asked), request.GET.get("next", "")
    return redirect(way)


@login_not_required
@require_GET
def back(request: HttpRequest) -> HttpResponse:
    """Let a person in whom the provider vouches for."""
    provider = _provider()
    kept, on = request.session.pop(KEPT, None), request.session.pop(ON, "")
    try:
        pace_kept(request)
        asked = _same_sign_in(request, kept)
        claims = claims_of(provider, asked, code=request.GET.get("code", ""), back=_back(request))
        user = person_vouched_for(provider, claims, address=address_of(request))
    except SteelyardError as fault:
        return _refused(request, fault)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    safe = url_has_allowed_host_and_scheme(on, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(on if on and safe else "home")


def _same_sign_in(request: HttpRequest, kept: dict[str, str] | None) -> Asked:
    if kept is None or not compare_digest(request.GET.get("state", "").encode(), kept["state"].encode()):
        raise NotAllowed("This sign-in was not begun here", mend="begin again")
    if request.GET.get("error") or not request.GET.get("code"):
        raise NotAllowed("The provider did not let you in", where=request.GET.get("error", "")[:100], mend="try again")
    return Asked(**kept)


def _refused(request: HttpRequest, fault: SteelyardError) -> HttpResponse:
    audit_record(
        actor="single sign-on", action="account.sign_in_failed", detail={"why": fault.what, "where": fault.where[:300]},
        address=address_of(request),
    )  # fmt: skip
    messages.error(request, str(fault))
    return redirect("accounts:sign_in")


def _provider() -> Provider:
    found = provider_of_company()
    if found is None:
        raise Http404("There is no single sign-on here")
    return found


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("accounts:single_sign_on_back"))
