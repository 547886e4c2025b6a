"""Cloud-init text: what is taken off, what is pointed out, what passes as it is."""

import re
from itertools import pairwise

import pytest
from jsonschema import Draft4Validator

from vms.core.cloud_init import cloud_init_findings, cloud_init_text
from vms.core.cloud_init.config import _validator

GOOD = """\
#cloud-config
hostname: web
users:
  - default
  - name: olga
    groups: [sudo]
    sudo: ALL=(ALL) NOPASSWD:ALL
    ssh_authorized_keys: [ssh-ed25519 AAAA]
packages: [nginx, [git, latest]]
package_update: yes
write_files:
  - {path: /etc/motd, content: "hi\\n", permissions: "0644"}
runcmd:
  - systemctl enable nginx
  - [echo, hello]
"""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        GOOD,
        "\ufeff\r\n  \n" + GOOD.replace("\n", "\r\n"),
        "#cloud-config\n",
        "#Cloud-Config\nruncmd: [date]",
        "#cloud-config\nruncmd: &a [date]\nbootcmd: *a",
        "#cloud-config\nx-base: &b {name: a}\n".replace(
            "x-base: &b {name: a}", "users: [&b {name: a}]"
        ),
        "#!/bin/sh\necho hi: [",
        "#include\nhttps://example.com/a",
        "#include-once\nhttps://example.com/a",
        "#cloud-boothook\n#!/bin/sh",
        "#part-handler\nimport x",
        "## template: jinja\n#cloud-config\nhostname: {{ v1.name }}\n{% if x %}\n",
        'Content-Type: multipart/mixed; boundary="x"\nMIME-Version: 1.0\n\n--x\n',
        'From nobody Fri Jan  1\nContent-Type: multipart/mixed; boundary="x"\n',
        "X-Mine: 1\nMIME-Version: 1.0\n",
        "H4sIAAAAAAAAA0vOyS9N0U3Oz0vLTAcAXB0vRgwAAAA=",
        "#cloud-config-archive\n- type: text/cloud-config\n  content: x\n",
    ],
)
def test_what_cloud_init_knows_passes(text: str) -> None:
    assert cloud_init_findings(text) == []


def test_the_mark_and_the_blank_lines_before_the_header_are_taken_off() -> None:
    assert cloud_init_text("\ufeff\r\n  \r\n#cloud-config\r\na: 1\r\n") == "#cloud-config\na: 1\n"
    assert cloud_init_text("\n\ufeff#cloud-config") == "#cloud-config"
    assert cloud_init_text("  #cloud-config") == "  #cloud-config", "an indent is pointed out"
    assert cloud_init_text(" \n\t\n") == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("runcmd: [date]", "Begin with #cloud-config"),
        ("# my server\nruncmd: [date]", "Begin with #cloud-config"),
        ("# cloud-config\nruncmd: [date]", "must be #cloud-config, written just so"),
        ("#cloud_config\n", "must be #cloud-config, written just so"),
        ("#cloud-init\n", "must be #cloud-config, written just so"),
        ("cloud-config:\n", "must be #cloud-config, written just so"),
        ("```yaml\n#cloud-config\n```", "Markdown fence"),
        ("  #cloud-config\n  runcmd: [date]", "indented"),
        (" #!/bin/sh\n", "indented"),
        ("I2Nsb3VkLWNvbmZpZwo=", "Begin with #cloud-config"),
    ],
)
def test_a_first_line_that_cloud_init_would_ignore(text: str, words: str) -> None:
    (finding,) = cloud_init_findings(text)
    assert words in finding


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("runcmds: [date]", "Line 2: cloud-init does not know runcmds. Did you mean runcmd?"),
        ("zzz: 1", "Line 2: cloud-init does not know zzz."),
        ('"p@ss word": 1', "Line 2: cloud-init does not know this key."),
        (
            "users:\n  - name: a\n    sudoo: x",
            "Line 4: cloud-init does not know sudoo. Did you mean sudo?",
        ),
        ("runcmd: date", "Line 2: runcmd must be a list."),
        ("package_update: 'yes'", "Line 2: package_update must be true or false."),
        ("runcmd:\n  - a\n  - b: c", "Line 4: runcmd[1] must be a list or text or nothing."),
        ("write_files:\n- content: x", "Line 3: write_files[0] lacks path."),
        ("runcmd: []", "Line 2: runcmd is not as cloud-init wants it."),
        ("- runcmd", "Line 1: cloud-init wants keys with values here"),
        ("just words", "Line 1: cloud-init wants keys with values here"),
        ("runcmd: [a]\nhostname: a\nruncmd: [b]", "Line 4: runcmd stands here a second time"),
        ("runcmd:\n\t- date", "Line 3: it begins with a tab"),
        ("a: b: c", "Line 2: this is not YAML."),
        ("runcmd: [date", "this is not YAML."),
        ("a: 1\n---\nb: 2", "this is not YAML."),
        ("a: !foo bar", "Line 2: this is not YAML."),
        ("a: 2026-99-99", "This is not YAML."),
        ("a: \x07", "This is not YAML."),
    ],
)
def test_what_is_no_yaml_or_not_in_the_schema_is_named_with_its_line(
    body: str, finding: str
) -> None:
    assert any(finding in each for each in cloud_init_findings(f"#cloud-config\n{body}\n"))


def test_lines_are_counted_as_they_were_typed() -> None:
    assert cloud_init_findings("\n\n#cloud-config\nruncmds: [a]") == [
        "Line 4: cloud-init does not know runcmds. Did you mean runcmd?"
    ]


def laughs(first: str, of_one: str) -> str:
    """Nine lines, each with nine of the one before."""
    lines = [f"a: &a {first}"]
    for before, name in pairwise("abcdefghi"):
        lines.append(f"{name}: &{name} " + of_one % ", ".join([f"*{before}"] * 9))
    return "\n".join(lines)


@pytest.mark.parametrize(
    "body",
    [
        laughs("[x]", "[%s]"),
        laughs("{k: 1}", "{<<: [%s]}"),
        "a: &a [*a]",
        "a: &a {<<: *a}",
        "a: " + "[" * 8000,
        "a: " + "{a: " * 3000,
    ],
)
def test_what_unfolds_without_measure_is_told_soon(body: str) -> None:
    assert re.search("unfolds|not YAML", cloud_init_findings(f"#cloud-config\n{body}")[0])


def test_no_finding_repeats_a_value() -> None:
    text = (
        "#cloud-config\npassword: [swordfish]\nruncmd: swordfish\nusers:\n- name: {swordfish: 1}\n"
        "chpasswd: {users: [{name: a, passwort: swordfish}]}\nmounts: swordfish\n"
    )
    found = cloud_init_findings(text)
    assert len(found) == 5, "and not more at once"
    assert "swordfish" not in " ".join(found).replace("swordfish. ", "")


def test_the_vendored_schema_is_one() -> None:
    Draft4Validator.check_schema(_validator().schema)
