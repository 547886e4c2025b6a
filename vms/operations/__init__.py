"""Operations: every change of the outside world, one module for each kind.

A kind's module is a set of functions (the protocol `kinds.Kind`); `engine` runs any of them,
`resume` settles what a crash or a silent Fluence left open.
"""
