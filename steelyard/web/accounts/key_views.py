"""Pages of personal keys: make one, see which count, revoke one."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from steelyard.errors import SteelyardError
from steelyard.web.accounts import keys as services
from steelyard.web.accounts.permissions import person


class KeyForm(forms.Form):
    """A new key."""

    name = forms.CharField(label="What it is for", max_length=80)
    days = forms.IntegerField(label="Ends in days", min_value=1, max_value=services.LONGEST_DAYS, initial=90)


@never_cache
def keys(request: HttpRequest) -> HttpResponse:
    """Show one's own keys; make one, which is shown this once."""
    user, form, made, fault = person(request), KeyForm(request.POST or None), "", ""
    if request.method == "POST" and form.is_valid():
        try:
            made = services.key_make(user, form.cleaned_data["name"], days=form.cleaned_data["days"])
            form = KeyForm()
        except SteelyardError as error:
            fault = str(error)
    context = {"keys": services.own_keys(user), "form": form, "made": made, "fault": fault}
    return render(request, "accounts/keys.html", context)


@require_POST
def key_revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Revoke one of one's own keys."""
    services.key_revoke(person(request), number)
    messages.success(request, "The key counts no more.")
    return redirect("accounts:keys")
