"""What runs inside the Rasa process. Importing any of it also makes Rasa's remote actions fast (`fast_actions`)."""

from bot.components import fast_actions

fast_actions.install()
