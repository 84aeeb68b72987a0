"""When to ask again: pure functions without Django, clock or I/O."""
