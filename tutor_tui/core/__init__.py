"""What a lesson is: immutable values and pure functions, with the standard library only and without asyncio or files.

Start with `lesson` (the value), `events` (all that can happen to it) and `reducer` (how each event makes the next
lesson). `commands` is what we ask of a tutor, `ports` what a tutor, a sound card and a toolbox have to offer.
Everything else may use the core; the core uses nothing else.
"""
