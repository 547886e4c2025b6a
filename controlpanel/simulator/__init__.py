"""A local Fluence API over real HTTP: the embedded default, and the tests' server.

It never imports the client: it would agree with the client's mistakes.
"""
