from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.accounts.mail import sends_mail
from registry.accounts.people import managed_centers, roles_given_by
from registry.accounts.verbs import NewPerson
from registry.choices import Role
from registry.models import Center

CHOOSE = _("Choose")  # nothing is chosen for anybody who has a choice


class InvitationForm(forms.Form):
    last_name = forms.CharField(label=_("Last name"), max_length=150)
    first_name = forms.CharField(label=_("First name"), max_length=150)
    username = forms.CharField(
        label=_("Username"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("For signing in. Letters, digits and @ . + - _ only."),
    )
    email = forms.EmailField(label=_("E-mail"), max_length=User._meta.get_field("email").max_length, required=False)
    center = forms.ModelChoiceField(label=_("Center"), queryset=Center.objects.none(), empty_label=CHOOSE)
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["center"].queryset = managed_centers(by)  # type: ignore[attr-defined]
        self.fields["center"].initial = _only_center(by)
        self.fields["role"].choices = _roles(by)  # type: ignore[attr-defined]
        self.fields["email"].required = sends_mail()
        if by.is_superuser:
            self.fields["is_administrator"] = forms.BooleanField(
                label=_("Administrator"),
                required=False,
                help_text=_("Manages accounts and centers. Gets no role in a center and sees no patients."),
            )
            self.fields["center"].required = self.fields["role"].required = False

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("is_administrator"):
            for name in {"center", "role"} - self.errors.keys():
                if not given.get(name):
                    self.add_error(name, _("Choose one, or make this person an administrator."))
        return given

    def person(self) -> NewPerson:
        return NewPerson(**{name: self.cleaned_data[name] for name in NewPerson.__dataclass_fields__})


class RoleForm(forms.Form):
    """A role more for somebody who has an account."""

    center = forms.ModelChoiceField(label=_("Center"), queryset=Center.objects.none(), empty_label=CHOOSE)
    role = forms.ChoiceField(label=_("Role"))
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["center"].queryset = managed_centers(by)  # type: ignore[attr-defined]
        self.fields["center"].initial = _only_center(by)
        self.fields["role"].choices = _roles(by)  # type: ignore[attr-defined]

    def chosen_role(self) -> Role:
        return Role(self.cleaned_data["role"])


def _roles(by: Any) -> list[tuple[str, str | Promise]]:
    return [("", CHOOSE), *((role.value, role.label) for role in roles_given_by(by))]


def _only_center(by: Any) -> Center | None:
    centers = managed_centers(by)[:2]
    return centers[0] if len(centers) == 1 else None
