"""The review loop: ledger, projection, plan, and the pages and API that drive them."""
