"""Change disks, addresses and networks alike; each noun names its own."""
