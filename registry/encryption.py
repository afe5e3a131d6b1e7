"""Identifiers are stored encrypted and compared by keyed hash; neither is of use without the keys."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def cipher() -> MultiFernet:
    """The first key encrypts; older ones, after it and separated by a comma, still decrypt."""
    secrets = settings.IDENTITY_KEY.split(",")
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())) for secret in secrets]
    )


def keyed_hash(value: str, *, purpose: str) -> str:
    """HMAC-SHA-256: equal values are recognized, none can be read back."""
    return hmac.new(settings.LINKAGE_KEY.encode(), f"{purpose}:{value.strip()}".encode(), hashlib.sha256).hexdigest()
