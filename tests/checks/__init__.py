"""What `make check` looks at beyond what ruff, mypy and the rest see."""
