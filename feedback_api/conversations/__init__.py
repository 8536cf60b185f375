"""A citizen's chat: messages, the bot's answers and their outcomes."""
