"""lint_content and load_content."""
