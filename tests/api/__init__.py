"""The API, over Flask's test client and a real store."""
