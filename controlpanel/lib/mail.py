"""Sending mails, with a mail server that may be away."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


class MailNotSent(Exception):
    """The mail server did not answer, or did not take the mail. The log of the process says why."""


@contextmanager
def mail_sending() -> Iterator[None]:
    """Send a mail within this block: what the server or the way to it says becomes MailNotSent."""
    try:
        yield
    except OSError as error:  # smtplib's own errors are such, too
        # One line: a server that is away is no mistake of the panel's, and needs no trace.
        logger.error("a mail could not be sent (%s): check EMAIL_URL", type(error).__name__)
        raise MailNotSent from error
