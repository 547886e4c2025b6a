"""For those who run an installation: is it well, its backup, its keys."""
