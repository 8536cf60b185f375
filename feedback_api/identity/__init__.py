"""Who is signed in to the app that shows the chat, as its token says."""
