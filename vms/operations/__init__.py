"""Operations: every change of the outside world, asked for, carried out and settled alike.

`ask` is the one way in; `engine` carries an operation out, `transitions` commit how it stands,
`settling` settles what a crash or a silent Fluence left open. What differs is a `Kind` in its
noun's folder; the registry knows them all once the app has started.
"""
