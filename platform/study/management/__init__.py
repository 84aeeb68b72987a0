"""Commands of the review loop."""
