"""The mapping language: templates that build requests and selections that read answers."""
