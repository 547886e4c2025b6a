"""What is said over Valkey between those who publish and the streams: channels, by their names."""

# Of a team's id; the message is its revision.
CHANNEL = "revision:"
# Of a person's id: whether they may still listen is to be asked again.
PERSON = "person:"
# Of a team's id; the message is when its VMs were last read, in seconds since 1970.
READ = "read:"
