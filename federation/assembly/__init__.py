"""The one place that knows concrete parts: from a configuration to a gateway that runs."""
