"""What the client takes and gives; `controlpanel.fluence` has all of it by name."""
