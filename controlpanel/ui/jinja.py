"""What a page has fifty of is drawn by Jinja, which compiles its templates (tag `jinja`).

Django's own templates take 14 ms for the fifty rows of the VM list, these 2.3 (one machine, in
turns); with Django's the list is 2.7 to 3.1 times its yardstick in `make bench`, where 2 is the
limit, with these 1.7 to 1.9. Whatever a page has once stays Django's, with its words.
"""

from typing import Any

from jinja2 import Environment

from .money import usd_rate
from .templatetags import console
from .times import when


def environment(**options: Any) -> Environment:
    """Give the templates the tags and filters of every page that rows need."""
    drawing = Environment(**options)  # noqa: S701 - Django's options say that it escapes
    drawing.filters |= {"in_words": console.in_words, "usd_rate": usd_rate}
    drawing.globals |= {"status": console.status, "when": when, "copyable": console.copyable}
    return drawing
