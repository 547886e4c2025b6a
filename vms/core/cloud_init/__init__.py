"""Looking at cloud-init text before anything is paid: what cloud-init would ignore or not know."""

from .text import cloud_init_findings, cloud_init_text

__all__ = ["cloud_init_findings", "cloud_init_text"]
