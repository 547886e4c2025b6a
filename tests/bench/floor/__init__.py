"""The floor: what Django itself costs, as `startproject` leaves it; never part of the product.

A bare view for somebody logged in, and a plain table of 50 of 1,000 rows, by gunicorn with two
processes, behind the same front and on the same PostgreSQL as the panel.
"""
