"""The policies of a supergraph: found in SDL, joined with those of the configuration, one for each field."""
