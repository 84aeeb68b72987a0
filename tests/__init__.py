"""The proof: one file a feature. A package, so that `tests.settings` and `tests.servers` can be imported."""
