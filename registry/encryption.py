"""Identifiers are stored encrypted and compared by keyed hash; neither is of use without the keys."""

import base64
import hashlib
import hmac
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


def _cipher() -> MultiFernet:
    """The first key encrypts; older ones, after it and separated by a comma, still decrypt."""
    secrets = settings.IDENTITY_KEY.split(",")
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())) for secret in secrets]
    )


def keyed_hash(value: str, *, purpose: str) -> str:
    """HMAC-SHA-256: equal values are recognized, none can be read back."""
    return hmac.new(settings.LINKAGE_KEY.encode(), f"{purpose}:{value.strip()}".encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    def get_prep_value(self, value: Any) -> str | None:
        plain = super().get_prep_value(value)
        return None if plain in (None, "") else _cipher().encrypt(plain.encode()).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:  # noqa: ARG002
        return None if value is None else _cipher().decrypt(value.encode()).decode()


class EncryptedBinaryField(models.BinaryField):
    """A file as it came in: it may name people, so it lies encrypted in the database and in every backup of it."""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002
        return (
            None if value is None else super().get_db_prep_value(_cipher().encrypt(bytes(value)), connection, prepared)
        )

    def from_db_value(self, value: bytes | memoryview | None, expression: Any, connection: Any) -> bytes | None:  # noqa: ARG002
        return None if value is None else _cipher().decrypt(bytes(value))
