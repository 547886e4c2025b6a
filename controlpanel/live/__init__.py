"""Live pages: open tabs learn by server-sent events that their team's revision has moved.

    a service's commit -> `revision_publish` -> Valkey -> `RevisionHub`, one per process
    -> `streams`, one per visible tab -> static/js/live.js asks for what changed

The streams are a process of their own (`asgi`), so that a restart of the pages ends none of them.

An idle tab costs no query and no thread. Nothing but revision numbers travels here: what a person
may see is decided by the page that is asked for what changed.
"""
