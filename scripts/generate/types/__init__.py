"""Which Python types schemas become."""
