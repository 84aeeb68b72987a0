"""The curriculum: read from content/, judged by the lint, rendered, and copied into the database by the loader."""
