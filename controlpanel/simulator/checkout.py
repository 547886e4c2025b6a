"""The payment provider's page, as far as a top-up needs one: it is paid there, or given up."""

from __future__ import annotations

from html import escape
from http import HTTPStatus

from controlpanel.simulator.answers import Answer
from controlpanel.simulator.payments import CENTS, CHECKOUT, FINAL, RESOLVED, finish_top_up
from controlpanel.simulator.records import TopUpRecord
from controlpanel.simulator.world import World

ENDS = {b"end=pay": RESOLVED, b"end=give-up": "canceled"}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Payment (simulator)</title>
</head>
<body>
<h1>{title}</h1>
<p>{words}</p>
{form}
</body>
</html>
"""
FORM = """<form method="post">
<button name="end" value="pay">Pay</button>
<button name="end" value="give-up">Give up</button>
</form>"""


def checkout_answer(world: World, method: str, path: str, body: bytes) -> Answer:
    """Show a top-up by GET; by POST let it end as the form says."""
    with world.lock:
        session = path.removeprefix(CHECKOUT)
        found = [each for each in world.state.top_ups.values() if each.session_id == session]
        if not found:
            return _page(HTTPStatus.NOT_FOUND, "No such payment.")
        top_up = found[0]
        if method == "POST" and body in ENDS and top_up.status not in FINAL:
            finish_top_up(world, top_up.id, ENDS[body])
            world.keep()
        return _shown(top_up)


def _shown(top_up: TopUpRecord) -> Answer:
    title = f"{top_up.amount_cents / CENTS:.2f} USD"
    if top_up.status in FINAL:
        return _page(HTTPStatus.OK, f"This payment is {top_up.status}.", title)
    return _page(HTTPStatus.OK, "Nothing costs money here: this is a simulator.", title, FORM)


def _page(status: int, words: str, title: str = "Payment", form: str = "") -> Answer:
    text = PAGE.format(words=escape(words), title=title, form=form)
    return Answer(status, text=text, headers={"Content-Type": "text/html; charset=utf-8"})
