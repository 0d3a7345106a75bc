"""Tools that a tutor can use, as typed Python functions: notes, pace and patience, weather.

`registry` lists them, `dispatch` checks their arguments and calls them. In go a tool call and the plan in force; out
come an answer for the model and effects for the lesson, which the session brings about. Only the composition root knows
this package; the others know `core.tools`.
"""
