"""A form as a browser holds it."""

from typing import Any

from django.test import Client


def posted_by(client: Client, address: str) -> dict[str, Any]:
    """What the browser would post if nothing were changed."""
    context = client.get(address).context
    forms = [context["adminform"].form]
    posted: dict[str, Any] = {}
    for inline in context["inline_admin_formsets"]:
        posted |= {box.html_name: box.value() for box in inline.formset.management_form}
        forms += inline.formset.forms
    for form in forms:
        posted |= {box.html_name: box.value() for box in form}
    return {name: value for name, value in posted.items() if value is not None}
