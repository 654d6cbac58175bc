"""Mutate OpenAPI documents, and show that the generator generates each of them or says what is wrong with it."""
