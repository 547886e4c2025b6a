"""What can be done to disks, addresses and networks alike; each noun names its own."""
