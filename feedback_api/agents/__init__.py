"""The people of the hotline: sign-in, sessions and roles."""
