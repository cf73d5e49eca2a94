"""Account pages: sign in, sign out, change password."""

from typing import Any

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.views import SuccessMessageMixin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator

from steelyard.web.accounts.forms import SignInForm
from steelyard.web.accounts.roles import MAKE_THE_FIRST
from steelyard.web.accounts.selectors import nobody_yet
from steelyard.web.accounts.single_sign_on import provider_of_company
from steelyard.web.audit.services import audit_record


@method_decorator(login_not_required, name="dispatch")
class SignIn(auth.LoginView):
    """Sign in; people who already are go to the plan on a page."""

    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say how to begin where nobody can sign in yet."""
        return super().get_context_data(**kwargs) | {
            "make_the_first": MAKE_THE_FIRST if nobody_yet() else "",
            "single_sign_on": provider_of_company(),
        }


class SignOut(auth.LogoutView):
    """Sign out by POST."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Note it in the trail, then end the session."""
        audit_record(actor=request.user.get_username(), action="account.sign_out")
        return super().post(request, *args, **kwargs)


class ChangePassword(SuccessMessageMixin, auth.PasswordChangeView):  # type: ignore[type-arg]
    """Change one's own password."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("home")
    success_message = "Password changed."
