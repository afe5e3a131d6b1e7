from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import Role
from registry.models.base.audit import audited
from registry.models.center import Center


@audited
class Membership(models.Model):
    """A user's role in one center. Read before the scope exists: the scope is computed from it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("User"))
    center = models.ForeignKey(Center, on_delete=models.PROTECT, verbose_name=_("Center"))
    role = models.CharField(_("Role"), max_length=2, choices=Role.choices)
    is_active = models.BooleanField(_("Active"), default=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "center", "role"], name="one_membership_per_user_center_role")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.center} · {self.get_role_display()}"
