"""lint_content, load_content and coverage."""
