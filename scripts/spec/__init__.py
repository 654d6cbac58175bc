"""Reading a spec: its file, its objects, and the runtime expressions in it. Nothing else knows YAML."""
