"""One module per outside system, each with a Protocol, the real client and a twin for tests and embedded use."""
