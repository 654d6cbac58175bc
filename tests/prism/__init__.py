"""The generated clients against a mock server that is not ours: Prism, driven by the specs."""
