"""People forms: add a person, change one, give a part, a password, the money of roles."""

from typing import Any

from django import forms

from steelyard.web.accounts.roles import Money, Role

ROLES = [(role.value, role.label) for role in Role]
NEW_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class PersonForm(forms.Form):
    """What a person is."""

    first_name = forms.CharField(label="First name", max_length=150, required=False)
    last_name = forms.CharField(label="Last name", max_length=150, required=False)
    email = forms.EmailField(label="E-mail", max_length=254, required=False)
    role = forms.ChoiceField(label="Role", choices=ROLES)
    active = forms.BooleanField(label="May sign in", required=False)

    def entered(self) -> dict[str, Any]:
        """The person as the service takes it."""
        return {**self.cleaned_data, "role": Role(self.cleaned_data["role"])}


class NewPersonForm(forms.Form):
    """A new person."""

    username = forms.CharField(label="Name to sign in with", max_length=150)
    full_name = forms.CharField(label="First and last name", max_length=200, required=False)
    role = forms.ChoiceField(label="Role", choices=ROLES)
    password = forms.CharField(label="First password", max_length=200, widget=NEW_PASSWORD)

    def entered(self) -> dict[str, Any]:
        """The person as the service takes it."""
        return {**self.cleaned_data, "role": Role(self.cleaned_data["role"])}


class PasswordForm(forms.Form):
    """A new password for somebody else."""

    password = forms.CharField(label="New password", max_length=200, widget=NEW_PASSWORD)


class MoneyForm(forms.Form):
    """How much of the money a role sees."""

    role = forms.ChoiceField(choices=ROLES)
    money = forms.ChoiceField(choices=[(money.value, money.label) for money in Money])
