"""The bodies of requests and responses, and the files in them."""
