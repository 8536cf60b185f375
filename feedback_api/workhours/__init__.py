"""When people of the hotline work."""
