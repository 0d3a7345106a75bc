"""The widgets of the lesson screen."""
