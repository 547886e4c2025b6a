"""The stylesheet of icons: `make icons` writes it anew from Lucide, after a new one is named.

Icons are masks of a stylesheet that the browser keeps, so that a table of fifty rows holds none of
their drawings. Which are needed is read from the templates and from the looks of statuses.
"""

import re
from pathlib import Path
from urllib.parse import quote

import django
from lucide import _render_icon as lucide_svg

from .looks import UNKNOWN, looks_all

BASE_DIR = Path(__file__).resolve().parents[2]
STYLESHEET = BASE_DIR / "static" / "css" / "icons.css"
# {% icon "copy" %}, class="tool i-copy", {% badge … icon="lock" %}, {% nav_link … _("…") "map" %}
NAMED = re.compile(
    r"""\{%\s*icon\s+["']([a-z0-9-]+)["']"""
    r"""|\bclass="tool i-([a-z0-9-]+)\""""
    r"""|\{%\s*badge\b[^%]*\bicon=["']([a-z0-9-]+)["']"""
    r"""|\{%\s*nav_link\s+["'][^"']*["']\s+_\(["'][^"']*["']\)\s+["']([a-z0-9-]+)["']"""
)
HEAD = "/* Written by `make icons`. Drawings: Lucide, ISC License, https://lucide.dev/license */\n"


def templates() -> list[Path]:
    """Return what pages are drawn from: Django's templates, and Jinja's for rows."""
    files = (BASE_DIR / "templates").rglob("*.*")
    return [path for path in files if path.suffix in {".html", ".jinja"}]


def icon_names() -> list[str]:
    """Return the icons that the pages use."""
    texts = [path.read_text() for path in templates()]
    named = {name for text in texts for match in NAMED.findall(text) for name in match}
    # Of a status that nobody knows, too.
    looks = {look.icon for looks in looks_all().values() for look in looks.values()}
    return sorted((named | looks | {UNKNOWN.icon}) - {""})


def stylesheet() -> str:
    rules = [f'  .i-{name} {{ --icon: url("{_data_url(name)}"); }}\n' for name in icon_names()]
    return f"{HEAD}@layer components {{\n{''.join(rules)}}}\n"


def _data_url(name: str) -> str:
    """Return the drawing as an address: alone, a drawing needs the namespace that pages imply."""
    drawing = re.sub(r">\s+<", "><", lucide_svg(name, None))
    drawing = drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    drawing = drawing.replace("currentColor", "#000").replace(" />", "/>").replace('"', "'")
    return "data:image/svg+xml," + quote(drawing, safe=" ='/:;,.-()")


if __name__ == "__main__":
    django.setup()
    STYLESHEET.write_text(stylesheet())
