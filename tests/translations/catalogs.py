"""A pseudo-language of all that `makemessages` finds: each text between ⟦ and ⟧."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import allauth
import django
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

LANGUAGE = "eo"
SOURCES = ("controlpanel", "vms", "templates", "static")
# Whose own words our pages show as well, such as "This field is required."
OTHERS = (
    Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po",
    Path(django.__file__).parent / "contrib/auth/locale/en/LC_MESSAGES/django.po",
    Path(allauth.__file__).parent / "locale/en/LC_MESSAGES/django.po",
)


def catalogs_make(folder: Path) -> Path:
    """Write the pseudo-language's catalogs below `folder`; return the folder for LOCALE_PATHS."""
    sources, locale = folder / "sources", folder / "locale"
    for name in SOURCES:
        shutil.copytree(settings.BASE_DIR / name, sources / name)
    locale.mkdir()
    before = Path.cwd()
    os.chdir(sources)
    try:
        with override_settings(LOCALE_PATHS=[locale]):
            for domain in ("django", "djangojs"):
                call_command("makemessages", locale=[LANGUAGE], domain=domain, verbosity=0)
    finally:
        os.chdir(before)
    for domain, others in (("django", OTHERS), ("djangojs", ())):
        _compile(locale / LANGUAGE / "LC_MESSAGES" / f"{domain}.po", others)
    return locale


def texts_of(catalog: Path) -> set[str]:
    """Return the texts of a catalog, each on one line."""
    lines = re.findall(r'^(msgid(?:_plural)? |)"(.*)"$', catalog.read_text(), re.MULTILINE)
    texts = [""]
    for keyword, text in lines:
        if keyword:
            texts.append(text)
        else:
            texts[-1] += text
    return {text.replace('\\"', '"').replace("\\n", "\n") for text in texts}


def _compile(catalog: Path, others: tuple[Path, ...]) -> None:
    merged, marked = catalog.with_suffix(".merged"), catalog.with_suffix(".marked")
    _run("msgcat", "--use-first", "--to-code=UTF-8", str(catalog), *map(str, others), "-o", merged)
    _run("msgen", "--lang=eo", merged, "-o", catalog.with_suffix(".same"))
    marks = ("sed", "-e", "s/^/⟦/", "-e", "s/$/⟧/")
    _run("msgfilter", "--keep-header", "-i", catalog.with_suffix(".same"), "-o", marked, *marks)
    _run("msgfmt", marked, "-o", catalog.with_suffix(".mo"))


def _run(*words: str | Path) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)
