"""Faults in a widget's or a timer's own task end the app, as those in its handlers do.

In Textual (written for 8.2), only what a handler raises gets as far as the app. Whatever else breaks such a task ends
it in silence: a timer that ticks no more, a widget that takes no more keys, on a screen that looks alive.
"""

from __future__ import annotations

from textual._context import active_app
from textual.message_pump import MessagePump
from textual.timer import Timer

_process_messages = MessagePump._process_messages
_run_timer = Timer._run_timer


async def process_messages(pump: MessagePump) -> None:
    """In place of `MessagePump._process_messages`."""
    try:
        await _process_messages(pump)
    except Exception as fault:  # noqa: BLE001 - handed on
        pump.app._handle_exception(fault)


async def run_timer(timer: Timer) -> None:
    """In place of `Timer._run_timer`."""
    try:
        await _run_timer(timer)
    except Exception as fault:  # noqa: BLE001 - handed on
        active_app.get()._handle_exception(fault)


MessagePump._process_messages = process_messages  # type: ignore[assignment,method-assign] # it becomes a method here
Timer._run_timer = run_timer  # type: ignore[assignment,method-assign] # the same
