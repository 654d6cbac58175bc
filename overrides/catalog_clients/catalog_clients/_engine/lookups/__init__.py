"""Look up identifiers, and match the items of pages to them."""
