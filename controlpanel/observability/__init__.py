"""What the panel tells those who run it: logs with ids that join them, and metrics.

A library for all other packages; it knows none of them.
"""
