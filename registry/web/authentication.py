"""Who a token stands for. Apart from the rest: the framework's settings name this class before its views exist."""

from typing import Any

from knox.auth import TokenAuthentication
from rest_framework import exceptions


class ByToken(TokenAuthentication):
    def authenticate_credentials(self, token: bytes) -> Any:
        if not token.isascii():
            raise exceptions.AuthenticationFailed
        return super().authenticate_credentials(token)
