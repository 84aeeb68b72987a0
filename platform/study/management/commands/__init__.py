"""make_demo and doctor."""
