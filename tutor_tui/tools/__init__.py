"""Tools that a tutor can use: typed Python functions (`registry` makes tools of them) for notes, pace, patience,
weather.

In go a tool call and the plan in force; out come an answer for the model and effects for the lesson, which the
session brings about. Only the composition root knows this package; the others know `core.tools`.
"""
