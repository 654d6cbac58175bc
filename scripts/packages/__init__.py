"""The distributions of this project, their versions, and what git knows about them."""
