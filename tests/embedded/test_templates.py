"""Every template compiles: no misspelt tag, no missing parent or included piece."""

import pytest
from django.conf import settings
from django.template import Template, engines
from django.template.backends.django import DjangoTemplates
from django.template.loader import get_template
from django.template.loader_tags import ExtendsNode, IncludeNode

JINJA = settings.BASE_DIR / "templates" / "jinja2"
FOLDERS = [
    settings.BASE_DIR / "templates",
    *(settings.BASE_DIR / "controlpanel").rglob("templates"),
    *(settings.BASE_DIR / "vms").rglob("templates"),
]
NAMES = sorted(
    str(path.relative_to(folder))
    for folder in FOLDERS
    for path in folder.rglob("*.*")
    if path.suffix in {".html", ".txt"} and not path.is_relative_to(JINJA)
)


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles_with_all_it_includes(name: str) -> None:
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    template: Template = get_template(name).template  # type: ignore[attr-defined]
    for kind, attribute in ((ExtendsNode, "parent_name"), (IncludeNode, "template")):
        for node in template.nodelist.get_nodes_by_type(kind):
            named = getattr(node, attribute).var
            if isinstance(named, str):  # otherwise chosen when it is rendered
                engine.get_template(named)


@pytest.mark.parametrize("name", [str(p.relative_to(JINJA)) for p in JINJA.rglob("*.html")])
def test_what_forms_are_drawn_with_compiles(name: str) -> None:
    assert engines["forms"].get_template(name)
