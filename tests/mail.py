"""A mail server that is away."""

from typing import Any

# Nothing listens on port 1.
NO_MAIL_SERVER: dict[str, Any] = {
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "127.0.0.1",
    "EMAIL_PORT": 1,
}
