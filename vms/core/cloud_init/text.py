"""What cloud-init makes of a text goes by its beginning."""

import re

from django.utils.translation import gettext as _

from .config import config_findings, yaml_findings

# As cloud-init compares them: in any case, and only the beginning.
_CONFIG = "#cloud-config"
_CONFIG_LISTS = ("#cloud-config-archive", "#cloud-config-jsonp")
_OTHERS = (
    "#!",
    "#include",
    "#cloud-boothook",
    "#part-handler",
    "#upstart-job",
    "## template:",
    # MIME, as `cloud-init devel make-mime` writes it, and gzip as base64.
    "content-type:",
    "mime-version:",
    "from ",
    "h4si",
)
_HEADERS = (_CONFIG, *_OTHERS)
_MISSPELT = re.compile(r"#+[\s_-]*cloud[\s_-]*(config|init)|cloud-config", re.IGNORECASE)


def cloud_init_text(text: str) -> str:
    """Return the text as it is sent: no byte order mark, no blank lines before the first."""
    text = text.replace("\r\n", "\n").lstrip("\ufeff")
    return re.sub(r"\A([^\S\n]*\n)+", "", text).lstrip("\ufeff") if text.strip() else ""


def cloud_init_findings(text: str) -> list[str]:
    """Say what cloud-init would ignore or not know, in the reader's words; nothing if all is well.

    The words name lines and keys, and never repeat a value: the text is a secret.
    """
    plain = cloud_init_text(text)
    if not plain:
        return []
    skipped = text.replace("\r\n", "\n").count("\n") - plain.count("\n")
    beginning = plain[:80].lower()
    if beginning.startswith(_CONFIG_LISTS):
        return yaml_findings(plain, skipped)
    if beginning.startswith(_CONFIG):
        return config_findings(plain, skipped)
    if beginning.startswith(_OTHERS) or "mime-version:" in plain[:4096].lower():
        return []
    return [_header_finding(plain)]


def _header_finding(text: str) -> str:
    first = text.partition("\n")[0]
    if first.lstrip().startswith(("```", "~~~")):
        return _("The first line is a Markdown fence: cloud-init would ignore all of this.")
    if first.strip().lower().startswith(_HEADERS):
        return _("The first line is indented: cloud-init may ignore all of this. Begin it at once.")
    if _MISSPELT.match(first.strip()):
        return _("The first line must be #cloud-config, written just so.")
    return _(
        "The first line does not say what this is, so cloud-init would ignore all of it. "
        "Begin with #cloud-config, or with #!/bin/sh for a script."
    )
