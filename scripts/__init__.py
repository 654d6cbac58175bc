"""Development commands of this project: lint, generate, and what measures and proves them. Run by make."""
