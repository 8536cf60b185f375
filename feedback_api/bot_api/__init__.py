"""What the bot's action server may ask of the desk (docs/contracts.md, section 4)."""
