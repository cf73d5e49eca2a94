"""Account forms: sign in."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from steelyard.errors import NotAllowed
from steelyard.web.accounts.services import sign_in_check


class SignInForm(AuthenticationForm):
    """Name and password, checked with lockout."""

    username = forms.CharField(label="Name", max_length=150, widget=forms.TextInput(attrs={"autofocus": True}))

    def clean(self) -> dict[str, Any]:
        """Check the pair once; what is wrong becomes the form's message."""
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username and password and self.request:
            try:
                self.user_cache = sign_in_check(self.request, username=username, password=password)
            except NotAllowed as error:
                raise ValidationError(str(error)) from error
        return self.cleaned_data
