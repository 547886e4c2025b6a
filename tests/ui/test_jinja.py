"""Rows by Jinja: they escape what people typed, and know what the page knows."""

from django.template import engines


def drawn(template: str, **context: object) -> str:
    return str(engines["django"].from_string(template).render(context))


def test_what_people_typed_is_escaped() -> None:
    html = drawn(
        '{% jinja "vms/vm/_name.jinja" plain=True %}',
        vm={"name": "<script>alert('x')</script>", "is_present": False},
        may=frozenset(),
    )
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_what_the_page_knows_and_what_the_tag_says() -> None:
    html = drawn(
        '{% jinja "vms/vm/_name.jinja" plain=False %}',
        vm={"pk": "7", "name": "web-1", "is_present": True},
        may=frozenset({"vm:rename"}),
        words={"rename": "Rename %(name)s"},
    )
    assert '<a href="7/">web-1</a>' in html
    assert 'aria-label="Rename web-1"' in html
